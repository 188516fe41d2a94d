#include "engine/draws.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "catch.hpp"

namespace {

using portsim::Draws;
using portsim::mix64;
using portsim::Purpose;

constexpr std::array<Purpose, 9> kPurposes{
    Purpose::arrival_gap, Purpose::closer,           Purpose::lifetime,
    Purpose::rtt,         Purpose::peer_close_delay, Purpose::client_close_delay,
    Purpose::syn_loss,    Purpose::fin_loss,         Purpose::peer_fin_loss};

// What a draw is for, in one value.
struct Name {
  std::uint64_t seed = 1;
  std::uint32_t replication = 1;
  std::uint8_t purpose = 0;
  std::uint32_t index = 0;
  std::uint64_t ordinal = 0;

  [[nodiscard]] std::uint64_t key() const {
    return Draws(seed, replication).key(static_cast<Purpose>(purpose), index);
  }
  [[nodiscard]] std::uint64_t bits() const { return Draws::bits(key(), ordinal); }
};

// x with x ^ (x >> shift) = y.
std::uint64_t undo_shift(std::uint64_t y, int shift) {
  std::uint64_t x = y;
  for (int known = shift; known < 64; known += shift) {
    x = y ^ (x >> shift);
  }
  return x;
}

// The inverse of an odd number modulo 2^64: each step of Newton's method doubles the correct bits.
constexpr std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t result = odd;
  for (int step = 0; step < 5; ++step) {
    result *= 2 - odd * result;
  }
  return result;
}

std::uint64_t unmix64(std::uint64_t y) {
  y = undo_shift(y, 31) * inverse(0x94D049BB133111EB);
  y = undo_shift(y, 27) * inverse(0xBF58476D1CE4E5B9);
  return undo_shift(y, 30);
}

// The step of splitmix64, found from outside: bits(key, n) = mix64(key + (n + 1) step).
std::uint64_t step() { return unmix64(Draws::bits(0, 0)); }

// The correlation of two samples of uniform draws, known to have mean 1/2 and variance 1/12.
class Correlation {
 public:
  void add(double a, double b) {
    sum_ += (a - 0.5) * (b - 0.5);
    ++count_;
  }
  // In standard deviations: normal for independent draws.
  [[nodiscard]] double score() const { return 12 * sum_ / std::sqrt(static_cast<double>(count_)); }

 private:
  double sum_ = 0;
  std::uint64_t count_ = 0;
};

// How many output bits change, and each how often, when one bit of an input is flipped.
class Avalanche {
 public:
  void add(std::uint64_t before, std::uint64_t after) {
    const std::uint64_t changed = before ^ after;
    for (std::size_t bit = 0; bit < 64; ++bit) {
      flips_[bit] += (changed >> bit) & 1;
    }
    total_ += static_cast<std::uint64_t>(std::popcount(changed));
    ++count_;
  }

  // Independent draws: mean 32 with standard deviation 4 / sqrt(count), each bit 1/2 with 1 / (2
  // sqrt(count)). Six of them: about 10^-9 for each of some 10^4 cells.
  void check() const {
    const auto count = static_cast<double>(count_);
    CHECK(std::fabs(static_cast<double>(total_) / count - 32) < 6 * 4 / std::sqrt(count));
    for (const std::uint64_t flips : flips_) {
      CHECK(std::fabs(static_cast<double>(flips) / count - 0.5) < 6 * 0.5 / std::sqrt(count));
    }
  }

 private:
  std::array<std::uint64_t, 64> flips_{};
  std::uint64_t total_ = 0;
  std::uint64_t count_ = 0;
};

// Flips bit `bit` of the input that `flip` names, at 2,000 places.
template <typename Flip>
void check_avalanche(int bits, Flip flip) {
  for (int bit = 0; bit < bits; ++bit) {
    INFO("input bit " << bit);
    Avalanche avalanche;
    for (std::uint64_t place = 0; place < 2'000; ++place) {
      Name name{1 + place % 7, static_cast<std::uint32_t>(1 + place % 5),
                static_cast<std::uint8_t>(place % 9), static_cast<std::uint32_t>(place % 3), place};
      const std::uint64_t before = name.bits();
      flip(name, bit);
      avalanche.add(before, name.bits());
    }
    avalanche.check();
  }
}

// Scores of independent pairs of streams are normal: beyond 5 lies one in 1.7 million.
constexpr double kFarOut = 5;

double score_of_streams(std::uint64_t key_a, std::uint64_t key_b, std::uint64_t count) {
  Correlation correlation;
  for (std::uint64_t ordinal = 0; ordinal < count; ++ordinal) {
    correlation.add(Draws::uniform(key_a, ordinal), Draws::uniform(key_b, ordinal));
  }
  return correlation.score();
}

}  // namespace

TEST_CASE("the mixing is the one of splitmix64") {
  CHECK(mix64(0) == 0);
  // The outputs of the reference implementation (Vigna, 2015) for the seeds 0 and 1234567.
  CHECK(Draws::bits(0, 0) == 0xE220A8397B1DCDAF);
  CHECK(Draws::bits(1234567, 0) == 6457827717110365317U);
  CHECK(Draws::bits(1234567, 1) == 3203168211198807973U);
  CHECK(Draws::bits(1234567, 2) == 9817491932198370423U);
  CHECK(Draws::bits(1234567, 3) == 4593380528125082431U);
  CHECK(Draws::bits(1234567, 4) == 16408922859458223821U);
}

TEST_CASE("the draws of a name never change, for recorded results depend on them") {
  struct Known {
    Name name;
    std::uint64_t key;
    std::uint64_t bits;
  };
  // From a second implementation with integers of unlimited size.
  const std::vector<Known> known{
      {{1, 1, 0, 0, 0}, 0x5232BF0711CFB695, 0xE5512BF9BD7D6F3},
      {{1, 1, 0, 0, 1}, 0x5232BF0711CFB695, 0x947A46876999D4D3},
      {{1, 1, 2, 0, 0}, 0xA842FCFB270A345C, 0x8872F642EBD302E},
      {{1, 1, 2, 1, 0}, 0xBCE8360478DB6741, 0xD724018D6E1403F4},
      {{1, 2, 2, 0, 0}, 0xB6D95E1A3679897, 0x4D5DBE31C7BDD5B0},
      {{2, 1, 2, 0, 0}, 0xC02C3E67818C9CCB, 0x9A040DB05607DB18},
      {{0, 0, 0, 0, 0}, 0xEA23449128F3064A, 0x4534183A9817A9A3},
      {{~std::uint64_t{0}, 4294967295, 8, 4294967295, ~std::uint64_t{0}},
       0xA78DD5D3AF0B9665,
       0xDF1C1C322E4878C5},
      {{42, 7, 6, 3, 123456789}, 0x365D88613B59B767, 0x13A6FD70A37B158D},
  };
  for (const Known& one : known) {
    INFO("seed " << one.name.seed << " purpose " << int{one.name.purpose} << " ordinal " << one.name.ordinal);
    CHECK(one.name.key() == one.key);
    CHECK(one.name.bits() == one.bits);
  }
  const std::uint64_t lifetime = Draws(1, 1).key(Purpose::lifetime);
  CHECK(Draws::uniform(lifetime, 0) == 0x1.10e5ec85d7a68p-5);
  CHECK(Draws::uniform(lifetime, 1) == 0x1.983779cbcbb22p-1);
  CHECK(Draws::uniform(lifetime, 2) == 0x1.bf3527ad34354p-1);
}

TEST_CASE("the numbers of the purposes never change") {
  for (std::size_t i = 0; i < kPurposes.size(); ++i) {
    CHECK(static_cast<std::size_t>(kPurposes[i]) == i);
  }
}

TEST_CASE("the mixing loses nothing: every value has one origin") {
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const std::uint64_t x = i * 0x123456789ABCDEF1 + 7;
    REQUIRE(unmix64(mix64(x)) == x);
  }
}

TEST_CASE("a uniform draw is the top 53 bits plus a half, rounded once, above 0 and at most 1") {
  // Keys whose first draw has given bits.
  const auto uniform_of = [](std::uint64_t bits) { return Draws::uniform(unmix64(bits) - step(), 0); };
  CHECK(uniform_of(0) == 0x1p-54);
  CHECK(uniform_of(0x7FF) == 0x1p-54);
  CHECK(uniform_of(0x800) == 0x3p-54);
  CHECK(uniform_of(std::uint64_t{1} << 63) == 0.5);                      // 0.5 + 2^-54, to even
  CHECK(uniform_of((std::uint64_t{1} << 63) + 0x800) == 0.5 + 0x1p-52);  // 0.5 + 3 x 2^-54, to even
  CHECK(uniform_of((std::uint64_t{1} << 63) - 1) == 0.5 - 0x1p-54);
  CHECK(uniform_of(~std::uint64_t{0}) == 1.0);
}

TEST_CASE("a million uniform draws fill 256 cells evenly, by their high and by their low bits") {
  constexpr std::uint64_t kCount = 1 << 20;
  std::array<double, 256> high{};
  std::array<double, 256> low{};
  const std::uint64_t key = Draws(1, 1).key(Purpose::rtt);
  for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
    high[static_cast<std::size_t>(std::min(255.0, Draws::uniform(key, ordinal) * 256))] += 1;
    low[Draws::bits(key, ordinal) & 255] += 1;
  }
  for (const auto& cells : {high, low}) {
    const double expected = static_cast<double>(kCount) / 256;
    double chi_square = 0;
    for (const double cell : cells) {
      chi_square += (cell - expected) * (cell - expected) / expected;
    }
    // 255 degrees of freedom: mean 255, standard deviation sqrt(510) = 22.6; five of them to either side.
    CHECK(chi_square > 255 - 5 * 22.6);
    CHECK(chi_square < 255 + 5 * 22.6);
  }
}

TEST_CASE("a million uniform draws have the mean and the variance of the uniform law") {
  constexpr std::uint64_t kCount = 1'000'000;
  const std::uint64_t key = Draws(1, 1).key(Purpose::lifetime);
  double sum = 0;
  double squares = 0;
  for (std::uint64_t ordinal = 0; ordinal < kCount; ++ordinal) {
    const double d = Draws::uniform(key, ordinal) - 0.5;
    sum += d;
    squares += d * d;
  }
  // Standard errors: sqrt(1/12) / 1000 of the mean, sqrt(1/180) / 1000 of the mean square.
  CHECK(std::fabs(sum / kCount) < 5 * std::sqrt(1.0 / 12) / 1000);
  CHECK(std::fabs(squares / kCount - 1.0 / 12) < 5 * std::sqrt(1.0 / 180) / 1000);
}

TEST_CASE("one flipped bit of the seed changes half of the bits of a draw") {
  check_avalanche(64, [](Name& name, int bit) { name.seed ^= std::uint64_t{1} << bit; });
}

TEST_CASE("one flipped bit of the replication changes half of the bits of a draw") {
  check_avalanche(32, [](Name& name, int bit) { name.replication ^= std::uint32_t{1} << bit; });
}

TEST_CASE("one flipped bit of the purpose changes half of the bits of a draw") {
  check_avalanche(
      8, [](Name& name, int bit) { name.purpose = static_cast<std::uint8_t>(name.purpose ^ (1 << bit)); });
}

TEST_CASE("one flipped bit of the index changes half of the bits of a draw") {
  check_avalanche(32, [](Name& name, int bit) { name.index ^= std::uint32_t{1} << bit; });
}

TEST_CASE("one flipped bit of the ordinal changes half of the bits of a draw") {
  check_avalanche(64, [](Name& name, int bit) { name.ordinal ^= std::uint64_t{1} << bit; });
}

TEST_CASE("neighbouring ordinals draw independently") {
  const std::uint64_t key = Draws(1, 1).key(Purpose::arrival_gap);
  for (const std::uint64_t lag : {1U, 2U, 3U, 4U, 8U, 64U, 1000U}) {
    Correlation correlation;
    for (std::uint64_t ordinal = 0; ordinal < 500'000; ++ordinal) {
      correlation.add(Draws::uniform(key, ordinal), Draws::uniform(key, ordinal + lag));
    }
    INFO("lag " << lag);
    CHECK(std::fabs(correlation.score()) < kFarOut);
  }
}

TEST_CASE("two purposes of one connection draw independently") {
  const Draws draws(1, 1);
  for (const Purpose a : kPurposes) {
    for (const Purpose b : kPurposes) {
      if (a < b) {
        INFO("purposes " << static_cast<int>(a) << " and " << static_cast<int>(b));
        CHECK(std::fabs(score_of_streams(draws.key(a), draws.key(b), 100'000)) < kFarOut);
      }
    }
  }
}

TEST_CASE("the draws of one purpose are independent from index to index") {
  const Draws draws(1, 1);
  for (std::uint32_t index = 0; index < 10; ++index) {
    const double score = score_of_streams(draws.key(Purpose::syn_loss, index),
                                          draws.key(Purpose::syn_loss, index + 1), 100'000);
    CHECK(std::fabs(score) < kFarOut);
  }
}

TEST_CASE("neighbouring seeds and replications draw independently") {
  for (std::uint32_t n = 0; n < 20; ++n) {
    const std::uint64_t here = Draws(n, n).key(Purpose::lifetime);
    INFO("seed and replication " << n);
    CHECK(std::fabs(score_of_streams(here, Draws(n + 1, n).key(Purpose::lifetime), 50'000)) < kFarOut);
    CHECK(std::fabs(score_of_streams(here, Draws(n, n + 1).key(Purpose::lifetime), 50'000)) < kFarOut);
    CHECK(std::fabs(score_of_streams(here, Draws(n + 1, n + 1).key(Purpose::lifetime), 50'000)) < kFarOut);
  }
}

TEST_CASE("no two streams share a key or overlap within a billion ordinals") {
  // On the cycle of splitmix64 the streams start at key / step.
  const std::uint64_t per_step = inverse(step());
  std::vector<std::uint64_t> starts;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (std::uint32_t replication = 0; replication < 10; ++replication) {
      for (const Purpose purpose : kPurposes) {
        for (std::uint32_t index = 0; index < 10; ++index) {
          starts.push_back(Draws(seed, replication).key(purpose, index) * per_step);
        }
      }
    }
  }
  std::sort(starts.begin(), starts.end());
  std::uint64_t nearest = starts.front() - starts.back();  // around the cycle
  for (std::size_t i = 1; i < starts.size(); ++i) {
    nearest = std::min(nearest, starts[i] - starts[i - 1]);
  }
  CHECK(nearest > 1'000'000'000);
}
