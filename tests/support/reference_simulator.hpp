// The judge of the engine: a slow and obvious simulator of the same model, linked by tests alone.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "portsim/result.hpp"
#include "portsim/scenario.hpp"
#include "reference_record.hpp"

namespace portsim {

/// What happened in a reference run beside its result, so that a test can show what its cases cover.
/// Everything is counted over the whole run, warm-up and drain included.
struct ReferenceFacts {
  std::array<std::uint64_t, kCloserCount> connections{};  ///< that got a port, by closer
  std::uint64_t retries = 0;                              ///< tries after a caller's first one
  std::uint64_t attempt_ties = 0;                         ///< attempts at the instant of the attempt before
  std::uint64_t release_ties = 0;                         ///< attempts at an instant that frees a port
  std::uint64_t searches_given_up = 0;                    ///< failed, though a port was free
  std::uint64_t connects_beside_bind = 0;                 ///< while bound sockets held ports of the address
  std::uint64_t syn_timeouts = 0;                         ///< the SYN schedule or the application gave up
  std::uint64_t fin_wait_2_timeouts = 0;
  std::uint64_t fin_timeouts = 0;
  std::uint64_t syn_give_ups = 0;          ///< SYN schedules not used up when the stack gave up
  std::uint64_t fin_wait_2_splits = 0;     ///< FIN_WAIT_2 that reached the second of its two timers ...
  std::uint64_t fins_in_second_half = 0;   ///< ... and then TIME_WAIT
  std::uint64_t capped_in_fin_wait_2 = 0;  ///< closed by the cap before TIME_WAIT
  std::uint64_t reused_by_age = 0;         ///< TIME_WAIT whose port connect() took
  std::uint64_t given_out = 0;             ///< the same from an allocator that gives out such ports
  std::uint64_t reused_by_bind = 0;        ///< sockets whose port an attempt asked for and took
  std::uint64_t reused_by_autobind = 0;    ///< sockets whose port bind() to port 0 took
  std::uint64_t reused_in_fin_wait_2 = 0;  ///< those of the last two that were in FIN_WAIT_2
  std::uint64_t shared_ports = 0;          ///< bind() to a port that others of the address have
  std::uint64_t ports_live = 0;            ///< connect() failed: the bound port was in use in its key
  std::uint64_t pairs_waiting = 0;         ///< connect() failed: the port was in TIME_WAIT for the pair
  std::uint64_t pairs_waiting_still = 0;   ///< the same after the port had gone to another connection
  std::uint64_t dropped_retries = 0;       ///< tries with a port after one whose SYN the translator dropped
  std::uint64_t dropped_reuses = 0;        ///< connections closed for one whose SYN the translator dropped
  std::uint64_t dropped_give_ups = 0;      ///< dropped, and the stack gave up before its schedule was used up
  std::uint64_t half_open_forgotten = 0;   ///< translations that end after a SYN without answer,
  std::uint64_t resets_forgotten = 0;      ///< after an RST,
  std::uint64_t silent_forgotten = 0;      ///< in silence,
  std::uint64_t endless_translations = 0;  ///< or never
  std::uint64_t outlived_ports = 0;        ///< ports held longer than their translation
  std::uint64_t outlived_translations = 0;  ///< translations held longer than their port
};

/// Everything that happens in a run of `scenario`, attempt by attempt.
[[nodiscard]] reference::Record reference_record(const ValidScenario& scenario);

/// One run of the reference simulator.
struct ReferenceRun {
  Result result;
  std::vector<TimelineRow> extra_timeline;  ///< empty if its step is 0
  ReferenceFacts facts;
};

/// Runs `scenario` by first writing down everything that happens, then reading the results off that
/// record. Memory and time grow with the length of the run. `extra_timeline_step` 0: no second timeline.
[[nodiscard]] ReferenceRun reference_run(const ValidScenario& scenario, std::uint64_t outage_list_limit,
                                         Duration extra_timeline_step);

/// The result of `reference_run` alone.
[[nodiscard]] Result reference_simulate(const ValidScenario& scenario, std::uint64_t outage_list_limit);

}  // namespace portsim
