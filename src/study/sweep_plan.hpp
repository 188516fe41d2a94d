// The cells of a sweep: every combination of the values that its options have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "portsim/scenario.hpp"
#include "scenario/settings.hpp"
#include "study/axis_values.hpp"
#include "study/run_cost.hpp"

namespace portsim {

/// An option, or a knob of the profile, that has several values.
struct Axis {
  std::string column;             ///< its name in a row: `delay_s`, `TcpTimedWaitDelay`
  std::size_t level = 0;          ///< where its settings stand among the levels
  std::vector<Setting> values;    ///< in the order given
  std::vector<PlainValue> cells;  ///< the same as a row shows them
};

/// A sweep before it runs. The axes stand in the order in which their options were given, those of weaker
/// levels first; from cell to cell the value of the last axis changes fastest. Settings of an option in a
/// weaker level than another one of it are not values of the sweep.
class SweepPlan {
 public:
  /// `levels` as in `build_scenario`, but an option may have several values in a level. What is wrong with
  /// lists and ranges is appended to `faults`.
  SweepPlan(const std::vector<std::vector<Setting>>& levels, std::vector<Fault>& faults);

  [[nodiscard]] const std::vector<Axis>& axes() const { return axes_; }

  /// The number of cells; `kMostCells` + 1 stands for any number above `kMostCells`.
  [[nodiscard]] std::uint64_t cells() const;

  /// The index in `values` of each axis; `cell` < cells().
  [[nodiscard]] std::vector<std::size_t> position(std::uint64_t cell) const;

  /// What the cell looks like as the options of a single run: `--rate 5/s --delay 30`.
  [[nodiscard]] std::string name(std::uint64_t cell) const;

  /// The scenario of a cell.
  [[nodiscard]] std::variant<ValidScenario, std::vector<Fault>> build(
      std::uint64_t cell, const std::optional<RecordedLoad>& recorded) const;

 private:
  std::vector<std::vector<Setting>> fixed_;  // the settings that have one value
  std::vector<Axis> axes_;
};

/// A fault of some cells.
struct CellFault {
  Fault fault;
  std::vector<std::string> elsewhere;  ///< other settings, or values of the same, with the same fault
  std::uint64_t first_cell = 0;
  std::uint64_t cells = 0;  ///< how many cells have it
};

/// What is known of the cells before any of them runs.
struct SweepCheck {
  std::vector<CellFault> faults;  ///< the different ones of all cells, in the order in which they are found
  std::uint64_t fullest = 0;      ///< a cell whose result has every field that the result of any cell has
};

/// Builds every cell, on `jobs` threads (at least one), and compares it with the limits. `recorded` is the
/// load of all of them, if there is one. `watch` is told now and then how many cells have been looked at.
[[nodiscard]] SweepCheck check_cells(
    const SweepPlan& plan, const std::optional<RecordedLoad>& recorded, unsigned jobs,
    const RunLimits& limits = {}, const std::function<void(std::uint64_t cells)>& watch = [](auto) {});

}  // namespace portsim
