#include "base/packed_numbers.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "catch.hpp"

using portsim::PackedNumbers;

TEST_CASE("numbers take as many bytes as the greatest of them needs") {
  CHECK(PackedNumbers::width_of(0) == 1);
  CHECK(PackedNumbers::width_of(0xFF) == 1);
  CHECK(PackedNumbers::width_of(0x100) == 2);
  CHECK(PackedNumbers::width_of(0xFFFF) == 2);
  CHECK(PackedNumbers::width_of(0x10000) == 3);
  CHECK(PackedNumbers::width_of(0xFFFFFF) == 3);
  CHECK(PackedNumbers::width_of(0x1000000) == 4);
  CHECK(PackedNumbers::width_of(0xFFFFFFFF) == 4);
}

TEST_CASE("packed numbers are read as they were written, at any width") {
  for (const std::uint32_t most : {0xFFU, 0xFFFFU, 0xFFFFFFU, 0xFFFFFFFFU}) {
    constexpr std::size_t kCount = 100;
    const auto number_at = [most](std::size_t i) {
      return static_cast<std::uint32_t>(i * 0x9E3779B9U) & most;
    };
    const std::size_t width = PackedNumbers::width_of(most);
    std::vector<std::byte> bytes(kCount * width + PackedNumbers::kSlack);
    const PackedNumbers numbers(bytes.data(), width);
    for (std::size_t i = 0; i < kCount; ++i) {
      numbers.write(i, i == 7 ? most : number_at(i));
    }
    for (std::size_t i = 0; i < kCount; ++i) {
      REQUIRE(numbers[i] == (i == 7 ? most : number_at(i)));
    }
    CHECK(numbers.from(7)[0] == most);
    CHECK(numbers.from(7)[1] == number_at(8));
  }
}
