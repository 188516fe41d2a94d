// The search for the last value that is good, by as few trials as possible.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace portsim {

/// Tells whether the value of a rank is good; empty: it can no longer be found out.
using RankJudge = std::function<std::optional<bool>(std::uint64_t)>;

struct RankSearch {
  bool is_complete = true;  ///< false: the judge gave up
  std::optional<std::uint64_t>
      rank;  ///< good, and the next one is bad or does not exist; empty: rank 0 is bad
};

/// Searches the ranks 0 to `size` - 1 (`size` > 0) from `start` on: steps that grow from `step` > 0 find a
/// good and a bad rank, halving finds the border between them. It is the only one where good ranks stand
/// before bad ones; else one of several.
[[nodiscard]] RankSearch last_good_rank(std::uint64_t start, std::uint64_t step, std::uint64_t size,
                                        const RankJudge& judge);

}  // namespace portsim
