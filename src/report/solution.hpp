// The answer to an inverse question, as text, JSON and CSV.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "portsim/scenario.hpp"
#include "portsim/solve.hpp"
#include "report/report.hpp"

namespace portsim {

/// All that is said about one answer.
struct Solution {
  std::string version;  ///< of portsim
  Load load;            ///< for the files of a log or a schedule
  /// The scenario, with the answer in place of what was asked for, as in `Report`.
  std::vector<std::pair<std::string, std::string>> scenario_echo;
  std::vector<std::pair<std::string, std::string>> stack_echo;
  std::vector<std::pair<std::string, std::string>> nat_echo;
  std::string target;  ///< a condition; of a load that is not random `failed<=0` if none is given
  bool is_target_given = false;
  std::optional<LeverValue> now;  ///< the value that the scenario had; empty if none was given
  Answer answer;
};

/// The value of a lever as a number: a rate per second, a time in seconds, a count.
[[nodiscard]] std::string lever_digits(const LeverValue& value);

/// `per second`, `s`, `ports` ...
[[nodiscard]] std::string_view lever_unit(Lever lever);

/// The value with its unit: `16.5625520573/s`, `198 s`, `4,803`.
[[nodiscard]] std::string lever_text(const LeverValue& value);

/// The answer in a sentence, and how it was found.
void write_solution_text(const Solution& solution, const TextStyle& style, std::ostream& out);

/// One JSON object, schema `portsim.solve/1`.
void write_solution_json(const Solution& solution, std::ostream& out);

/// A header row and one row.
void write_solution_csv(const Solution& solution, std::ostream& out);

}  // namespace portsim
