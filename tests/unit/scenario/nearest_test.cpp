#include <array>

#include "settings_support.hpp"

namespace portsim {
namespace {

std::string_view nearest_option(std::string_view wrong) {
  std::vector<std::string_view> names;
  for (const OptionDescription& option : scenario_options()) {
    names.push_back(option.name);
  }
  return nearest(wrong, names);
}

TEST_CASE("a slip of one letter finds the name") {
  CHECK(nearest_option("delya") == "delay");
  CHECK(nearest_option("dleay") == "delay");
  CHECK(nearest_option("delayy") == "delay");
  CHECK(nearest_option("raet") == "rate");
  CHECK(nearest_option("port") == "ports");
  CHECK(nearest_option("warmup") == "warm-up");
  CHECK(nearest_option("fin-wait2-timeout") == "fin-wait-2-timeout");
}

TEST_CASE("the beginning of a name finds it") {
  CHECK(nearest_option("session") == "session-limit");
  CHECK(nearest_option("requests") == "requests-per-connection");
}

TEST_CASE("what is like nothing finds nothing") {
  CHECK(nearest_option("colour").empty());
  CHECK(nearest_option("x").empty());
  CHECK(nearest_option("").empty());
  CHECK(nearest("rate", {}).empty());
}

TEST_CASE("the nearest of several is found, the first of equals") {
  constexpr std::array<std::string_view, 3> kNames{"cart", "care", "core"};
  CHECK(nearest("cars", kNames) == "cart");
  CHECK(nearest("cores", kNames) == "core");
}

TEST_CASE("two swapped neighbours are one slip") {
  constexpr std::array<std::string_view, 2> kNames{"abxy", "badc"};
  CHECK(nearest("abyx", kNames) == "abxy");
}

}  // namespace
}  // namespace portsim
