// Rows whose columns have names.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trace/log_text.hpp"

namespace portsim {

/// The columns of a header, and the cells of the present row.
class NamedColumns {
 public:
  void name(const std::vector<std::string_view>& names) { names_.assign(names.begin(), names.end()); }

  /// Takes the cells of a row; the texts must live as long as they are asked for.
  void take(std::vector<std::string_view> cells) { cells_ = std::move(cells); }

  /// The cell below `name`; empty if there is no such column or the row is too short.
  [[nodiscard]] std::string_view operator[](std::string_view name) const {
    const auto index =
        static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
    return index < names_.size() && index < cells_.size() ? cells_[index] : std::string_view();
  }

  [[nodiscard]] bool has(std::string_view name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  }

  /// True until `name`.
  [[nodiscard]] bool is_unnamed() const { return names_.empty(); }

  [[nodiscard]] bool is_whole() const { return cells_.size() == names_.size(); }

 private:
  std::vector<std::string> names_;
  std::vector<std::string_view> cells_;
};

}  // namespace portsim
