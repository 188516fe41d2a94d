#include "cli/host_machine.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "base/exact_ratio.hpp"
#include "cli/host_advice.hpp"
#include "scenario/knob_settings.hpp"
#include "scenario/scope_text.hpp"
#include "scenario/value_text.hpp"
#include "study/port_forecast.hpp"
#include "trace/port_use.hpp"

namespace portsim::cli {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLookBack = 10s;  // along the timers, where there is one list only

/// Connections that came to a pool.
struct Coming {
  std::uint64_t through_time_wait = 0;
  std::uint64_t growth = 0;
};

/// Growth is told from coming and going by chance: twice the root of the number of changes.
Coming coming_to(const PoolChange& change) {
  const std::uint64_t changes = change.appeared + change.disappeared;
  const std::uint64_t growth =
      change.appeared > change.disappeared ? change.appeared - change.disappeared : 0;
  return {change.into_time_wait, growth * growth > 4 * changes ? growth : 0};
}

/// Those that entered TIME_WAIT within the time looked back.
Coming coming_by_timers(const PortPool& pool, Duration time_wait, Duration look_back) {
  const auto entered = std::count_if(pool.time_wait_left.begin(), pool.time_wait_left.end(),
                                     [&](Duration left) { return left > time_wait - look_back; });
  return {static_cast<std::uint64_t>(entered), 0};
}

double per_second(std::uint64_t count, Duration time) {
  return nearest_double(Uint128{count} * kNanosecondsPerSecond, static_cast<Uint128>(time.count()));
}

/// The sockets of a list that no program has any more: those in TIME_WAIT, and closed ones in FIN_WAIT_2.
std::uint64_t closed_sockets(const SocketTable& table) {
  const auto is_closed = [](const Socket& socket) {
    return socket.state == TcpState::time_wait ||
           (socket.state == TcpState::fin_wait_2 && socket.time_left.has_value());
  };
  return static_cast<std::uint64_t>(std::count_if(table.sockets.begin(), table.sockets.end(), is_closed));
}

/// A machine, understood.
class Machine {
 public:
  Machine(const HostWishes& wishes, const Snapshots& snapshots, std::vector<std::vector<Setting>> levels,
          const ValidScenario& scenario)
      : wishes_(wishes),
        levels_(std::move(levels)),
        scenario_(scenario),
        use_(port_use(snapshots.now, snapshots.before ? &*snapshots.before : nullptr, scenario.pool(),
                      scenario->scope)) {
    // Only Linux shows timers, and there the delay is a constant, whatever --delay asks for.
    has_timers_ = snapshots.now.form == SocketForm::proc;
    bool lacks_timers = false;
    for (const PortPool& pool : use_.pools) {
      has_timers_ = has_timers_ || !pool.time_wait_left.empty();
      lacks_timers = lacks_timers || pool.time_wait_untimed > 0;
      in_use_ += pool.in_use();
    }
    has_timers_ = has_timers_ && !lacks_timers;
    time_wait_ = has_timers_ ? scenario->stack.time_wait : scenario->time_wait;
    choose_source(snapshots);
    if (use_.pools.empty() && wishes_.rate) {
      use_.pools.emplace_back();  // the first destination is still to come
    }
  }

  HostReport report(const Snapshots& snapshots) {
    HostReport report;
    describe(report, snapshots);
    std::vector<std::pair<HostPool, PoolState>> pools;
    for (const PortPool& pool : use_.pools) {
      pools.emplace_back(shown(pool), state_of(pool));
      auto& [host_pool, state] = pools.back();
      if (report.rate_source != RateSource::unknown) {
        const PortForecast forecast = forecast_ports(levels_, state);
        host_pool.exhausted_after = rounded(forecast.exhausted_after);
        report.horizon = std::max(report.horizon, forecast.horizon);
      }
    }
    std::stable_sort(pools.begin(), pools.end(),
                     [](const auto& a, const auto& b) { return is_tighter(a.first, b.first); });
    report.pools_in_all = pools.size();
    if (!pools.empty() && pools.front().first.exhausted_after) {
      report.advice = host_advice(levels_, scenario_, pools.front().second,
                                  {.exhausted_after = pools.front().first.exhausted_after, .horizon = {}});
      for (HostAdvice& advice : report.advice) {
        advice.exhausted_after = rounded(advice.exhausted_after);
      }
    }
    pools.resize(std::min<std::size_t>(pools.size(), wishes_.top));
    for (auto& [pool, state] : pools) {
      report.pools.push_back(std::move(pool));
    }
    return report;
  }

 private:
  /// To the millisecond: it is an estimate.
  static std::optional<Duration> rounded(std::optional<Duration> time) {
    return time ? std::optional<Duration>(std::chrono::floor<std::chrono::milliseconds>(*time))
                : std::nullopt;
  }

  static bool is_tighter(const HostPool& a, const HostPool& b) {
    if (a.exhausted_after.has_value() != b.exhausted_after.has_value()) {
      return a.exhausted_after.has_value();
    }
    if (a.exhausted_after != b.exhausted_after) {
      return *a.exhausted_after < *b.exhausted_after;
    }
    return a.in_use > b.in_use;
  }

  void choose_source(const Snapshots& snapshots) {
    if (wishes_.rate) {
      source_ = RateSource::given;
    } else if (snapshots.before) {
      source_ = RateSource::snapshots;
      interval_ = snapshots.interval;
    } else if (has_timers_) {
      source_ = RateSource::timers;
      interval_ = std::min(kLookBack, time_wait_);
    }
  }

  [[nodiscard]] Coming coming(const PortPool& pool) const {
    return source_ == RateSource::snapshots ? coming_to(pool.change)
                                            : coming_by_timers(pool, time_wait_, interval_);
  }

  /// Of --rate, the share that the pool's ports are of all that are held.
  [[nodiscard]] PortFlow given_flow(const PortPool& pool) const {
    const Fraction gap = nanoseconds_between(*wishes_.rate);
    const Uint128 gap_ps = multiply_divide(1000, gap.numerator, gap.denominator);
    if (in_use_ == 0) {
      return {gap_ps};
    }
    return {pool.in_use() == 0 ? 0 : multiply_divide(in_use_, gap_ps, pool.in_use())};
  }

  [[nodiscard]] PoolState state_of(const PortPool& pool) const {
    PoolState state{.staying = pool.staying + use_.listening_ports,
                    .time_wait_left = pool.time_wait_left,
                    .time_wait = time_wait_,
                    .closing_left = pool.closing_left,
                    .is_loopback = pool.is_loopback,
                    .through_time_wait = {},
                    .growth = {}};
    const auto untimed = static_cast<std::int64_t>(pool.time_wait_untimed);
    for (std::int64_t i = 0; i < untimed; ++i) {
      state.time_wait_left.push_back(time_wait_ / untimed * i + time_wait_ / (2 * untimed));
    }
    if (source_ == RateSource::given) {
      state.through_time_wait = given_flow(pool);
    } else if (source_ != RateSource::unknown) {
      state.through_time_wait = PortFlow::of(coming(pool).through_time_wait, interval_);
      state.growth = PortFlow::of(coming(pool).growth, interval_);
    }
    return state;
  }

  static std::string endpoint(const std::string& address, std::uint16_t port) {
    return (address.find(':') == std::string::npos ? address : "[" + address + "]") + ":" +
           std::to_string(port);
  }

  [[nodiscard]] HostPool shown(const PortPool& pool) const {
    HostPool result;
    result.from = pool.local_address;
    result.to = pool.remote_address.empty() ? "" : endpoint(pool.remote_address, pool.remote_port);
    result.in_use = pool.in_use();
    for (const DestinationUse& use : pool.destinations) {
      HostDestination& destination = result.destinations.emplace_back();
      destination.from = use.local_address;
      destination.to = endpoint(use.remote_address, use.remote_port);
      destination.states = use.states;
      for (std::size_t i = 0; i < use.states.size(); ++i) {
        destination.in_use += use.states[i];
        result.states[i] += use.states[i];
      }
    }
    std::stable_sort(result.destinations.begin(), result.destinations.end(),
                     [](const HostDestination& a, const HostDestination& b) { return a.in_use > b.in_use; });
    result.destinations.resize(std::min<std::size_t>(result.destinations.size(), wishes_.top));
    if (source_ == RateSource::given) {
      const PortFlow flow = given_flow(pool);
      constexpr Uint128 kPerSecond = 1'000'000'000'000;
      result.opens_per_s = flow.gap_ps == 0 ? 0 : nearest_double(kPerSecond, flow.gap_ps);
      result.growth_per_s = 0;
    } else if (source_ != RateSource::unknown) {
      const Coming now = coming(pool);
      result.opens_per_s = per_second(now.through_time_wait + now.growth, interval_);
      result.growth_per_s = per_second(now.growth, interval_);
    }
    return result;
  }

  void describe(HostReport& report, const Snapshots& snapshots) const {
    report.version = PORTSIM_VERSION;
    report.sockets_from = snapshots.from;
    for (const std::vector<Setting>& level : levels_) {
      for (const Setting& setting : level) {
        if (setting.name == kKnobLine || setting.name == kKnobSetting) {
          const std::size_t sign = setting.value.find('=');
          const std::string name = setting.value.substr(0, sign);
          std::erase_if(report.settings, [&](const auto& known) { return known.first == name; });
          report.settings.emplace_back(name, setting.value.substr(sign + 1));
        }
      }
    }
    report.profile = scenario_->stack.name;
    report.scope = scenario_->scope;
    report.scope_name = scope_text(scenario_->scope);
    report.ports = ranges_text(scenario_->ports);
    report.pool_size = scenario_.pool().size();
    report.listening_ports = use_.listening_ports;
    report.time_wait = scenario_->time_wait;
    report.application_error = scenario_->stack.application_error;
    report.sockets = snapshots.now.sockets.size();
    report.listening = use_.listening;
    report.accepted = use_.accepted;
    report.outside_range = use_.outside_range;
    report.not_connected = use_.not_connected;
    report.rate_source = source_;
    report.interval = interval_;
    report.active_opens_per_s = snapshots.active_opens_per_s;
    if (snapshots.kernel_counts) {
      const auto& [in_use, orphans, time_wait] = *snapshots.kernel_counts;
      report.kernel = KernelCounts{in_use, orphans, time_wait, closed_sockets(snapshots.now)};
    }
  }

  const HostWishes& wishes_;
  std::vector<std::vector<Setting>> levels_;
  const ValidScenario& scenario_;
  PortUse use_;
  std::uint64_t in_use_ = 0;  // over all pools
  bool has_timers_ = false;
  Duration time_wait_{};
  RateSource source_ = RateSource::unknown;
  Duration interval_{};
};
}  // namespace

HostReport report_machine(const HostWishes& wishes, const Snapshots& snapshots,
                          const std::vector<std::vector<Setting>>& levels, const ValidScenario& scenario) {
  return Machine(wishes, snapshots, levels, scenario).report(snapshots);
}

}  // namespace portsim::cli
