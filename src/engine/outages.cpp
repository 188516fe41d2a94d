#include "engine/outages.hpp"

#include <cstddef>
#include <vector>

namespace portsim {

void OutageTracker::note_one_by_one(const AttemptBlock& block) {
  std::size_t next = 0;  // failure
  for (std::size_t i = 0; i < block.count;) {
    if (next == block.failures || block.failed[next] != i) {
      attempt_succeeded(TimePoint{Duration{block.times[i]}});
      i = next == block.failures ? block.count : block.failed[next];
      continue;
    }
    const std::size_t begin = i;
    for (; next < block.failures && block.failed[next] == i; ++next) {
      ++i;
    }
    attempt_failed(TimePoint{Duration{block.times[begin]}}, i - begin);
  }
}

// Once the list is full outages are only counted: failure by failure, without a branch on where one begins
// and ends.
void OutageTracker::note(const AttemptBlock& block) {
  if (!list_is_full() || block.failures == 0) {
    note_one_by_one(block);
    return;
  }
  if (block.failed.front() > 0) {
    attempt_succeeded(TimePoint{Duration{block.times.front()}});
  }
  std::int64_t start = current_.start.time_since_epoch().count();
  std::uint64_t failed = current_.failed;  // 0 where an outage begins
  std::uint64_t count = 0;
  std::int64_t total = 0;
  std::int64_t longest = 0;
  for (std::size_t i = 0; i < block.failures; ++i) {
    const std::size_t attempt = block.failed[i];
    const std::size_t next_failed = i + 1 < block.failures ? block.failed[i + 1] : block.count;
    start = failed == 0 ? block.times[attempt] : start;
    ++failed;
    const bool is_over = next_failed != attempt + 1;
    const std::int64_t length = is_over ? block.times[attempt + 1] - start : 0;
    count += is_over ? 1 : 0;
    total += length;
    longest = std::max(longest, length);
    failed = is_over ? 0 : failed;
  }
  result_.count += count;
  result_.total += Duration{total};
  result_.longest = std::max(result_.longest, Duration{longest});
  result_.list_truncated = result_.list_truncated || count > 0;
  current_ = failed > 0
                 ? Outage{.start = TimePoint{Duration{start}}, .end = {}, .failed = failed, .open = false}
                 : Outage{};
}

void OutageTracker::repeat(const Mark& start, std::uint64_t times, Duration span) {
  const std::vector<Outage> listed(result_.list.begin() + static_cast<std::ptrdiff_t>(start.listed),
                                   result_.list.end());
  Duration later{};
  for (std::uint64_t i = 0; i < times && !listed.empty() && !list_is_full(); ++i) {
    later += span;
    for (auto outage = listed.begin(); outage != listed.end() && !list_is_full(); ++outage) {
      result_.list.push_back(*outage);
      result_.list.back().start += later;
      result_.list.back().end += later;
    }
  }
  result_.count += times * (result_.count - start.count);
  result_.total += static_cast<std::int64_t>(times) * (result_.total - start.total);
  result_.list_truncated = result_.count > result_.list.size();
  current_.start += static_cast<std::int64_t>(times) * span;
}

}  // namespace portsim
