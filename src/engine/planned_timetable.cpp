#include "engine/planned_timetable.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/ensure.hpp"
#include "engine/load_wishes.hpp"

namespace portsim {
namespace {

/// A duration that no draw falls below.
Duration least_of(const Distribution& distribution) {
  Duration least = kNever;
  for (const Distribution::Component& component : distribution.components) {
    const auto* constant = std::get_if<Constant>(&component.law);
    const auto* uniform = std::get_if<Uniform>(&component.law);
    const Duration of_law = constant != nullptr  ? constant->value
                            : uniform != nullptr ? uniform->low
                                                 : Duration{};
    least = std::min(least, of_law);
  }
  return least;
}

}  // namespace

// It ends with an answer, with the program's patience or with timers. A connection that was answered at once
// is open for some time if TIME_WAIT, or a timer instead of it, ends it.
bool PlannedTimetable::can_tell(const Scenario& scenario) {
  const auto is_met = [&](Closer closer) { return scenario.closers[static_cast<std::size_t>(closer)] > 0; };
  const bool has_wheel = scenario.stack.timer_hz.has_value();
  const auto last = [&](const std::vector<Duration>& waits) {
    return !waits.empty() && (has_wheel || waits.front() > Duration{});
  };
  if (wishes_of(scenario).shortest_patience.value_or(kNever) == Duration{} ||
      !last(scenario.stack.syn_waits)) {
    return false;
  }
  if (least_of(scenario.rtt) > Duration{}) {
    return true;
  }
  const bool passes_time_wait = std::holds_alternative<GeneratedLoad>(scenario.load) &&
                                !is_met(Closer::server) && !is_met(Closer::reset) &&
                                scenario.time_wait_resets <= 0;
  return passes_time_wait && last(scenario.stack.fin_waits) &&
         (has_wheel || scenario.time_wait > Duration{}) &&
         (has_wheel || scenario.fin_wait_2_timeout.value_or(kNever) > Duration{});
}

PlannedTimetable::PlannedTimetable(const Scenario& scenario, std::size_t block)
    : scenario_(scenario), planner_(scenario, Draws(scenario.seed, scenario.replication)), plans_(block) {
  if (const auto* log = std::get_if<RecordedLoad>(&scenario.load)) {
    rows_ = log->connections.get();
  }
  for (auto& of_state : numbers_) {
    of_state.fill(kUnmet);
  }
  due_.resize(block);
}

void PlannedTimetable::forget_before(TimePoint time) {
  taken_.forget_before(time);
  released_.forget_before(time);
  for (const auto& flow : flows_) {
    flow->instants.forget_before(time);
  }
}

Flow PlannedTimetable::flow(const TransitionChoice& chosen) {
  flows_.push_back(std::make_unique<Merged>(Merged{.chosen = chosen, .instants = {}, .parts = {}}));
  return {&flows_.back()->instants, Duration{}};
}

// From now on a transition has a number.
std::uint8_t PlannedTimetable::meet(TcpState from, TcpEvent event) {
  const Transition transition{
      .from = from, .event = event, .to = next_state(from, event, scenario_.stack.rules)};
  ensure(transition.to != from, "an event of a course changed nothing");
  const auto number = static_cast<std::uint8_t>(met_.size());
  numbers_[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)] = number;
  met_.push_back({.transition = transition, .instants = {}, .fresh = {}});
  met_.back().instants.forget_before(TimePoint::max());
  for (const auto& flow : flows_) {
    if (flow->chosen(transition)) {
      flow->parts.push_back(number);
    }
  }
  return number;
}

void PlannedTimetable::draw(const AttemptBlock& block) {
  shortest_hold_ = kNever;
  for (std::size_t i = 0; i < block.count; ++i) {
    due_[i] = plan(block.first_caller + i, TimePoint{Duration{block.times[i]}}, plans_[i]);
    shortest_hold_ = std::min(shortest_hold_, Duration{due_[i] - block.times[i]});
  }
  ensure(shortest_hold_ > Duration{}, "a connection holds its port for no time");
}

// Gives the end of its course.
std::int64_t PlannedTimetable::plan(std::uint64_t caller, TimePoint start, Plan& plan) {
  const Course course = planner_.plan(caller, start, rows_ == nullptr ? nullptr : &(*rows_)[caller]);
  plan.outcome = course.outcome;
  plan.draws_capped = course.draws_capped;
  plan.length = 0;
  plan.first_state = TcpState::closed;
  TcpState state = TcpState::syn_sent;
  TimePoint now = start;
  for (std::size_t i = 0; i < course.length; ++i) {
    const CourseStep& step = course.steps[i];
    if (step.wait > Duration{} && now == start) {
      plan.first_state = state;
    }
    if (step.wait == kNever) {
      return kNever.count();
    }
    now += step.wait;
    if (step.event) {
      const std::uint8_t number = number_of(state, *step.event);
      plan.transitions[plan.length] = number;
      plan.times[plan.length] = now.time_since_epoch().count();
      ++plan.length;
      state = met_[number].transition.to;
    }
  }
  return now.time_since_epoch().count();
}

void PlannedTimetable::keep(const AttemptBlock& block, TimePoint now, const std::uint32_t* numbers) {
  const std::size_t connections = block.connections();
  ends_.clear();
  end_numbers_.clear();
  for (std::size_t i = 0; i < connections; ++i) {
    const std::size_t attempt = block.attempt_of(i);
    if (attempt != i) {
      plans_[i] = plans_[attempt];
      due_[i] = due_[attempt];
    }
    const Plan& plan = plans_[i];
    for (std::size_t step = 0; step < plan.length; ++step) {
      met_[plan.transitions[step]].fresh.push_back(plan.times[step]);
    }
    if (due_[i] != kNever.count()) {
      ends_.push_back(due_[i]);
      end_numbers_.push_back(numbers[i]);
    }
  }
  released_.come_to(now);
  released_.add_unordered(ends_.data(), end_numbers_.data(), ends_.size());
  for (Met& met : met_) {
    met.instants.come_to(now);
    met.instants.add_unordered(met.fresh.data(), nullptr, met.fresh.size());
    met.fresh.clear();
  }
  rank_up_to(now);
}

void PlannedTimetable::rank_up_to(TimePoint now) {
  released_.rank_up_to(now);
  for (Met& met : met_) {
    met.instants.rank_up_to(now);
  }
  for (const auto& flow : flows_) {
    merge(*flow);
  }
  for (Met& met : met_) {
    met.merged = met.instants.size();
  }
}

void PlannedTimetable::merge(Merged& merged) {
  std::size_t count = 0;
  for (const std::size_t part : merged.parts) {
    count += static_cast<std::size_t>(met_[part].instants.size() - met_[part].merged);
  }
  if (count == 0) {
    return;
  }
  std::int64_t* const room = merged.instants.extend(count);
  std::int64_t* end = room;
  for (const std::size_t part : merged.parts) {
    const Met& met = met_[part];
    std::int64_t* const middle = end;
    end = std::copy_n(met.instants.from(met.merged), met.instants.size() - met.merged, middle);
    std::inplace_merge(room, middle, end);
  }
  merged.instants.add(count);
}

BlockCounts PlannedTimetable::counts(std::size_t count) const {
  BlockCounts counts;
  for (std::size_t i = 0; i < count; ++i) {
    ++counts.outcomes[static_cast<std::size_t>(plans_[i].outcome)];
    counts.draws_capped += plans_[i].draws_capped;
    counts.never_released += due_[i] == kNever.count() ? 1 : 0;
  }
  return counts;
}

}  // namespace portsim
