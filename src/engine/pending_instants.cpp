#include "engine/pending_instants.hpp"

namespace portsim {

void PendingInstants::take_all(std::size_t level, std::size_t first, std::size_t end,
                               std::vector<std::int64_t>& taken) {
  for (std::size_t digit = first; digit < end && used_[level] != 0; ++digit) {
    Bucket& bucket = buckets_[level][digit];
    taken.insert(taken.end(), bucket.begin(), bucket.end());
    bucket.clear();
    used_[level] &= ~(std::uint32_t{1} << digit);
  }
}

void PendingInstants::take_before(std::int64_t present, std::vector<std::int64_t>& taken) {
  if (present <= present_) {
    return;
  }
  const std::size_t level = level_of(present ^ present_);
  for (std::size_t lower = 0; lower < level; ++lower) {
    take_all(lower, 0, kDigits, taken);
  }
  const std::size_t digit = digit_of(present, level);
  take_all(level, digit_of(present_, level), digit, taken);
  present_ = present;
  moving_.swap(buckets_[level][digit]);
  used_[level] &= ~(std::uint32_t{1} << digit);
  for (const std::int64_t instant : moving_) {
    if (instant < present) {
      taken.push_back(instant);
    } else {
      add(instant);
    }
  }
  moving_.clear();
}

}  // namespace portsim
