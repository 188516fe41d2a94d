#include "reference_record.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>

#include "engine/draws.hpp"

namespace portsim::reference {
namespace {

std::uint64_t ports_in_use(const StateCounts& states) {
  return std::accumulate(states.begin(), states.end(), std::uint64_t{0});
}

std::uint64_t server_sessions(const StateCounts& states) {
  return ports_in_use(states) - states[client_index(TcpState::syn_sent)] -
         states[client_index(TcpState::time_wait)];
}

/// Reads the results of the counted window off the record of a run.
class Reader {
 public:
  Reader(const Scenario& scenario, const Record& record)
      : scenario_(scenario),
        record_(record),
        begin_(scenario.warm_up.count()),
        end_(scenario.duration.count()) {}

  Result read(std::uint64_t outage_list_limit) {
    Result result;
    result.capacity = capacity_of(scenario_);
    result.window = scenario_.duration - scenario_.warm_up;
    read_attempts(result);
    read_outages(result.outages, outage_list_limit);
    read_gauges(result);
    read_sessions(result);
    read_connections(result);
    result.fin_wait_2_timeouts = count_inside(record_.fin_wait_2_timeouts);
    result.fin_timeouts = count_inside(record_.fin_timeouts);
    read_early_closes(result.early_releases);
    if (scenario_.nat.has_value()) {
      result.nat = read_nat();
    }
    result.timeline_step = Duration{(end_ + 999) / 1000};
    result.timeline = timeline(result.timeline_step.count());
    return result;
  }

  [[nodiscard]] std::vector<TimelineRow> timeline(Nanoseconds step) const {
    std::vector<TimelineRow> rows;
    for (Nanoseconds from = begin_; from < end_;) {
      const Nanoseconds to = step < end_ - from ? from + step : end_;
      TimelineRow row;
      row.end = TimePoint{Duration{to}};
      for_each_value(from, to, [&](const StateCounts& states, Nanoseconds /*start*/, Nanoseconds /*length*/) {
        row.ports_in_use_max = std::max(row.ports_in_use_max, ports_in_use(states));
        row.states = states;
      });
      rows.push_back(row);
      from = to;
    }
    for (const Attempt& attempt : record_.attempts) {
      if (is_inside(attempt.time)) {
        TimelineRow& row = rows.at(static_cast<std::size_t>((attempt.time - begin_) / step));
        ++row.attempts;
        row.failed += attempt.outcome == Outcome::failed ? 1 : 0;
      }
    }
    return rows;
  }

 private:
  [[nodiscard]] bool is_inside(Nanoseconds time) const { return begin_ <= time && time < end_; }

  [[nodiscard]] std::uint64_t count_inside(const std::vector<Nanoseconds>& times) const {
    return static_cast<std::uint64_t>(
        std::count_if(times.begin(), times.end(), [this](Nanoseconds time) { return is_inside(time); }));
  }

  /// Calls use(states, start, length) for each span of constant values within [from, to), in order.
  template <typename Use>
  void for_each_value(Nanoseconds from, Nanoseconds to, Use use) const {
    const auto& history = record_.history;
    auto it =
        std::upper_bound(history.begin(), history.end(), from,
                         [](Nanoseconds time, const Snapshot& snapshot) { return time < snapshot.time; });
    --it;  // the first snapshot is at time 0, so one holds at `from`
    for (; it != history.end() && it->time < to; ++it) {
      const Nanoseconds start = std::max(from, it->time);
      const Nanoseconds stop = std::next(it) == history.end() ? to : std::min(to, std::next(it)->time);
      use(it->states, start, stop - start);
    }
  }

  void read_attempts(Result& result) const {
    std::set<std::uint64_t> served;
    for (const Attempt& attempt : record_.attempts) {
      if (attempt.outcome != Outcome::failed) {
        served.insert(attempt.id.caller);
      }
    }
    std::uint64_t number = 0;
    for (const Attempt& attempt : record_.attempts) {
      ++number;
      const std::uint64_t port = attempt.outcome == Outcome::failed ? 0 : attempt.grant.port;
      const std::uint64_t end = static_cast<std::uint64_t>(attempt.outcome) << 32 | port;
      result.fingerprint += mix64(mix64(mix64(static_cast<std::uint64_t>(attempt.time)) ^ number) ^ end);
      if (!is_inside(attempt.time)) {
        continue;
      }
      ++result.attempts;
      if (attempt.id.try_number == 0) {
        ++result.callers;
        result.callers_failed += served.contains(attempt.id.caller) ? 0 : 1;
      }
      switch (attempt.outcome) {
        case Outcome::failed: ++result.failed; break;
        case Outcome::connected: ++result.connected; break;
        case Outcome::refused: ++result.refused; break;
        case Outcome::timed_out: ++result.timed_out; break;
      }
      if (attempt.outcome == Outcome::failed && !result.first_failure.has_value()) {
        result.first_failure = FirstFailure{TimePoint{Duration{attempt.time}}, number, attempt.states};
      }
      result.search_sum += attempt.grant.ports_looked_at;
      result.search_max = std::max(result.search_max, attempt.grant.ports_looked_at);
      if (attempt.since_release.has_value()) {
        const Duration interval{*attempt.since_release};
        result.reuse_interval_min = std::min(result.reuse_interval_min.value_or(interval), interval);
      }
    }
  }

  void read_outages(OutageResult& outages, std::uint64_t list_limit) const {
    std::vector<Outage> all;
    bool is_out = false;
    for (const Attempt& attempt : record_.attempts) {
      if (!is_inside(attempt.time)) {
        continue;
      }
      const TimePoint time{Duration{attempt.time}};
      if (attempt.outcome == Outcome::failed) {
        if (!is_out) {
          all.push_back({time, TimePoint{scenario_.duration}, 0, true});
        }
        ++all.back().failed;
        is_out = true;
      } else if (is_out) {
        all.back().end = time;
        all.back().open = false;
        is_out = false;
      }
    }
    outages.count = all.size();
    for (const Outage& outage : all) {
      outages.total += outage.end - outage.start;
      outages.longest = std::max(outages.longest, outage.end - outage.start);
    }
    outages.list_truncated = all.size() > list_limit;
    all.resize(std::min<std::uint64_t>(all.size(), list_limit));
    outages.list = all;
  }

  void read_early_closes(EarlyReleases& releases) const {
    for (const EarlyClose& close : record_.early_closes) {
      if (is_inside(close.time)) {
        switch (close.cause) {
          case EarlyCause::reused: ++releases.reused; break;
          case EarlyCause::capped: ++releases.capped; break;
          case EarlyCause::reset: ++releases.reset; break;
        }
      }
    }
  }

  /// A value that was held for `length` > 0 of the counted window.
  static void count(GaugeResult& gauge, std::uint64_t value, Nanoseconds length) {
    gauge.peak = std::max(gauge.peak, value);
    gauge.area += Uint128{value} * static_cast<std::uint64_t>(length);
    gauge.at_end = value;
  }

  [[nodiscard]] NatResult read_nat() const {
    NatResult nat;
    nat.capacity = translations_per_key(scenario_);
    std::map<TranslationKey, std::vector<Translation>> by_key;
    for (const Translation& translation : record_.translations) {
      by_key[translation.key].push_back(translation);
    }
    nat.in_use = gauge_of(record_.translations);
    for (const auto& [key, translations] : by_key) {
      nat.key_peak = std::max(nat.key_peak, gauge_of(translations).peak);
    }
    for (const Attempt& attempt : record_.attempts) {
      if (is_inside(attempt.time) && attempt.outcome == Outcome::failed) {
        PoolFailures& pool = attempt.is_dropped ? nat.at_nat : nat.at_hosts;
        ++pool.failed;
        pool.first = pool.first.value_or(TimePoint{Duration{attempt.time}});
      }
    }
    return nat;
  }

  /// How many of the translations there are at each time of the counted window.
  [[nodiscard]] GaugeResult gauge_of(const std::vector<Translation>& translations) const {
    std::map<Nanoseconds, std::int64_t> changes{{begin_, 0}, {end_, 0}};
    for (const Translation& translation : translations) {
      ++changes[std::max(translation.begin, begin_)];
      --changes[std::max(translation.end.value_or(end_), begin_)];
    }
    GaugeResult gauge;
    std::int64_t value = 0;
    for (auto change = changes.begin(); change->first < end_; ++change) {
      value += change->second;
      count(gauge, static_cast<std::uint64_t>(value), std::next(change)->first - change->first);
    }
    return gauge;
  }

  void read_gauges(Result& result) const {
    for_each_value(begin_, end_, [&](const StateCounts& states, Nanoseconds /*start*/, Nanoseconds length) {
      count(result.ports_in_use, ports_in_use(states), length);
      for (std::size_t i = 0; i < states.size(); ++i) {
        count(result.states[i].gauge, states[i], length);
      }
    });
    for (const Entry& entry : record_.entries) {
      result.states.at(client_index(entry.state)).entered += is_inside(entry.time) ? 1 : 0;
    }
  }

  void read_sessions(Result& result) const {
    for_each_value(begin_, end_, [&](const StateCounts& states, Nanoseconds start, Nanoseconds /*length*/) {
      const std::uint64_t sessions = server_sessions(states);
      result.server_sessions_peak = std::max(result.server_sessions_peak, sessions);
      if (scenario_.session_limit.has_value() && sessions > *scenario_.session_limit && !result.event_2009) {
        result.event_2009 = TimePoint{Duration{start}};
      }
    });
  }

  void read_connections(Result& result) const {
    result.hold_sum_ns = 0;
    result.drain = Duration{0};
    for (const auto& [id, connection] : record_.connections) {
      if (is_inside(connection.start) && !connection.is_dropped) {
        ++result.holds;
        result.draws_capped += connection.life.capped_draws;
        if (!connection.released.has_value()) {
          result.hold_sum_ns.reset();
        } else if (result.hold_sum_ns.has_value()) {
          *result.hold_sum_ns += static_cast<std::uint64_t>(*connection.released - connection.start);
        }
      }
      if (!connection.released.has_value()) {
        result.drain.reset();
      } else if (result.drain.has_value()) {
        result.drain = std::max(*result.drain, Duration{*connection.released - end_});
      }
    }
  }

  const Scenario& scenario_;
  const Record& record_;
  Nanoseconds begin_;
  Nanoseconds end_;
};

}  // namespace

Result read_result(const Scenario& scenario, const Record& record, std::uint64_t outage_list_limit) {
  return Reader(scenario, record).read(outage_list_limit);
}

std::vector<TimelineRow> read_timeline(const Scenario& scenario, const Record& record, Duration step) {
  return Reader(scenario, record).timeline(step.count());
}

}  // namespace portsim::reference
