// What would just do: the largest rate, the longest TIME_WAIT delay, the smallest pool without a failure.
//
// A made-up load that is not random has one constant hold, and theory/exhaustion.hpp knows without a run
// whether it fails, if the ports act as one pool and nothing disturbs the hold; any other one is run again
// and again. Either way a value is given only if a run with it had no failure. That run covers
// `telling_window`, in which a made-up load with an undisturbed hold fails if it ever does, or else the whole
// duration. It ends earlier only where that holds hundreds of thousands of connections.
//
// Simplifications, all on the safe side. By runs, rates are found to 6 digits and delays to a millisecond. A
// failure within the warm-up counts as well. The on-off load of a larger rate may by chance need one port
// less (its last attempts move into the next ON by less than one gap), so that a rate somewhat above the one
// found can do too; and so may that of a stack whose timers end on a grid.
#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "base/exact_ratio.hpp"
#include "portsim/simulate.hpp"
#include "portsim/theory.hpp"
#include "study/rate_grid.hpp"
#include "theory/exhaustion.hpp"
#include "theory/hold.hpp"

namespace portsim {
namespace {

constexpr std::uint64_t kLastPort = 65535;
constexpr std::uint64_t kStepGrowth = 2;
constexpr std::uint64_t kMostVerified = 2'000'000;      // connections of a made-up load in one run
constexpr std::uint64_t kMostVerifiedByRuns = 500'000;  // the same where each value takes many runs
constexpr std::uint64_t kRateGranule = 1'000'000;       // of the grid of rates, by runs: 6 significant digits
constexpr Duration kDelayGranule = std::chrono::milliseconds(1);  // the same of delays

using Condition = std::function<bool(std::uint64_t)>;

// The last of [first, last] for which `holds`, which holds up to there and not beyond.
std::optional<std::uint64_t> last_that(std::uint64_t first, std::uint64_t last, const Condition& holds) {
  if (first > last || !holds(first)) {
    return std::nullopt;
  }
  while (first < last) {
    const std::uint64_t middle = last - (last - first) / 2;
    if (holds(middle)) {
      first = middle;
    } else {
      last = middle - 1;
    }
  }
  return first;
}

// The first of [first, last] for which `holds`, which holds from there on.
std::optional<std::uint64_t> first_that(std::uint64_t first, std::uint64_t last, const Condition& holds) {
  const auto before = last_that(first, last, [&holds](std::uint64_t value) { return !holds(value); });
  const std::uint64_t found = before ? *before + 1 : first;
  return found <= last ? std::optional(found) : std::nullopt;
}

std::optional<Result> run_to_first_failure(Scenario scenario) {
  scenario.warm_up = {};
  const auto checked = validate(std::move(scenario));
  const auto* valid = std::get_if<ValidScenario>(&checked);
  if (valid == nullptr) {
    return std::nullopt;
  }
  RunOptions options;
  options.stop_at_first_failure = true;
  options.fingerprint = false;
  return simulate(*valid, options);
}

// The time in which a load that does not pause makes `connections` (below 2^33); at least 1 ns.
Duration time_of(const GeneratedLoad& load, std::uint64_t connections) {
  const Fraction gap = nanoseconds_between(load.rate);
  const std::uint64_t requests = connections * load.requests_per_connection;
  const Uint128 longest = std::numeric_limits<Duration::rep>::max();
  const Uint128 time = std::min(multiply_divide(requests, gap.numerator, gap.denominator), longest);
  return std::max(Duration(static_cast<Duration::rep>(time)), Duration{1});
}

// The made-up load whose rate can be changed; null for a log, and for a schedule.
const GeneratedLoad* steady_load(const Scenario& scenario) {
  const auto* load = std::get_if<GeneratedLoad>(&scenario.load);
  return load == nullptr || std::holds_alternative<ScheduledArrivals>(load->arrivals) ? nullptr : load;
}

Duration verified_window(const GeneratedLoad& load) { return time_of(load, kMostVerified); }

bool succeeds(Scenario scenario) {
  const auto result = run_to_first_failure(std::move(scenario));
  return result && !result->exhausted();
}

// `succeeds` for a made-up load whose ports act as one pool: in the window that tells.
bool succeeds_as_one_pool(Scenario scenario) {
  const auto hold = constant_hold(scenario);
  if (!hold) {
    return false;
  }
  const auto& load = std::get<GeneratedLoad>(scenario.load);
  scenario.duration = std::min(telling_window(load, *hold, scenario.duration), verified_window(load));
  return succeeds(std::move(scenario));
}

Scenario with_rate(Scenario scenario, const Rate& rate) {
  std::get<GeneratedLoad>(scenario.load).rate = rate;
  return scenario;
}

Scenario with_delay(Scenario scenario, Duration delay) {
  scenario.time_wait = delay;
  return scenario;
}

// `size` ports in one range from the lowest port of the pool on, or as high as they can be.
Scenario with_pool(Scenario scenario, std::uint64_t size) {
  std::uint64_t lowest = kLastPort;
  for (const PortRange& range : scenario.ports) {
    lowest = std::min<std::uint64_t>(lowest, range.first);
  }
  const std::uint64_t first = std::min(lowest, kLastPort + 1 - size);
  scenario.ports = {{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(first + size - 1)}};
  scenario.reserved_ports.clear();
  return scenario;
}

// The legal values of the TIME_WAIT delay, as multiples of their step.
struct LegalDelays {
  explicit LegalDelays(const TimeLimits& limits)
      : step(std::max<std::int64_t>(limits.step.count(), 1)),
        first(static_cast<std::uint64_t>((limits.least.count() + step - 1) / step)),
        last(static_cast<std::uint64_t>(limits.most.count() / step)) {}

  [[nodiscard]] Duration at(std::uint64_t multiple) const {
    return Duration(static_cast<std::int64_t>(multiple) * step);
  }

  std::int64_t step;
  std::uint64_t first;
  std::uint64_t last;
};

// The values of a made-up load with a constant hold, from its closed form.
class MadeUp {
 public:
  explicit MadeUp(const ValidScenario& scenario)
      : scenario_(*scenario), capacity_(scenario.capacity()), keys_(scenario.keys()) {}

  [[nodiscard]] Sustainable find() const {
    Sustainable found;
    if (const auto rate = last_that(0, kGridRates - 1, [this](std::uint64_t index) {
          return never_fails(with_rate(scenario_, grid_rate(index)), capacity_);
        })) {
      found.max_rate = grid_rate(*rate);
    }
    const LegalDelays delays(scenario_.stack.time_wait_limits);
    if (const auto delay = last_that(delays.first, delays.last, [&](std::uint64_t multiple) {
          return never_fails(with_delay(scenario_, delays.at(multiple)), capacity_);
        })) {
      found.max_delay = delays.at(*delay);
    }
    if (const auto ports = first_that(scenario_.ports_in_use + 1, kLastPort, [this](std::uint64_t size) {
          return never_fails(scenario_, (size - scenario_.ports_in_use) * keys_);
        })) {
      found.min_ports = ports;
    }
    return found;
  }

 private:
  [[nodiscard]] static bool never_fails(const Scenario& scenario, std::uint64_t capacity) {
    const auto hold = constant_hold(scenario);
    return hold && never_exhausts(std::get<GeneratedLoad>(scenario.load), *hold, scenario.duration, capacity);
  }

  const Scenario& scenario_;
  std::uint64_t capacity_;
  std::uint64_t keys_;
};

// By runs, for a load that is not random. More delay never frees a port that less delay kept, so bisection is
// right; rows that ask for a port of their own, and timers that end on a grid, can break that, and then the
// value found is good but perhaps not the best.
class ByRuns {
 public:
  explicit ByRuns(const ValidScenario& scenario)
      : scenario_(*scenario), capacity_(std::min(scenario.capacity(), translations(scenario))) {}

  [[nodiscard]] Sustainable find() const {
    Sustainable found;
    if (steady_load(scenario_) != nullptr) {
      const auto rate_of = [](std::uint64_t index) { return grid_rate(index * kRateGranule); };
      const auto with = [&](std::uint64_t index) { return with_rate(scenario_, rate_of(index)); };
      if (const auto rate = find(last_that, 0, (kGridRates - 1) / kRateGranule, with)) {
        found.max_rate = rate_of(*rate);
      }
    }
    TimeLimits limits = scenario_.stack.time_wait_limits;
    limits.step = std::max(limits.step, kDelayGranule);
    const LegalDelays delays(limits);
    const auto with = [&](std::uint64_t multiple) { return with_delay(scenario_, delays.at(multiple)); };
    if (const auto delay = find(last_that, delays.first, delays.last, with)) {
      found.max_delay = delays.at(*delay);
    }
    found.min_ports = find(first_that, scenario_.ports_in_use + 1, kLastPort,
                           [this](std::uint64_t size) { return with_pool(scenario_, size); });
    return found;
  }

 private:
  // How many translations there can be at once; without a translator any number.
  [[nodiscard]] static std::uint64_t translations(const ValidScenario& scenario) {
    if (!scenario->nat) {
      return std::numeric_limits<std::uint64_t>::max();
    }
    const NatGateway& gateway = *scenario->nat;
    std::uint64_t ports = 0;
    for (const PortRange& range : gateway.stack.ports) {
      ports += std::uint64_t{range.last} - range.first + 1;
    }
    return ports * gateway.addresses * (gateway.stack.nat->is_per_host ? scenario.hosts() : 1) *
           (gateway.stack.scope == Scope::tuple ? scenario->destinations : 1);
  }

  using Search = std::optional<std::uint64_t> (*)(std::uint64_t, std::uint64_t, const Condition&);

  // Searches with runs in short windows. Where a whole run then shows a failure of what was found, goes back
  // from it in growing steps until one shows none.
  template <class With>
  [[nodiscard]] std::optional<std::uint64_t> find(Search search, std::uint64_t first, std::uint64_t last,
                                                  const With& with) const {
    const auto found = search(first, last, [&](std::uint64_t value) {
      Scenario scenario = with(value);
      const Duration window = short_window(scenario);
      return !fails_within(std::move(scenario), window);
    });
    if (!found) {
      return std::nullopt;
    }
    const bool is_upper = search == last_that;  // the values below it are the easier ones
    const std::uint64_t most = is_upper ? *found - first : last - *found;
    for (std::uint64_t back = 0; back <= most; back = back * kStepGrowth + 1) {
      const std::uint64_t value = is_upper ? *found - back : *found + back;
      Scenario scenario = with(value);
      const Duration window = whole_window(scenario);
      if (!fails_within(std::move(scenario), window)) {
        return value;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] static Duration whole_window(const Scenario& scenario) {
    const GeneratedLoad* load = steady_load(scenario);
    return load == nullptr ? scenario.duration
                           : std::min(scenario.duration, time_of(*load, kMostVerifiedByRuns));
  }

  // The undisturbed hold, or the time in which all ports are given out, and half as much more.
  [[nodiscard]] Duration short_window(const Scenario& scenario) const {
    const GeneratedLoad* load = steady_load(scenario);
    Duration window = whole_window(scenario);
    const auto hold = constant_hold(undisturbed(scenario));
    if (load != nullptr && hold) {
      window = std::min(window, std::max(*hold + *hold / 2, Duration{1}));
      window = std::min(window, time_of(*load, std::min(capacity_ + capacity_ / 2 + 1, kMostVerified)));
    }
    return window;
  }

  [[nodiscard]] static bool fails_within(Scenario scenario, Duration window) {
    scenario.duration = window;
    return !succeeds(std::move(scenario));
  }

  const Scenario& scenario_;
  std::uint64_t capacity_;
};

// True when each connection of the load has a hold that is known beforehand.
bool holds_are_constant(const Scenario& scenario, const RecordedLoad& load) {
  const auto usual = only_closer(scenario.closers);
  Scenario single = undisturbed(scenario);
  for (const RecordedConnection& row : *load.connections) {
    const auto closer = row.closer ? row.closer : usual;
    single.lifetime = row.lifetime ? Distribution::constant(*row.lifetime) : scenario.lifetime;
    single.peer_close_delay =
        row.peer_close_delay ? Distribution::constant(*row.peer_close_delay) : scenario.peer_close_delay;
    single.connect_timeout = row.connect_timeout ? row.connect_timeout : scenario.connect_timeout;
    if (!closer || !constant_hold(single, *closer)) {
      return false;
    }
  }
  return true;
}

// Drops what a run does not confirm.
Sustainable verified(Sustainable found, const Scenario& scenario) {
  if (found.max_rate && !succeeds_as_one_pool(with_rate(scenario, *found.max_rate))) {
    found.max_rate.reset();
  }
  if (found.max_delay && !succeeds_as_one_pool(with_delay(scenario, *found.max_delay))) {
    found.max_delay.reset();
  }
  if (found.min_ports && !succeeds_as_one_pool(with_pool(scenario, *found.min_ports))) {
    found.min_ports.reset();
  }
  return found;
}

}  // namespace

Sustainable find_sustainable(const ValidScenario& scenario) {
  if (!finds_any_free_port(*scenario)) {
    return {};  // which port is found, and whether, is a matter of chance
  }
  if (const auto* recorded = std::get_if<RecordedLoad>(&scenario->load)) {
    return holds_are_constant(*scenario, *recorded) ? ByRuns(scenario).find() : Sustainable{};
  }
  const bool poisson =
      std::holds_alternative<PoissonArrivals>(std::get<GeneratedLoad>(scenario->load).arrivals);
  if (poisson || !constant_hold(undisturbed(*scenario))) {
    return {};
  }
  if (steady_load(*scenario) == nullptr || !acts_as_one_pool(scenario) || !is_undisturbed(*scenario)) {
    return ByRuns(scenario).find();
  }
  return verified(MadeUp(scenario).find(), *scenario);
}

}  // namespace portsim
