// The legal values of one setting, and the scenario with each of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "portsim/scenario.hpp"
#include "portsim/solve.hpp"

namespace portsim {

/// How near to each other the values are among which the best is sought.
enum class Fineness : std::uint8_t {
  exact,   ///< rates: 12 significant digits; delays: the stack's step
  six,     ///< rates: 6 digits; delays: at least a millisecond
  random,  ///< rates: 4 digits; delays: at least a millisecond
};

/// A rate per second, a delay in nanoseconds, or the count itself.
[[nodiscard]] double magnitude(const LeverValue& value);

/// The values from the easiest, of rank 0, to the hardest.
class LeverValues {
 public:
  LeverValues(const ValidScenario& scenario, Lever lever, Fineness fineness);

  /// How many there are; may be 0.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// `rank` < size().
  [[nodiscard]] LeverValue at(std::uint64_t rank) const;
  [[nodiscard]] Scenario with(std::uint64_t rank) const;

  /// The hardest value whose `magnitude` is not harder than `wanted`.
  [[nodiscard]] std::uint64_t rank_near(double wanted) const;

 private:
  const Scenario& scenario_;
  Lever lever_;
  std::uint64_t granule_ = 1;
  std::uint64_t first_ = 0;  // least of the numbers that stand for values
  std::uint64_t size_ = 0;
};

/// The scenario with that value of the lever.
[[nodiscard]] Scenario with_value(Scenario scenario, Lever lever, const LeverValue& value);

/// An option of the scenario as it is typed, its value included; empty if the scenario has none of that name.
[[nodiscard]] std::string option_text(const Scenario& scenario, std::string_view name);

/// The value as it is typed: `--ports 1024-5826`.
[[nodiscard]] std::string typed(const Scenario& scenario, Lever lever, const LeverValue& value);

/// The lever's present value.
[[nodiscard]] LeverValue present_value(const ValidScenario& scenario, Lever lever);

/// Why the lever changes nothing about the scenario, in words; empty if it does.
[[nodiscard]] std::optional<std::string> why_without_effect(const ValidScenario& scenario, Lever lever);

}  // namespace portsim
