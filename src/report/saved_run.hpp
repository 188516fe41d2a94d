// Results that were written as JSON, read back to be compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "report/fields.hpp"

namespace portsim {

/// A JSON result of one run (schema `portsim.run/1`).
struct SavedRun {
  std::vector<InputFile> logs;  ///< that were replayed; one that an older version wrote has a path alone
  std::optional<InputFile> schedule;                          ///< the rate over time
  std::vector<std::pair<std::string, std::string>> scenario;  ///< (option name, value), in its order
  std::vector<std::pair<std::string, std::string>> stack;     ///< (name, text) of its numbers; may be empty
  std::vector<std::pair<std::string, std::string>> nat;       ///< the same of the translator; may be empty

  /// Every value under its dotted name, elements of arrays by their index: `outages.list.0.start_s`.
  std::vector<Scalar> values;

  [[nodiscard]] const FieldValue* find(std::string_view name) const;

  /// True if there is a value of that name, or below it.
  [[nodiscard]] bool holds(std::string_view name) const;

  /// How many outages are listed.
  [[nodiscard]] std::uint64_t listed_outages() const;
};

/// Reads a result; says why the text is none.
[[nodiscard]] std::variant<SavedRun, std::string> read_saved_run(const std::string& json);

/// A value that came out otherwise.
struct Difference {
  std::string name;
  std::optional<FieldValue> was;  ///< empty: it was not there, and could not be told from nothing
  std::optional<FieldValue> is;
};

/// The values of `was` that are others now, and the elements that its lists lack. Numbers are the same when
/// they differ by at most `tolerance` of the larger one; 0: in no digit. The version is not compared, nor are
/// fields that `was` lacks, as a result of an older portsim does.
[[nodiscard]] std::vector<Difference> differences(const SavedRun& was, const SavedRun& is, double tolerance);

/// `failed: was 12345, is 12350 (+5, +0.0405 %)`.
[[nodiscard]] std::string difference_text(const Difference& difference);

}  // namespace portsim
