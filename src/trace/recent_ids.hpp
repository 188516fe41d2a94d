// The ids of rows that were met lately.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace portsim {

/// Tells whether an id is met for the first time, in bounded memory: one that is met again after 2^20 others
/// may seem new. Ids are kept as hashes; two equal ones among so many are not to be expected.
class RecentIds {
 public:
  static constexpr std::size_t kKeptAtLeast = std::size_t{1} << 20U;

  /// Notes the id; false if it is known.
  bool insert(std::string_view id) {
    const std::size_t hash = std::hash<std::string_view>()(id);
    if (younger_.size() == kKeptAtLeast) {
      older_ = std::exchange(younger_, {});
    }
    return younger_.insert(hash).second && !older_.contains(hash);
  }

 private:
  std::unordered_set<std::size_t> younger_;
  std::unordered_set<std::size_t> older_;
};

}  // namespace portsim
