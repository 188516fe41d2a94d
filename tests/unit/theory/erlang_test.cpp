#include "theory/erlang.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"

namespace portsim {
namespace {

// The definition, (a^N / N!) / sum of a^k / k!, with every term divided by the numerator.
double by_definition(std::uint64_t servers, double offered) {
  long double term = 1;
  long double sum = 1;
  for (std::uint64_t k = servers; k > 0 && term > sum * 1e-22L; --k) {
    term *= static_cast<long double>(k) / static_cast<long double>(offered);
    sum += term;
  }
  return static_cast<double>(1 / sum);
}

TEST_CASE("Erlang B without servers blocks everything, without load nothing") {
  CHECK(erlang_b(0, 0) == 1);
  CHECK(erlang_b(0, 7.5) == 1);
  CHECK(erlang_b(1, 0) == 0);
  CHECK(erlang_b(65535, 0) == 0);
}

TEST_CASE("Erlang B has the values that can be worked out by hand") {
  CHECK(erlang_b(1, 1) == 0.5);
  CHECK(erlang_b(1, 3) == 0.75);
  CHECK(erlang_b(2, 2) == Approx(0.4).epsilon(1e-15));
  CHECK(erlang_b(10, 5) == Approx(0.018384570336648132).epsilon(1e-14));
}

TEST_CASE("Erlang B agrees with the printed tables of teletraffic engineering") {
  struct Row {
    std::uint64_t servers;
    double offered;  // printed with four digits
    double blocked;
  };
  const std::vector<Row> table{
      {1, 0.0101, 0.01},   {2, 0.1526, 0.01},  {5, 1.361, 0.01},   {10, 4.461, 0.01},  {20, 12.03, 0.01},
      {50, 37.90, 0.01},   {100, 84.06, 0.01}, {10, 3.092, 0.001}, {20, 9.411, 0.001}, {50, 32.51, 0.001},
      {100, 75.24, 0.001}, {10, 6.216, 0.05},  {20, 15.25, 0.05},  {50, 44.53, 0.05},  {100, 95.24, 0.05}};
  for (const auto& [servers, offered, blocked] : table) {
    INFO(servers << " servers, " << offered << " erlangs");
    CHECK(erlang_b(servers, offered) == Approx(blocked).epsilon(1e-3));
  }
}

// Decimal arithmetic with 60 digits gave these.
TEST_CASE("Erlang B keeps its digits in pools of real size") {
  struct Row {
    std::uint64_t servers;
    double offered;
    double blocked;
  };
  const std::vector<Row> table{
      {3977, 3841.12, 5.96587925911898896e-04}, {3977, 4802.4, 1.72862000060256149e-01},
      {1000, 500, 1.65241512775134196e-86},     {65535, 66000, 8.57538394788938570e-03},
      {65535, 65535, 3.11029370072037157e-03},  {65535, 64000, 1.82530465731821350e-11},
      {65535, 60000, 3.77452088420767991e-111}, {65535, 1e9, 9.99934465000065553e-01}};
  for (const auto& [servers, offered, blocked] : table) {
    INFO(servers << " servers, " << offered << " erlangs");
    CHECK(erlang_b(servers, offered) == Approx(blocked).epsilon(1e-11));
    CHECK(by_definition(servers, offered) == Approx(blocked).epsilon(1e-11));
  }
}

TEST_CASE("Erlang B agrees with its definition for every small pool") {
  for (std::uint64_t servers = 1; servers <= 200; ++servers) {
    for (const double offered : {0.01, 0.5, 1.0, 10.0, 99.5, 200.0, 1e4}) {
      const double expected = by_definition(servers, offered);
      if (expected > 1e-300) {
        CHECK(erlang_b(servers, offered) == Approx(expected).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("Erlang B falls to zero and rises to one without overflow on the way") {
  CHECK(erlang_b(65535, 1) == 0);
  CHECK(erlang_b(65535, 1e-300) == 0);
  CHECK(erlang_b(65535, std::numeric_limits<double>::denorm_min()) == 0);
  CHECK(erlang_b(65535, 1e300) == 1);
  double last = 0;
  for (double offered = 1e-3; offered < 1e12; offered *= 1.5) {
    const double blocked = erlang_b(3977, offered);
    REQUIRE(std::isfinite(blocked));
    REQUIRE(blocked >= last);
    REQUIRE(blocked <= 1);
    last = blocked;
  }
}

}  // namespace
}  // namespace portsim
