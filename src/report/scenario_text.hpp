// The scenario in words.
#pragma once

#include <string>

#include "report/report.hpp"

namespace portsim {

/// What calls connect(), and how often: `20/s, evenly spaced`.
[[nodiscard]] std::string load_text(const Report& report);

/// The rate as it was given: `1200/min`; empty for a recorded load.
[[nodiscard]] std::string rate_text(const Scenario& scenario);

/// One connection's life: round trip, lifetime, who closes first.
[[nodiscard]] std::string connection_text(const Report& report);

/// The pool by number and by range: `3,977 (1024-5000)`.
[[nodiscard]] std::string ports_text(const Report& report);

/// TIME_WAIT delay and stack.
[[nodiscard]] std::string stack_text(const Scenario& scenario);

/// The translator, its ports and timers; there must be one.
[[nodiscard]] std::string nat_text(const Report& report);

/// What is counted: duration, warm-up, seed.
[[nodiscard]] std::string window_text(const Scenario& scenario);

/// The TIME_WAIT delay as the stack calls it: `TcpTimedWaitDelay`.
[[nodiscard]] std::string delay_name(const Stack& stack);

}  // namespace portsim
