#include "engine/timetable.hpp"

#include <algorithm>

#include "base/ensure.hpp"
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

}  // namespace

bool Timetable::can_tell(const Scenario& scenario) {
  const bool is_reset = scenario.time_wait_resets > 0 && scenario.stack.rules.reset_ends_time_wait;
  const bool may_be_impatient = scenario.connect_timeout && !scenario.rtt.is_constant();
  const bool may_lose_peer = scenario.fin_wait_2_timeout && !scenario.peer_close_delay.is_constant() &&
                             scenario.closers[static_cast<std::size_t>(Closer::client)] > 0;
  return scenario.loss <= 0 && !is_reset && !scenario.stack.timer_hz && !may_be_impatient && !may_lose_peer;
}

Timetable::Timetable(const Scenario& scenario, std::uint64_t ports, std::size_t block)
    : scenario_(scenario),
      draws_(scenario.seed, scenario.replication),
      // At any instant as many ports are held at most, and as many may just have been released; an entry is
      // held against the exit of a connection that came at most so many before.
      kept_(3 * ports + 1) {
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
  flow(std::vector<std::optional<Moment>>(kinds_.size(), Moment{}));
}

void Timetable::read_kind(Closer closer) {
  Scenario probe = scenario_;
  probe.load = GeneratedLoad{};
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
  Kind::Phase phase{.state = TcpState::syn_sent, .begin = {}, .end = {}, .event = {}, .next = {}};
  for (std::size_t i = 0; i < course.length; ++i) {
    const CourseStep& step = course.steps[i];
    ensure(step.wait != kNever, "a connection of a made-up load never ends");
    std::array<Duration, kPartCount> waits{};
    for (std::size_t part = 0; part < kPartCount; ++part) {
      ensure(probed[part].steps[i].event == step.event, "a delay decides what happens");
      waits[part] = probed[part].steps[i].wait;
    }
    add_wait(phase.end, step.wait, waits);
    if (step.event) {
      phase.event = *step.event;
      phase.next = next_state(phase.state, phase.event, scenario_.stack.rules);
      ensure(phase.next != phase.state, "an event of a course changed nothing");
      kind.phases.push_back(phase);
      phase.state = phase.next;
      phase.begin = phase.end;
    }
  }
  ensure(phase.state == TcpState::closed, "a course does not end in CLOSED");
  kinds_.push_back(std::move(kind));
}

Duration Timetable::shortest_hold() const {
  Duration shortest = Duration::max();
  for (const Kind& kind : kinds_) {
    shortest = std::min(shortest, kind.hold().constant);
  }
  return shortest;
}

bool Timetable::draws() const {
  return kinds_.size() > 1 ||
         std::any_of(drawn_.begin(), drawn_.end(), [](const auto& drawn) { return !drawn.empty(); });
}

bool Timetable::has_constant_hold() const {
  return std::all_of(kinds_.begin(), kinds_.end(), [this](const Kind& kind) {
    return kind.hold().is_constant() && kind.hold().constant == kinds_.front().hold().constant;
  });
}

// Two sets of moments are one list if they differ by the same constant for each kind.
Flow Timetable::flow(std::vector<std::optional<Moment>> of_kind) {
  const Moment* first = nullptr;
  bool is_in_order = true;
  for (const std::optional<Moment>& moment : of_kind) {
    if (moment) {
      first = first == nullptr ? &*moment : first;
      is_in_order = is_in_order && moment->is_constant() && moment->constant == first->constant;
    }
  }
  for (const auto& list : lists_) {
    std::optional<Duration> shift;
    bool is_same = true;
    for (std::size_t i = 0; i < of_kind.size() && is_same; ++i) {
      is_same = of_kind[i].has_value() == list->of_kind[i].has_value();
      if (is_same && of_kind[i]) {
        const Duration difference = of_kind[i]->constant - list->of_kind[i]->constant;
        is_same = of_kind[i]->is_like(*list->of_kind[i]) && shift.value_or(difference) == difference;
        shift = difference;
      }
    }
    if (is_same) {
      return {&list->instants, shift.value_or(Duration{})};
    }
  }
  lists_.push_back(std::make_unique<List>(
      List{.of_kind = std::move(of_kind), .is_in_order = is_in_order, .instants = Instants(kept_)}));
  return {&lists_.back()->instants, Duration{}};
}

void Timetable::draw(const ConnectionBlock& block) {
  if (kinds_.size() > 1) {
    std::array<std::uint8_t, kCloserCount> numbers{};
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
      numbers[static_cast<std::size_t>(kinds_[i].closer)] = static_cast<std::uint8_t>(i);
    }
    for (std::size_t i = 0; i < block.count; ++i) {
      kind_numbers_[i] =
          numbers[static_cast<std::size_t>(sample_closer(scenario_.closers, draws_, block.callers[i]))];
    }
  }
  for (const Part part : kParts) {
    draw_part(part, block);
  }
}

void Timetable::draw_part(Part part, const ConnectionBlock& block) {
  const auto index = static_cast<std::size_t>(part);
  if (!drawn_[index].empty()) {
    sample_block(law_of(scenario_, part), draws_, purpose_of(part), block.callers.data(), block.count,
                 drawn_[index].data(), drawn_capped_[index].data());
  }
}

Duration Timetable::value(const Moment& moment, std::size_t index) const {
  Duration value = moment.constant;
  for (std::size_t part = 0; part < kPartCount; ++part) {
    if (moment.wholes[part] > 0) {
      value += moment.wholes[part] * Duration{drawn_[part][index]};
    }
  }
  if (moment.half_rtts > 0) {
    value += Duration{drawn_[static_cast<std::size_t>(Part::rtt)][index] / 2};
  }
  return value;
}

// Of the first `count` connections of the block.
std::uint64_t Timetable::of_kind(std::size_t kind, std::size_t count) const {
  if (kinds_.size() == 1) {
    return count;
  }
  return static_cast<std::uint64_t>(
      std::count(kind_numbers_.begin(), kind_numbers_.begin() + static_cast<std::ptrdiff_t>(count), kind));
}

std::uint64_t Timetable::draws_capped(std::size_t count) const {
  std::uint64_t capped = 0;
  for (std::size_t part = 0; part < kPartCount; ++part) {
    if (drawn_[part].empty()) {
      continue;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_used = kind(i).hold().wholes[part] > 0;
      capped += is_used ? drawn_capped_[part][i] : 0;
    }
  }
  return capped;
}

void Timetable::add(const ConnectionBlock& block) {
  for (std::size_t i = 1; i < lists_.size(); ++i) {
    List* const list = lists_[i].get();
    std::int64_t* const room = list->instants.extend(block.count);
    const std::size_t count = write(*list, block, room);
    if (list->is_in_order) {
      list->instants.add(count);
    } else {
      list->instants.merge(count);
    }
  }
}

// Writes the block's instants of a list; gives their number.
std::size_t Timetable::write(const List& list, const ConnectionBlock& block, std::int64_t* room) const {
  std::size_t count = 0;
  if (kinds_.size() > 1) {
    for (std::size_t i = 0; i < block.count; ++i) {
      if (const std::optional<Moment>& moment = list.of_kind[kind_numbers_[i]]) {
        room[count] = block.times[i] + value(*moment, i).count();
        ++count;
      }
    }
    return count;
  }
  if (!list.of_kind.front()) {
    return 0;
  }
  const Moment& moment = *list.of_kind.front();
  for (std::size_t i = 0; i < block.count; ++i) {
    room[i] = block.times[i] + moment.constant.count();
  }
  for (std::size_t part = 0; part < kPartCount; ++part) {
    const std::int64_t factor = moment.wholes[part];
    for (std::size_t i = 0; factor > 0 && i < block.count; ++i) {
      room[i] += factor * drawn_[part][i];
    }
  }
  for (std::size_t i = 0; moment.half_rtts > 0 && i < block.count; ++i) {
    room[i] += drawn_[static_cast<std::size_t>(Part::rtt)][i] / 2;
  }
  return block.count;
}

}  // namespace portsim
