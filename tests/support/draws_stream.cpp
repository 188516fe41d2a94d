// Writes raw 64-bit draws to standard output without end, for batteries of statistical tests.
//
//   draws_stream ordinals   one stream: ordinals 0, 1, 2 ... of one purpose
//   draws_stream keys       all over the place: seeds 0, 1, 2 ..., of each all purposes, of each two ordinals
#include <array>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "engine/draws.hpp"

namespace {

using portsim::Draws;
using portsim::Purpose;

constexpr std::size_t kBlock = 8192;
constexpr int kPurposes = 9;

// Collects draws and writes them a block at a time.
class Output {
 public:
  // False once the reader has gone.
  bool write(std::uint64_t draw) {
    block_[used_++] = draw;
    if (used_ < kBlock) {
      return true;
    }
    used_ = 0;
    return std::fwrite(block_.data(), sizeof(std::uint64_t), kBlock, stdout) == kBlock;
  }

 private:
  std::array<std::uint64_t, kBlock> block_{};
  std::size_t used_ = 0;
};

void write_ordinals(Output& output) {
  const std::uint64_t key = Draws(1, 1).key(Purpose::lifetime);
  for (std::uint64_t ordinal = 0; output.write(Draws::bits(key, ordinal)); ++ordinal) {
  }
}

void write_keys(Output& output) {
  for (std::uint64_t seed = 0;; ++seed) {
    const Draws draws(seed, 1);
    for (int purpose = 0; purpose < kPurposes; ++purpose) {
      const std::uint64_t key = draws.key(static_cast<Purpose>(purpose));
      for (std::uint64_t ordinal = 0; ordinal < 2; ++ordinal) {
        if (!output.write(Draws::bits(key, ordinal))) {
          return;
        }
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view order = argc == 2 ? argv[1] : "";
  Output output;
  if (order == "ordinals") {
    write_ordinals(output);
  } else if (order == "keys") {
    write_keys(output);
  } else {
    std::fputs("usage: draws_stream ordinals|keys\n", stderr);
    return 2;
  }
  return 0;
}
