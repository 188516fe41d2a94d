#include "engine/summed_timetable.hpp"

#include <algorithm>

#include "base/ensure.hpp"
#include "base/vectors.hpp"
#include "engine/sampling.hpp"

namespace portsim {
namespace {

constexpr std::array<Part, kPartCount> kParts{Part::rtt, Part::lifetime, Part::peer_close_delay,
                                              Part::client_close_delay};

/// The scenario's law of a part, constant as the scenario is.
template <typename ScenarioType>
auto& law_of(ScenarioType& scenario, Part part) {
  switch (part) {
    case Part::rtt: return scenario.rtt;
    case Part::lifetime: return scenario.lifetime;
    case Part::peer_close_delay: return scenario.peer_close_delay;
    case Part::client_close_delay: return scenario.client_close_delay;
  }
  return scenario.rtt;
}

Purpose purpose_of(Part part) {
  switch (part) {
    case Part::rtt: return Purpose::rtt;
    case Part::lifetime: return Purpose::lifetime;
    case Part::peer_close_delay: return Purpose::peer_close_delay;
    case Part::client_close_delay: return Purpose::client_close_delay;
  }
  return Purpose::rtt;
}

Course plan(const Scenario& scenario) {
  return CoursePlanner(scenario, Draws(scenario.seed, scenario.replication)).plan(0, TimePoint{}, nullptr);
}

/// Adds a wait to the moment at which it begins. `probes` are the waits when one random part is 3 ns long and
/// all others 0: 3 ns more than without, and it is in the wait; 1 ns more, and its half is, rounded down; 2
/// ns more, and its other half is.
void add_wait(Moment& moment, Duration wait, const std::array<Duration, kPartCount>& probes) {
  moment.constant += wait;
  for (std::size_t part = 0; part < kPartCount; ++part) {
    const auto more = (probes[part] - wait).count();
    if (more == 3) {
      ++moment.wholes[part];
    } else if (more == 1) {
      ++moment.half_rtts;
    } else if (more == 2) {
      ensure(moment.half_rtts == 1, "one half of an RTT does not follow the other");
      moment.half_rtts = 0;
      ++moment.wholes[part];
    } else {
      ensure(more == 0, "a wait is not a sum of delays");
    }
  }
}

PORTSIM_VECTORISED
std::uint64_t count_of(std::uint8_t kind, const std::uint8_t* kinds, std::size_t count) {
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    found += kinds[i] == kind ? 1 : 0;
  }
  return found;
}

/// The first timer that would end FIN_WAIT_2.
Duration first_timer(const Scenario& scenario) {
  const Duration timeout = *scenario.fin_wait_2_timeout;
  const std::optional<Duration>& split = scenario.stack.fin_wait_2_split;
  return split && timeout > *split ? timeout - *split : timeout;
}

/// True when timers of a wheel end TIME_WAIT and nothing else, as they would without a wheel. Whether the
/// peer closes at all is not left to chance.
bool wheel_ends_time_wait_alone(const Scenario& scenario) {
  const auto is_met = [&](Closer closer) { return scenario.closers[static_cast<std::size_t>(closer)] > 0; };
  if (is_met(Closer::unreachable)) {
    return false;
  }
  if (!is_met(Closer::client) || !scenario.fin_wait_2_timeout) {
    return true;
  }
  const Timers timers(scenario, Draws(scenario.seed, scenario.replication));
  const Duration timer = first_timer(scenario);
  return scenario.peer_close_delay.constant_value() < std::min(timer, timers.least(timer));
}

}  // namespace

bool SummedTimetable::can_tell(const Scenario& scenario) {
  const bool is_reset = scenario.time_wait_resets > 0 && scenario.stack.rules.reset_ends_time_wait;
  const bool may_be_impatient = scenario.connect_timeout && !scenario.rtt.is_constant();
  const bool may_lose_peer = scenario.fin_wait_2_timeout && !scenario.peer_close_delay.is_constant() &&
                             scenario.closers[static_cast<std::size_t>(Closer::client)] > 0;
  return std::holds_alternative<GeneratedLoad>(scenario.load) && scenario.loss <= 0 && !is_reset &&
         !may_be_impatient && !may_lose_peer &&
         (!scenario.stack.timer_hz || wheel_ends_time_wait_alone(scenario));
}

SummedTimetable::SummedTimetable(const Scenario& scenario, std::size_t block)
    : scenario_(scenario), draws_(scenario.seed, scenario.replication), timers_(scenario, draws_) {
  for (std::size_t i = 0; i < kCloserCount; ++i) {
    if (scenario.closers[i] > 0) {
      read_kind(static_cast<Closer>(i));
    }
  }
  if (kinds_.size() > 1) {
    kind_numbers_.resize(block);
  }
  for (const Part part : kParts) {
    const bool is_random = !law_of(scenario, part).is_constant();
    drawn_[static_cast<std::size_t>(part)].resize(is_random ? block : 0);
    drawn_capped_[static_cast<std::size_t>(part)].resize(is_random ? block : 0);
  }
  flow(Moments(kinds_.size(), Moment{}));
  for (const Kind& kind : kinds_) {
    holds_.emplace_back(kind.hold());
  }
  releases_ = flow(holds_);
  const bool is_drawn =
      std::any_of(drawn_.begin(), drawn_.end(), [](const auto& drawn) { return !drawn.empty(); });
  due_.resize(kinds_.size() > 1 || is_drawn || !has_constant_hold() ? block : 0);
  room_.resize(block);
}

void SummedTimetable::forget_before(TimePoint time) {
  for (const auto& list : lists_) {
    list->instants.forget_before(time - list->greatest_shift);
  }
}

void SummedTimetable::read_kind(Closer closer) {
  Scenario probe = scenario_;
  probe.load = GeneratedLoad{};
  probe.stack.timer_hz.reset();
  probe.closers = {};
  probe.closers[static_cast<std::size_t>(closer)] = 1;
  for (const Part part : kParts) {
    if (!law_of(probe, part).is_constant()) {
      law_of(probe, part) = Distribution::constant(Duration{0});
    }
  }
  const Course course = plan(probe);
  std::array<Course, kPartCount> probed;
  for (const Part part : kParts) {
    const bool is_random = !law_of(scenario_, part).is_constant();
    const Distribution before = law_of(probe, part);
    law_of(probe, part) = is_random ? Distribution::constant(Duration{3}) : before;
    probed[static_cast<std::size_t>(part)] = plan(probe);
    law_of(probe, part) = before;
  }
  Kind kind{.closer = closer, .outcome = course.outcome, .phases = {}};
  TcpState state = TcpState::syn_sent;
  Moment now;
  for (std::size_t i = 0; i < course.length; ++i) {
    const CourseStep& step = course.steps[i];
    ensure(step.wait != kNever, "a connection of a made-up load never ends");
    std::array<Duration, kPartCount> waits{};
    for (std::size_t part = 0; part < kPartCount; ++part) {
      ensure(probed[part].steps[i].event == step.event, "a delay decides what happens");
      waits[part] = probed[part].steps[i].wait;
    }
    if (step.event == TcpEvent::time_wait_timeout && timers_.is_wheel()) {
      now.timer = scenario_.time_wait;
    } else {
      add_wait(now, step.wait, waits);
    }
    if (step.event) {
      const TcpState next = next_state(state, *step.event, scenario_.stack.rules);
      ensure(next != state, "an event of a course changed nothing");
      kind.phases.push_back({.transition = {.from = state, .event = *step.event, .to = next}, .end = now});
      state = next;
    }
  }
  ensure(state == TcpState::closed, "a course does not end in CLOSED");
  kinds_.push_back(std::move(kind));
}

Duration SummedTimetable::shortest_hold() const {
  Duration shortest = Duration::max();
  for (const Kind& kind : kinds_) {
    const Moment& hold = kind.hold();
    shortest = std::min(shortest, hold.constant + (hold.timer ? timers_.least(*hold.timer) : Duration{}));
  }
  return shortest;
}

bool SummedTimetable::has_constant_hold() const {
  return std::all_of(kinds_.begin(), kinds_.end(), [this](const Kind& kind) {
    return kind.hold().is_constant() && kind.hold().constant == kinds_.front().hold().constant;
  });
}

SummedTimetable::Moments SummedTimetable::moments(const TransitionChoice& chosen) const {
  Moments found(kinds_.size());
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    for (const Kind::Phase& phase : kinds_[i].phases) {
      if (chosen(phase.transition)) {
        found[i] = phase.end;
      }
    }
  }
  return found;
}

// Two sets of moments are one list if they differ by the same constant for each kind.
Flow SummedTimetable::flow(Moments of_kind) {
  const Moment* first = nullptr;
  bool is_in_order = true;
  for (const std::optional<Moment>& moment : of_kind) {
    if (moment) {
      first = first == nullptr ? &*moment : first;
      is_in_order = is_in_order && moment->is_sure() && *moment == *first;
    }
  }
  for (const auto& list : lists_) {
    std::optional<Duration> shift;
    bool is_same = true;
    for (std::size_t i = 0; i < of_kind.size() && is_same; ++i) {
      is_same = of_kind[i].has_value() == list->of_kind[i].has_value();
      if (is_same && of_kind[i]) {
        const std::optional<Duration> difference = of_kind[i]->later_than(*list->of_kind[i]);
        is_same = difference && shift.value_or(*difference) == *difference;
        shift = difference;
      }
    }
    if (is_same) {
      list->least_shift = std::min(list->least_shift, shift.value_or(Duration{}));
      list->greatest_shift = std::max(list->greatest_shift, shift.value_or(Duration{}));
      return {&list->instants, shift.value_or(Duration{})};
    }
  }
  lists_.push_back(std::make_unique<List>(List{.of_kind = std::move(of_kind),
                                               .is_met = first != nullptr,
                                               .is_in_order = is_in_order,
                                               .instants = {}}));
  return {&lists_.back()->instants, Duration{}};
}

void SummedTimetable::draw(const AttemptBlock& block) {
  if (!has_own_holds()) {
    return;
  }
  draw_kinds(block);
  for (const Part part : kParts) {
    const auto index = static_cast<std::size_t>(part);
    if (!drawn_[index].empty()) {
      sample_block(law_of(scenario_, part), draws_, purpose_of(part), block.first_caller, block.count,
                   drawn_[index].data(), drawn_capped_[index].data());
    }
  }
  write(holds_, block.times.data(), block.count, due_.data());
}

void SummedTimetable::draw_kinds(const AttemptBlock& block) {
  if (kinds_.size() == 1) {
    return;
  }
  std::array<std::uint8_t, kCloserCount> numbers{};
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    numbers[static_cast<std::size_t>(kinds_[i].closer)] = static_cast<std::uint8_t>(i);
  }
  sample_closers(scenario_.closers, draws_, block.first_caller, block.count, kind_numbers_.data());
  for (std::size_t i = 0; i < block.count; ++i) {
    kind_numbers_[i] = numbers[kind_numbers_[i]];
  }
}

void SummedTimetable::keep_drawn(const AttemptBlock& block) {
  const std::size_t connections = block.connections();
  const auto keep_of = [&](auto& values) {
    for (std::size_t i = 0; !values.empty() && i < connections; ++i) {
      values[i] = values[block.served[i]];
    }
  };
  if (block.failures > 0) {
    keep_of(due_);
    keep_of(kind_numbers_);
    for (std::size_t part = 0; part < kPartCount; ++part) {
      keep_of(drawn_[part]);
      keep_of(drawn_capped_[part]);
    }
  }
}

void SummedTimetable::keep(const AttemptBlock& block, TimePoint now, const std::uint32_t* numbers) {
  keep_drawn(block);
  const std::size_t connections = block.connections();
  const std::int64_t* const times = taken().from(taken().size() - connections);
  for (std::size_t i = 1; i < lists_.size(); ++i) {
    List& list = *lists_[i];
    if (!list.is_met) {
      continue;
    }
    const bool is_known =
        has_own_holds() && &list.instants == releases_.list && releases_.shift == Duration{};
    std::int64_t* const instants = is_known ? due_.data() : room_.data();
    if (!is_known) {
      write(list.of_kind, times, connections, instants);
    }
    const std::size_t count = drop_other_kinds(list.of_kind, connections, instants);
    if (list.is_in_order) {
      std::copy_n(instants, count, list.instants.extend(count));
      list.instants.add_numbers(numbers, count);
      list.instants.add(count);
    } else {
      list.instants.come_to(now - list.least_shift);
      list.instants.add_unordered(instants, numbers, count);
    }
  }
  rank_up_to(now);
}

void SummedTimetable::rank_up_to(TimePoint now) {
  for (const auto& list : lists_) {
    if (!list->is_in_order) {
      list->instants.rank_up_to(now - list->least_shift);
    }
  }
}

Instants& SummedTimetable::released() {
  const auto list = std::find_if(lists_.begin(), lists_.end(), [&](const auto& candidate) {
    return &candidate->instants == releases_.list;
  });
  return (*list)->instants;
}

BlockCounts SummedTimetable::counts(std::size_t count) const {
  BlockCounts counts;
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    counts.outcomes[static_cast<std::size_t>(kinds_[i].outcome)] +=
        kinds_.size() == 1 ? count : count_of(static_cast<std::uint8_t>(i), kind_numbers_.data(), count);
  }
  counts.draws_capped = draws_capped(count);
  return counts;
}

std::uint64_t SummedTimetable::draws_capped(std::size_t count) const {
  std::uint64_t capped = 0;
  for (std::size_t part = 0; part < kPartCount; ++part) {
    if (drawn_[part].empty()) {
      continue;
    }
    std::array<std::uint8_t, kCloserCount> uses{};  // by kind
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
      uses[i] = kinds_[i].hold().wholes[part] > 0 ? 1 : 0;
    }
    for (std::size_t i = 0; i < count; ++i) {
      capped += uses[kind_of(i)] & drawn_capped_[part][i];
    }
  }
  return capped;
}

TcpState SummedTimetable::first_state(std::size_t index) const {
  for (const Kind::Phase& phase : kinds_[kind_of(index)].phases) {
    std::int64_t end = phase.end.constant.count();
    for (std::size_t part = 0; part < kPartCount; ++part) {
      end += phase.end.wholes[part] > 0 ? drawn_[part][index] : 0;
    }
    if (phase.end.half_rtts > 0) {
      end += drawn_[static_cast<std::size_t>(Part::rtt)][index] / 2;
    }
    if (end > 0 || phase.end.timer) {
      return phase.transition.from;
    }
  }
  ensure(false, "a connection holds its port for no time");
  return TcpState::closed;
}

// Writes when connections that begin at `times` come to a moment, as if those of every kind did.
void SummedTimetable::write(const Moments& of_kind, const std::int64_t* times, std::size_t count,
                            std::int64_t* room) const {
  std::array<Moment, kCloserCount> moments{};
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    moments[i] = of_kind[i].value_or(Moment{});
  }
  const auto add = [&](auto factor_of, const auto& value_of) {
    std::array<std::int64_t, kCloserCount> factors{};
    bool is_used = false;
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
      factors[i] = factor_of(moments[i]);
      is_used = is_used || factors[i] != 0;
    }
    if (is_used && kinds_.size() == 1) {
      for (std::size_t i = 0; i < count; ++i) {
        room[i] += factors[0] * value_of(i);
      }
    } else if (is_used) {
      for (std::size_t i = 0; i < count; ++i) {
        room[i] += factors[kind_numbers_[i]] * value_of(i);
      }
    }
  };
  std::copy_n(times, count, room);
  add([](const Moment& moment) { return moment.constant.count(); },
      [](std::size_t) { return std::int64_t{1}; });
  for (std::size_t part = 0; part < kPartCount; ++part) {
    const std::int64_t* const drawn = drawn_[part].data();
    add([part](const Moment& moment) { return std::int64_t{moment.wholes[part]}; },
        [drawn](std::size_t i) { return drawn[i]; });
  }
  const std::int64_t* const rtts = drawn_[static_cast<std::size_t>(Part::rtt)].data();
  add([](const Moment& moment) { return std::int64_t{moment.half_rtts}; },
      [rtts](std::size_t i) { return rtts[i] / 2; });
  end_timers(moments, count, room);
}

// Many timers end together: those that are armed one after the other mostly do.
void SummedTimetable::end_timers(const std::array<Moment, kCloserCount>& moments, std::size_t count,
                                 std::int64_t* room) const {
  for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
    const std::optional<Duration>& timer = moments[kind].timer;
    Timers::Slot slot{.first = TimePoint::max(), .last = TimePoint::min(), .end = {}};
    for (std::size_t i = 0; i < count && timer; ++i) {
      const TimePoint armed{Duration{room[i]}};
      if (kind_of(i) == kind) {
        slot = slot.first <= armed && armed <= slot.last ? slot : timers_.slot_of(armed, *timer);
        room[i] = slot.end.time_since_epoch().count();
      }
    }
  }
}

// Keeps the instants of those kinds that come to the moment; gives their number.
std::size_t SummedTimetable::drop_other_kinds(const Moments& of_kind, std::size_t count,
                                              std::int64_t* room) const {
  if (std::all_of(of_kind.begin(), of_kind.end(), [](const auto& moment) { return moment.has_value(); })) {
    return count;
  }
  std::array<std::uint8_t, kCloserCount> comes{};
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    comes[i] = of_kind[i] ? 1 : 0;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    room[kept] = room[i];
    kept += comes[kind_of(i)];
  }
  return kept;
}

}  // namespace portsim
