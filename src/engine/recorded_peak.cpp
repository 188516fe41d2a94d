#include "engine/recorded_peak.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "engine/port_space.hpp"
#include "portsim/selection.hpp"

namespace portsim {
namespace {

/// Up to how many connections can hold ports so that every further attempt gets one and no cap closes any; 0
/// where other things than numbers decide.
std::uint64_t most_held_freely(const ValidScenario& scenario) {
  const Stack& stack = scenario->stack;
  const bool is_reused =
      stack.time_wait_reuse && scenario->timestamps && !stack.time_wait_reuse->loopback_only;
  const bool is_shared = scenario->reuse_address && scenario->bind == BindMode::port0;
  if (is_reused || is_shared || stack.gives_out_time_wait || scenario->nat ||
      !finds_any_free_port(scenario->selection, PortSpace::count_places(scenario))) {
    return 0;
  }
  return std::min<std::uint64_t>(scenario.pool().size(),
                                 stack.max_time_wait.value_or(std::numeric_limits<std::uint64_t>::max()));
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
      most_held_(most_held_freely(scenario)),
      is_loopback_reused_(scenario_.stack.time_wait_reuse && scenario_.timestamps) {}

/// False where the load says more than how long connections last: a port that is asked for may be taken, and
/// `never` depends on the duration.
bool RecordedPeak::follows_course(const RecordedConnection& row) const {
  return !row.bind && row.local_port == 0 && !row.reuse_address && !row.peer_close_delay &&
         !(row.is_loopback && is_loopback_reused_);
}

// A connection that holds its port for no time needs one at that instant, but is not seen by the peak.
std::optional<std::uint64_t> RecordedPeak::of(const RowView& rows, Duration duration) {
  std::uint64_t caller = 0;
  std::uint64_t peak = 0;
  releases_.clear();  // a heap, the first one on top
  for (const RecordedConnection& row : rows) {
    if (row.start.time_since_epoch() >= duration) {
      break;
    }
    while (!releases_.empty() && releases_.front() <= row.start) {
      std::pop_heap(releases_.begin(), releases_.end(), std::greater<>());
      releases_.pop_back();
    }
    if (releases_.size() >= most_held_ || !follows_course(row)) {
      return std::nullopt;
    }
    const TimePoint release = release_of(planner_.plan(caller++, row.start, &row), row.start);
    if (release > row.start) {
      releases_.push_back(release);
      std::push_heap(releases_.begin(), releases_.end(), std::greater<>());
      peak = std::max<std::uint64_t>(peak, releases_.size());
    }
  }
  return peak;
}

}  // namespace portsim
