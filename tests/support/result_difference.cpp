#include "result_difference.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

namespace portsim {
namespace {

std::string text(bool value) { return value ? "true" : "false"; }
std::string text(std::uint64_t value) { return fmt::format("{}", value); }
std::string text(Uint128 value) { return fmt::format("{}", value); }
std::string text(Duration value) { return fmt::format("{} ns", value.count()); }
std::string text(TimePoint value) { return text(value.time_since_epoch()); }

template <typename T>
std::string text(const std::optional<T>& value) {
  return value.has_value() ? text(*value) : "nothing";
}

/// Takes pairs of fields in turn and keeps the first pair that differs.
class Comparison {
 public:
  template <typename T>
  void check(std::string_view field, const T& left, const T& right) {
    if (!difference_.has_value() && left != right) {
      difference_ = Difference{fmt::format("{}{}", prefix_, field), text(left), text(right)};
    }
  }

  void check_states(std::string_view field, const StateCounts& left, const StateCounts& right) {
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (left[i] != right[i]) {
        check(fmt::format("{}[{}]", field, name(kClientStates[i])), left[i], right[i]);
      }
    }
  }

  void check_gauge(std::string_view field, const GaugeResult& left, const GaugeResult& right) {
    enter(fmt::format("{}.", field));
    check("peak", left.peak, right.peak);
    check("area", left.area, right.area);
    check("at_end", left.at_end, right.at_end);
    enter("");
  }

  void check_rows(const std::vector<TimelineRow>& left, const std::vector<TimelineRow>& right) {
    check("timeline.size", std::uint64_t{left.size()}, std::uint64_t{right.size()});
    for (std::size_t i = 0; i < left.size() && !difference_.has_value(); ++i) {
      const TimelineRow& a = left[i];
      const TimelineRow& b = right[i];
      if (a.end == b.end && a.ports_in_use_max == b.ports_in_use_max && a.states == b.states &&
          a.attempts == b.attempts && a.failed == b.failed) {
        continue;  // the names of fields are worth their time only where a row differs
      }
      enter(fmt::format("timeline[{}].", i));
      check("end", a.end, b.end);
      check("ports_in_use_max", a.ports_in_use_max, b.ports_in_use_max);
      check_states("states", a.states, b.states);
      check("attempts", a.attempts, b.attempts);
      check("failed", a.failed, b.failed);
    }
    enter("");
  }

  /// What stands before the names of the fields that follow.
  void enter(std::string prefix) { prefix_ = std::move(prefix); }

  [[nodiscard]] const std::optional<Difference>& difference() const { return difference_; }

 private:
  std::string prefix_;
  std::optional<Difference> difference_;
};

void compare_counts(Comparison& c, const Result& left, const Result& right) {
  c.check("capacity", left.capacity, right.capacity);
  c.check("window", left.window, right.window);
  c.check("attempts", left.attempts, right.attempts);
  c.check("connected", left.connected, right.connected);
  c.check("refused", left.refused, right.refused);
  c.check("timed_out", left.timed_out, right.timed_out);
  c.check("failed", left.failed, right.failed);
  c.check("callers", left.callers, right.callers);
  c.check("callers_failed", left.callers_failed, right.callers_failed);
  c.check("holds", left.holds, right.holds);
  c.check("hold_sum_ns", left.hold_sum_ns, right.hold_sum_ns);
  c.check("early releases by reuse", left.early_releases.reused, right.early_releases.reused);
  c.check("early releases by the cap", left.early_releases.capped, right.early_releases.capped);
  c.check("early releases by RST", left.early_releases.reset, right.early_releases.reset);
  c.check("search_sum", left.search_sum, right.search_sum);
  c.check("search_max", left.search_max, right.search_max);
  c.check("reuse_interval_min", left.reuse_interval_min, right.reuse_interval_min);
  c.check("fin_wait_2_timeouts", left.fin_wait_2_timeouts, right.fin_wait_2_timeouts);
  c.check("fin_timeouts", left.fin_timeouts, right.fin_timeouts);
  c.check("draws_capped", left.draws_capped, right.draws_capped);
  c.check("server_sessions_peak", left.server_sessions_peak, right.server_sessions_peak);
  c.check("event_2009", left.event_2009, right.event_2009);
  c.check("drain", left.drain, right.drain);
  c.check("fingerprint", left.fingerprint, right.fingerprint);
}

void compare_first_failure(Comparison& c, const Result& left, const Result& right) {
  c.check("first_failure.has_value", left.first_failure.has_value(), right.first_failure.has_value());
  if (left.first_failure.has_value() && right.first_failure.has_value()) {
    c.check("first_failure.time", left.first_failure->time, right.first_failure->time);
    c.check("first_failure.attempt", left.first_failure->attempt, right.first_failure->attempt);
    c.check_states("first_failure.states", left.first_failure->states, right.first_failure->states);
  }
}

void compare_outages(Comparison& c, const OutageResult& left, const OutageResult& right) {
  c.check("outages.count", left.count, right.count);
  c.check("outages.total", left.total, right.total);
  c.check("outages.longest", left.longest, right.longest);
  c.check("outages.list_truncated", left.list_truncated, right.list_truncated);
  c.check("outages.list.size", std::uint64_t{left.list.size()}, std::uint64_t{right.list.size()});
  for (std::size_t i = 0; i < left.list.size() && i < right.list.size(); ++i) {
    c.enter(fmt::format("outages.list[{}].", i));
    c.check("start", left.list[i].start, right.list[i].start);
    c.check("end", left.list[i].end, right.list[i].end);
    c.check("failed", left.list[i].failed, right.list[i].failed);
    c.check("open", left.list[i].open, right.list[i].open);
  }
  c.enter("");
}

void compare_nat(Comparison& c, const std::optional<NatResult>& left, const std::optional<NatResult>& right) {
  c.check("nat.has_value", left.has_value(), right.has_value());
  if (left.has_value() && right.has_value()) {
    c.check("nat.capacity", left->capacity, right->capacity);
    c.check_gauge("nat.in_use", left->in_use, right->in_use);
    c.check("nat.key_peak", left->key_peak, right->key_peak);
    c.check("nat.at_hosts.failed", left->at_hosts.failed, right->at_hosts.failed);
    c.check("nat.at_hosts.first", left->at_hosts.first, right->at_hosts.first);
    c.check("nat.at_nat.failed", left->at_nat.failed, right->at_nat.failed);
    c.check("nat.at_nat.first", left->at_nat.first, right->at_nat.first);
  }
}

}  // namespace

std::optional<Difference> first_difference(const Result& left, const Result& right) {
  Comparison c;
  compare_counts(c, left, right);
  compare_first_failure(c, left, right);
  compare_outages(c, left.outages, right.outages);
  compare_nat(c, left.nat, right.nat);
  c.check_gauge("ports_in_use", left.ports_in_use, right.ports_in_use);
  for (std::size_t i = 0; i < kClientStates.size(); ++i) {
    c.check_gauge(name(kClientStates[i]), left.states[i].gauge, right.states[i].gauge);
    c.enter(fmt::format("{}.", name(kClientStates[i])));
    c.check("entered", left.states[i].entered, right.states[i].entered);
    c.enter("");
  }
  c.check("timeline_step", left.timeline_step, right.timeline_step);
  c.check_rows(left.timeline, right.timeline);
  return c.difference();
}

std::optional<Difference> first_difference(const std::vector<TimelineRow>& left,
                                           const std::vector<TimelineRow>& right) {
  Comparison c;
  c.check_rows(left, right);
  return c.difference();
}

}  // namespace portsim
