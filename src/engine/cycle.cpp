#include "engine/cycle.hpp"

#include <algorithm>

#include "engine/instants.hpp"

namespace portsim {

void CycleFinder::look(const AttemptBlock& block, const Instants& taken) {
  if (block.failures > 0) {
    look_at_resumption(block, taken);
    last_failure_ = block.times[block.failed[block.failures - 1]];
    return;
  }
  // When nobody failed for as long, the ports in use are all those of a hold, now and a cycle ago.
  const std::int64_t last = block.times[block.count - 1];
  if (Duration{last - last_failure_} > hold_ + arrivals_->span) {
    found_ = arrivals_;
  }
}

// Brent's way to find a cycle: the state that others are compared with is replaced after 1, 2, 4, 8 ... of
// them.
void CycleFinder::look_at_resumption(const AttemptBlock& block, const Instants& taken) {
  const std::size_t index = std::size_t{block.failed[block.failures - 1]} + 1;
  if (index >= block.count) {
    return;
  }
  Resumption resumption{.attempt = block.first_caller + index, .time = block.times[index]};
  const std::uint64_t end = taken.size() - (block.count - index);
  const std::uint64_t begin = taken.rank_of(TimePoint{Duration{resumption.time} - hold_ + Duration{1}});
  const std::int64_t* const times = taken.from(begin);
  const auto count = static_cast<std::size_t>(end - begin);
  const std::uint64_t attempts = resumption.attempt - known_.attempt;
  if (compared_ < to_compare_ && attempts % arrivals_->attempts == 0 && count == known_.ages.size() &&
      std::equal(times, times + count, known_.ages.begin(),
                 [&](std::int64_t time, std::int64_t age) { return resumption.time - time == age; })) {
    found_ = Cycle{attempts, Duration{resumption.time - known_.time}};
    return;
  }
  if (++compared_ > to_compare_) {
    resumption.ages.resize(count);
    std::transform(times, times + count, resumption.ages.begin(),
                   [&](std::int64_t time) { return resumption.time - time; });
    known_ = std::move(resumption);
    to_compare_ = 2 * to_compare_ + 1;
    compared_ = 0;
  }
}

}  // namespace portsim
