#include "engine/recorded_peak.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "engine/port_space.hpp"
#include "portsim/selection.hpp"

namespace portsim {
namespace {

/// True where a port is found if and only if its key has one that nobody holds, or that can be given back.
bool numbers_decide(const ValidScenario& scenario) {
  const bool is_shared = scenario->reuse_address && scenario->bind == BindMode::port0;
  return !is_shared && !scenario->stack.gives_out_time_wait && !scenario->nat &&
         finds_any_free_port(scenario->selection, PortSpace::count_places(scenario));
}

/// False where the row says more than how long it lasts: a port that is asked for may be taken, and `never`
/// depends on the duration.
bool follows_course(const RecordedConnection& row) {
  return !row.bind && row.local_port == 0 && !row.reuse_address && !row.peer_close_delay;
}

/// When the port is free again; the latest time of all if it never is.
TimePoint release_of(const Course& course, TimePoint start) {
  for (std::size_t step = 0; step < course.length; ++step) {
    if (course.steps[step].wait == kNever) {
      return TimePoint::max();
    }
    start += course.steps[step].wait;
  }
  return start;
}

}  // namespace

RecordedPeak::RecordedPeak(const ValidScenario& scenario)
    : scenario_(*scenario),
      planner_(scenario_, Draws(scenario_.seed, scenario_.replication)),
      ports_(scenario.pool().size()),
      do_numbers_decide_(numbers_decide(scenario)),
      is_bound_(scenario_.bind == BindMode::port0),
      is_loopback_reused_(scenario_.stack.time_wait_reuse && scenario_.timestamps) {
  is_reused_ = is_loopback_reused_ && !scenario_.stack.time_wait_reuse->loopback_only;
}

/// The key of the scope.
std::uint64_t RecordedPeak::key_of(const RecordedConnection& row) const {
  constexpr unsigned kSourceBits = 32;
  const std::uint64_t source = scenario_.scope == Scope::host ? 0 : row.source;
  return scenario_.scope == Scope::tuple && !is_bound_ ? source << kSourceBits | row.destination : source;
}

void RecordedPeak::release_until(TimePoint time) {
  while (!releases_.empty() && releases_.front().first <= time) {
    std::pop_heap(releases_.begin(), releases_.end(), std::greater<>());
    --*releases_.back().second;
    releases_.pop_back();
  }
}

// A connection that holds its port for no time needs one at that instant, but is not seen by the peak. Who
// gives a port back early only makes room: if there is enough without that, nobody fails with it either.
std::optional<RecordedPeak::Found> RecordedPeak::of(const RowView& rows, Duration duration) {
  const TimePoint counted_from{scenario_.warm_up};
  if (scenario_.warm_up >= duration || !do_numbers_decide_) {
    return std::nullopt;
  }
  const std::uint64_t cap = scenario_.stack.max_time_wait.value_or(std::numeric_limits<std::uint64_t>::max());
  Found found;
  Counts counts;
  bool is_counted = false;
  releases_.clear();
  const auto count_from = [&] {
    release_until(counted_from);
    found.peak = releases_.size();
    is_counted = true;
  };
  for (const RecordedConnection& row : rows) {
    if (row.start.time_since_epoch() >= duration) {
      break;
    }
    if (!is_counted && row.start >= counted_from) {
      count_from();
    }
    release_until(row.start);
    std::uint32_t& held = counts[key_of(row)];
    found.is_most = found.is_most || releases_.size() >= cap || (is_reused_ && held > 0) ||
                    (is_loopback_reused_ && row.is_loopback);
    if (!follows_course(row) || (held >= ports_ && found.is_most)) {
      return std::nullopt;
    }
    if (held >= ports_) {
      return Found{.peak = found.peak, .attempts = found.attempts + 1, .is_exhausted = true};
    }
    const TimePoint release = release_of(planner_.plan(found.attempts++, row.start, &row), row.start);
    if (release > row.start) {
      releases_.emplace_back(release, &++held);
      std::push_heap(releases_.begin(), releases_.end(), std::greater<>());
      found.peak = is_counted ? std::max<std::uint64_t>(found.peak, releases_.size()) : found.peak;
    }
  }
  if (!is_counted) {
    count_from();
  }
  return found;
}

}  // namespace portsim
