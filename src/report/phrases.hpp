// Quantities as people read them. Rounded for the eye: exact values stand in the JSON and CSV.
#pragma once

#include <cstdint>
#include <string>

#include "portsim/time.hpp"
#include "portsim/wide.hpp"

namespace portsim {

/// An integer with a comma between groups of three digits: `72,000`.
[[nodiscard]] std::string grouped(Uint128 value);

/// A number to three decimals with grouped digits, `<0.001` if it is smaller than that: `3,866.727`, `0.2`.
[[nodiscard]] std::string decimal(double value);

/// A time >= 0: `30 us`, `100 ms`, `198.85 s`, `10 min 17.25 s`, `1 h`, `2 d 4 h`. To three decimals below
/// 10 min, to hundredths of a second below a day, to the second above.
[[nodiscard]] std::string human_time(Duration time);

/// A time in seconds to three decimals, for columns of many: `1,399.6 s`.
[[nodiscard]] std::string human_seconds(TimePoint time);

/// An instant as the time since the start of the run.
[[nodiscard]] std::string human_time(TimePoint time);

/// A share, `part` <= `whole`: `17.1 %`. `0 %` and `100 %` stand only for exactly that: `99.998 %`.
[[nodiscard]] std::string percent(std::uint64_t part, std::uint64_t whole);

/// A ratio from 0 to 1 with at least `decimals` decimals, otherwise as above: `17.19 %`.
[[nodiscard]] std::string ratio_percent(double ratio, int decimals);

/// `count` with its noun: `1 port`, `3,977 ports`.
[[nodiscard]] std::string counted(Uint128 count, const std::string& singular);

}  // namespace portsim
