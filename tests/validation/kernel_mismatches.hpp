// The runs of a real kernel that the simulation does not reproduce to the count, each with its cause.
#pragma once

#include <span>
#include <string_view>

#include "kernel_replay.hpp"

namespace portsim {

struct Mismatch {
  std::string_view run;
  std::string_view cause;
};

/// All of them, in order of their names.
[[nodiscard]] std::span<const Mismatch> known_mismatches();

/// True when the failures, the first failing attempt or, by more than 50 ms, the last release differ.
[[nodiscard]] bool is_mismatch(const Comparison& comparison);

}  // namespace portsim
