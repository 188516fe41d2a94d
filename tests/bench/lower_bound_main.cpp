// What no simulator of this model can avoid: drawing the random numbers of a load and touching a ring of
// releases, attempt by attempt. Vector instructions as the machine has them, a fast logarithm, no results but
// two counts.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <vector>

#include "scenario_of_arguments.hpp"

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define PORTSIM_CLONES __attribute__((target_clones("arch=skylake-avx512", "avx2", "default")))
#else
#define PORTSIM_CLONES
#endif

namespace {

constexpr std::size_t kBlock = 1024;
using Block = std::array<double, kBlock>;

/// Exponential numbers of mean `mean` for the ordinals from `first` on.
PORTSIM_CLONES void draw(std::uint64_t key, std::uint64_t first, double mean, Block& numbers) {
  for (std::size_t i = 0; i < kBlock; ++i) {
    std::uint64_t x = key + (first + i + 1) * 0x9E3779B97F4A7C15U;  // splitmix64
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    x = x ^ (x >> 31U);
    const double uniform = static_cast<double>(static_cast<std::int64_t>(x >> 12U) + 1) * 0x1p-52;
    numbers[i] = -mean * std::log(uniform);
  }
}

/// The releases of the last connections, as many as there are ports: an attempt is accepted when the one that
/// lies this many back is over.
struct Ring {
  std::vector<std::int64_t> releases;
  std::size_t next = 0;
  std::uint64_t refused = 0;

  void attempt(std::int64_t time, std::int64_t release) {
    if (releases[next] > time) {
      ++refused;
      return;
    }
    releases[next] = release;
    next = next + 1 == releases.size() ? 0 : next + 1;
  }
};

double mean_gap_ns(const portsim::GeneratedLoad& load) {
  const portsim::Fraction gap = portsim::nanoseconds_between(load.rate);
  return static_cast<double>(gap.numerator) / static_cast<double>(gap.denominator);
}

void run(const portsim::ValidScenario& scenario) {
  const auto* const load = std::get_if<portsim::GeneratedLoad>(&scenario->load);
  if (load == nullptr) {
    throw std::invalid_argument("a recorded load draws nothing");
  }
  const bool is_poisson = std::holds_alternative<portsim::PoissonArrivals>(load->arrivals);
  const bool is_random = !scenario->lifetime.is_constant();
  const double gap = mean_gap_ns(*load);
  const double end = static_cast<double>(scenario->duration.count());
  const auto constant_part = scenario->time_wait.count();
  Ring ring{.releases = std::vector<std::int64_t>(scenario.capacity())};
  Block gaps{};
  Block lifetimes{};
  gaps.fill(gap);
  std::uint64_t attempts = 0;
  for (double time = is_poisson ? 0 : -gap; time < end; attempts += kBlock) {
    if (is_poisson) {
      draw(1, attempts, gap, gaps);
    }
    if (is_random) {
      draw(2, attempts, 1e8, lifetimes);
    }
    for (std::size_t i = 0; i < kBlock; ++i) {
      time += gaps[i];
      const auto now = static_cast<std::int64_t>(time);
      ring.attempt(now, now + constant_part + static_cast<std::int64_t>(lifetimes[i]));
    }
  }
  std::printf("{\"attempts\": %llu, \"failed\": %llu}\n", static_cast<unsigned long long>(attempts),
              static_cast<unsigned long long>(ring.refused));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(portsim::bench::scenario_of_arguments(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 2;
  }
}
