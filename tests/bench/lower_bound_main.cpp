// What a simulation of a load attempt by attempt cannot do without: its random numbers, drawn as portsim
// draws them, and a ring of releases that is touched for each attempt. No results but two counts.
#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <vector>

#include "engine/arrivals.hpp"
#include "engine/draws.hpp"
#include "engine/sampling.hpp"
#include "scenario_of_arguments.hpp"

namespace {

using namespace portsim;

constexpr std::size_t kBlock = 1024;

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

void run(const ValidScenario& scenario) {
  const auto* const load = std::get_if<GeneratedLoad>(&scenario->load);
  if (load == nullptr) {
    throw std::invalid_argument("a recorded load draws nothing");
  }
  const Draws draws(scenario->seed, scenario->replication);
  ArrivalStream arrivals(*scenario, draws);
  const bool is_random = !scenario->lifetime.is_constant();
  const TimePoint end = TimePoint{} + scenario->duration;
  Ring ring{.releases = std::vector<std::int64_t>(scenario.capacity())};
  std::array<std::int64_t, kBlock> times{};
  std::array<std::int64_t, kBlock> lifetimes{};
  std::array<std::uint8_t, kBlock> capped{};
  std::uint64_t attempts = 0;
  while (arrivals.next_time() < end) {
    const std::size_t count = arrivals.take_before(end, times.data(), kBlock);
    if (is_random) {
      sample_block(scenario->lifetime, draws, Purpose::lifetime, attempts, count, lifetimes.data(),
                   capped.data());
    }
    for (std::size_t i = 0; i < count; ++i) {
      ring.attempt(times[i], times[i] + lifetimes[i] + scenario->time_wait.count());
    }
    attempts += count;
  }
  std::printf("{\"attempts\": %llu, \"failed\": %llu}\n", static_cast<unsigned long long>(attempts),
              static_cast<unsigned long long>(ring.refused));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(bench::scenario_of_arguments(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 2;
  }
}
