// The engine: the idea, and the choice between its two forms.
//
// Everything that a run tells is a gauge: ports in use, connections in each state, server sessions. A gauge
// is two sorted lists, entries and exits. The n-th entry (from 0) finds at most K inside, itself included,
// exactly when exit n - K came no later. The ports are such a gauge with a ceiling: an attempt gets a port
// exactly when exit n - N came no later, where N is the number of ports and n that of the connections so far.
//
// bulk_run.cpp keeps these lists and moves each pair of cursors through them by whole blocks of attempts. It
// needs no order of all events, but only runs where nothing acts back on later attempts except that the pool
// is full: then when a connection would enter and leave each state is known before anybody is served
// (timetable.hpp). run.cpp runs any scenario: it takes entries and exits one at a time, in the order of all
// that happens, and then needs no list, only where the cursors are, which are its counters (census.hpp). Both
// are a `RunFrame`, and give the same result, to the last bit.
#include "portsim/simulate.hpp"

#include <variant>

#include "engine/engines.hpp"
#include "engine/timeline.hpp"

namespace portsim {
namespace {

/// True for a log of so few connections that the steps of the timeline cost more than they do: these are
/// cheaper event by event.
bool is_short(const Scenario& scenario) {
  constexpr std::size_t kFewRows = 10 * std::size_t{kTimelineSteps};
  const auto* log = std::get_if<RecordedLoad>(&scenario.load);
  return log != nullptr && log->connections->size() < kFewRows;
}

}  // namespace

Result simulate(const ValidScenario& scenario, const RunOptions& options) {
  return !is_short(*scenario) && runs_in_bulk(scenario) ? simulate_in_bulk(scenario, options)
                                                        : simulate_by_events(scenario, options);
}

}  // namespace portsim
