// TOML files as plain values: the one place that knows toml++.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "portsim/scenario.hpp"

namespace portsim {

/// A value of a TOML document.
struct TomlValue {
  enum class Kind : std::uint8_t { text, number, boolean, array, table, other };
  Kind kind = Kind::other;
  std::string text;                  ///< of a text; a number with the digits that stand in the file; `true`
  std::vector<TomlValue> elements;   ///< of an array or a table
  std::vector<std::string> names{};  ///< of a table: the name of each element

  /// True for a text or a number.
  [[nodiscard]] bool is_scalar() const { return kind == Kind::text || kind == Kind::number; }
};

/// `key = value` at the top of a document.
struct TomlEntry {
  std::string key;    ///< as written
  std::string name;   ///< the key with `-` for `_`, as options are named
  std::string where;  ///< `FILE:LINE: KEY`, as a fault quotes it
  TomlValue value;
};

/// The entries of a document, in its order. `path` stands in messages; `example` is a line as it should be.
/// What is no TOML is appended to `faults`.
[[nodiscard]] std::vector<TomlEntry> parse_toml(const std::string& path, const std::string& content,
                                                const std::string& example, std::vector<Fault>& faults);

/// Fills `content` with a file; gives back why it could not, or nothing. A larger file than `limit` bytes is
/// no file of settings, nor is a device that never ends.
[[nodiscard]] std::string read_whole(const std::string& path, std::string& content,
                                     std::size_t limit = 1'000'000);

}  // namespace portsim
