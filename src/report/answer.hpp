// What a run says, in sentences.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "report/report.hpp"

namespace portsim {

/// The answer in one line: do the ports run out, when, how badly, which error does the application see.
[[nodiscard]] std::string answer_line(const Report& report);

/// What the program, or the translator's log, shows where the first pool runs out.
[[nodiscard]] std::string application_error(const Report& report);

/// The sentence that follows it: the counts behind the answer, or the headroom.
[[nodiscard]] std::string answer_details(const Report& report);

/// True when two seeds give two results: random arrivals, durations, closers or losses.
[[nodiscard]] bool has_random_draws(const Scenario& scenario);

/// A failure that will come after the window.
struct LaterFailure {
  std::optional<TimePoint> time;  ///< empty where no closed form tells it
  std::uint64_t attempt = 0;      ///< from 1; 0 where `time` is empty
};

/// The failure that lies outside the window of a run without one: the load asks for more ports than there
/// are, but the window ends before they are used up.
[[nodiscard]] std::optional<LaterFailure> failure_after_window(const Report& report);

}  // namespace portsim
