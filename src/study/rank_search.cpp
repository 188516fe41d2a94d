#include "study/rank_search.hpp"

#include <algorithm>

namespace portsim {
namespace {

constexpr std::uint64_t kGrowth = 4;

/// A good rank and the bad one behind it, as far apart as steps left them. `bad` may be the end of the ranks.
struct Bracket {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
};

/// What is known so far, and what became of the search.
class Search {
 public:
  Search(std::uint64_t size, const RankJudge& judge) : size_(size), judge_(judge) {}

  RankSearch run(std::uint64_t start, std::uint64_t step) {
    std::optional<Bracket> bracket = is_good(start) ? upwards(start, step) : downwards(start, step);
    while (bracket && bracket->bad - bracket->good > 1 && !gave_up_) {
      const std::uint64_t middle = bracket->good + (bracket->bad - bracket->good) / 2;
      (is_good(middle) ? bracket->good : bracket->bad) = middle;
    }
    if (gave_up_) {
      return {.is_complete = false, .rank = std::nullopt};
    }
    return {.is_complete = true, .rank = bracket ? std::optional(bracket->good) : std::nullopt};
  }

 private:
  bool is_good(std::uint64_t rank) {
    const std::optional<bool> good = gave_up_ ? std::nullopt : judge_(rank);
    gave_up_ = !good.has_value();
    return good.value_or(false);
  }

  std::optional<Bracket> upwards(std::uint64_t good, std::uint64_t step) {
    while (good + 1 < size_) {
      const std::uint64_t next = std::min(good + step, size_ - 1);
      if (!is_good(next)) {
        return Bracket{good, next};
      }
      good = next;
      step = std::min(step * kGrowth, size_);
    }
    return Bracket{good, size_};
  }

  std::optional<Bracket> downwards(std::uint64_t bad, std::uint64_t step) {
    while (bad > 0 && !gave_up_) {
      const std::uint64_t next = bad - std::min(step, bad);
      if (is_good(next)) {
        return Bracket{next, bad};
      }
      bad = next;
      step = std::min(step * kGrowth, size_);
    }
    return std::nullopt;
  }

  std::uint64_t size_;
  const RankJudge& judge_;
  bool gave_up_ = false;
};

}  // namespace

RankSearch last_good_rank(std::uint64_t start, std::uint64_t step, std::uint64_t size,
                          const RankJudge& judge) {
  return Search(size, judge).run(start, step);
}

}  // namespace portsim
