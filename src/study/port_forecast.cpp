#include "study/port_forecast.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "portsim/simulate.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMostAttempts = 1'000'000;  // of one run; they are kept in memory
constexpr Duration kLongestTick = 5s;               // of a timer wheel, for TIME_WAITs up to minutes
constexpr Uint128 kPicoseconds = 1000;              // in a nanosecond

RecordedConnection connection(TimePoint start, Closer closer, Duration lifetime, bool is_loopback) {
  RecordedConnection made;
  made.start = start;
  made.closer = closer;
  made.lifetime = lifetime;
  made.is_loopback = is_loopback;
  return made;
}

/// The moment, from now, of connection `number` (from 1) of a flow.
Duration moment(const PortFlow& flow, std::uint64_t number) {
  const Uint128 moment = flow.gap_ps * number / kPicoseconds;
  return Duration{
      static_cast<std::int64_t>(std::min<Uint128>(moment, static_cast<Uint128>(kLongestDelay.count())))};
}

/// Connections of the flow within `time` from now.
std::uint64_t count_within(const PortFlow& flow, Duration time) {
  return flow.gap_ps == 0
             ? 0
             : static_cast<std::uint64_t>(static_cast<Uint128>(time.count()) * kPicoseconds / flow.gap_ps);
}

/// The load of a run whose first instant lies `past` before now.
class PoolLoad {
 public:
  PoolLoad(const PoolState& state, Duration past) : state_(state), now_(past) {}

  std::shared_ptr<const std::vector<RecordedConnection>> make(Duration horizon) {
    for (const Duration left : state_.time_wait_left) {
      const Duration age = std::clamp(state_.time_wait - left, Duration{}, now_.time_since_epoch());
      add(now_ - age, Closer::client, Duration{});
    }
    for (const Duration left : state_.closing_left) {
      add(now_, Closer::reset, left);
    }
    for (std::uint64_t i = 0; i < state_.staying; ++i) {
      add(now_, Closer::client, kLongestDelay);
    }
    std::stable_sort(load_->begin(), load_->end(), is_earlier);
    const auto present = static_cast<std::ptrdiff_t>(load_->size());
    add_flow(state_.through_time_wait, Duration{}, horizon);
    const auto growth = static_cast<std::ptrdiff_t>(load_->size());
    add_flow(state_.growth, kLongestDelay, horizon);
    std::inplace_merge(load_->begin() + present, load_->begin() + growth, load_->end(), is_earlier);
    return load_;
  }

 private:
  static bool is_earlier(const RecordedConnection& a, const RecordedConnection& b) {
    return a.start < b.start;
  }

  void add(TimePoint start, Closer closer, Duration lifetime) {
    load_->push_back(connection(start, closer, lifetime, state_.is_loopback));
  }

  void add_flow(const PortFlow& flow, Duration lifetime, Duration horizon) {
    const std::uint64_t count = count_within(flow, horizon);
    for (std::uint64_t number = 1; number <= count; ++number) {
      add(now_ + moment(flow, number), Closer::client, lifetime);
    }
  }

  const PoolState& state_;
  TimePoint now_;
  std::shared_ptr<std::vector<RecordedConnection>> load_ =
      std::make_shared<std::vector<RecordedConnection>>();
};

/// As far as a run can look: twice the hold, unless that would be too many attempts.
Duration horizon_of(const PoolState& state, Duration hold) {
  const Duration wanted = 2 * hold;
  const std::uint64_t attempts =
      count_within(state.through_time_wait, wanted) + count_within(state.growth, wanted);
  return attempts <= kMostAttempts ? wanted
                                   : Duration{static_cast<std::int64_t>(static_cast<Uint128>(wanted.count()) *
                                                                        kMostAttempts / attempts)};
}

/// How long a port that was in TIME_WAIT is kept from others.
Duration kept_for(const Scenario& scenario, const PoolState& state) {
  const std::optional<TimeWaitReuse>& reuse = scenario.stack.time_wait_reuse;
  const bool is_reused = reuse && scenario.timestamps && (!reuse->loopback_only || state.is_loopback);
  return is_reused ? std::min(reuse->age, scenario.time_wait) : scenario.time_wait;
}

/// Past the horizon ports come and go evenly, and only growth takes more: when has it taken all?
std::optional<Duration> by_growth(const ValidScenario& scenario, const PoolState& state) {
  if (state.growth.gap_ps == 0) {
    return std::nullopt;
  }
  const std::uint64_t taken =
      state.staying + count_within(state.through_time_wait, kept_for(*scenario, state));
  const std::uint64_t pool = scenario.pool().size();
  const Duration after = moment(state.growth, pool > taken ? pool - taken + 1 : 1);
  return after < kLongestDelay ? std::optional(after) : std::nullopt;
}

}  // namespace

PortFlow PortFlow::of(std::uint64_t count, Duration time) {
  return {count == 0 ? 0 : static_cast<Uint128>(time.count()) * kPicoseconds / count};
}

std::variant<ValidScenario, std::vector<Fault>> host_scenario(
    const std::vector<std::vector<Setting>>& levels) {
  RecordedLoad load;
  load.connections = std::make_shared<std::vector<RecordedConnection>>(1);
  return build_scenario(levels, std::move(load));
}

PortForecast forecast_ports(const std::vector<std::vector<Setting>>& levels, const PoolState& state) {
  const auto shape = host_scenario(levels);
  const auto& scenario = std::get<ValidScenario>(shape);
  const Duration hold = std::max(scenario->time_wait, state.time_wait) + kLongestTick;
  PortForecast forecast{.exhausted_after = std::nullopt, .horizon = horizon_of(state, hold)};
  const std::uint64_t coming =
      count_within(state.through_time_wait, forecast.horizon) + count_within(state.growth, forecast.horizon);
  if (state.in_use() + coming > scenario.pool().size()) {
    RecordedLoad load;
    load.connections = PoolLoad(state, hold).make(forecast.horizon);
    const auto built = build_scenario(levels, std::move(load));
    RunOptions options;
    options.stop_at_first_failure = true;
    const Result result = simulate(std::get<ValidScenario>(built), options);
    if (result.first_failure) {
      forecast.exhausted_after = std::max(result.first_failure->time - TimePoint{hold}, Duration{});
      return forecast;
    }
  }
  forecast.exhausted_after = by_growth(scenario, state);
  if (forecast.exhausted_after) {
    forecast.exhausted_after = std::max(*forecast.exhausted_after, forecast.horizon);
  }
  return forecast;
}

}  // namespace portsim
