#include <algorithm>
#include <numeric>

#include "scenario/settings.hpp"

namespace portsim {
namespace {

/// Edits that turn `a` into `b`: a letter more, less, changed, or two neighbours swapped (Damerau's
/// distance in its restricted form, known as optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view wrong, std::span<const std::string_view> names) {
  std::string_view best;
  std::size_t best_distance = 2 + wrong.size() / 4;  // a name must be nearer than this
  for (const std::string_view name : names) {
    const bool is_beginning = wrong.size() >= 3 && name.starts_with(wrong);
    const std::size_t longer = std::max(wrong.size(), name.size()) - std::min(wrong.size(), name.size());
    if (!is_beginning && longer >= best_distance) {
      continue;  // each letter too many is an edit
    }
    const std::size_t distance = is_beginning ? 1 : edit_distance(wrong, name);
    if (distance < best_distance && distance < wrong.size()) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace portsim
