// The details of a stack as text and back: retransmission schedules, reuse of TIME_WAIT, yes and no.
// Syntax only; limits are in rules.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "portsim/stack.hpp"
#include "scenario/value_text.hpp"

namespace portsim {

/// Times with commas between them, repetitions counted: `3s,6s,12s`, `5*1s,2s`. At most 10,000 of them.
[[nodiscard]] Parsed<std::vector<Duration>> parse_waits(std::string_view text);
[[nodiscard]] std::string waits_text(const std::vector<Duration>& waits);

/// `none`, the age `1s`, or `loopback:1s`.
[[nodiscard]] Parsed<std::optional<TimeWaitReuse>> parse_reuse(std::string_view text);
[[nodiscard]] std::string reuse_text(const std::optional<TimeWaitReuse>& reuse);

/// `yes` or `no`.
[[nodiscard]] Parsed<bool> parse_yes_no(std::string_view text);
[[nodiscard]] std::string yes_no_text(bool value);

}  // namespace portsim
