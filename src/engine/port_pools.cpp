#include "engine/port_pools.hpp"

#include <bit>
#include <limits>
#include <numeric>

#include "base/ensure.hpp"
#include "engine/endpoints.hpp"
#include "engine/port_space.hpp"

namespace portsim {
namespace {

constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

/// So many ports in turn that were free let others follow.
constexpr std::uint64_t kStretch = 4;

bool comes_later(const NumberedInstant& one, const NumberedInstant& other) { return one.time > other.time; }

}  // namespace

PortPools::PortPools(const ValidScenario& scenario, const std::vector<std::uint16_t>& places,
                     std::size_t block)
    : scenario_(*scenario),
      places_(places),
      most_keys_(scenario.keys()),
      is_bound_(scenario_.bind == BindMode::port0 && scenario_.scope == Scope::tuple),
      place_bits_(place_bits(places.size())),
      place_mask_((std::uint32_t{1} << place_bits_) - 1),
      tries_turns_(most_keys_ == 1 && gives_ports_in_turn(scenario_.selection)),
      fresh_{.places = FreePlaces(PortSpace::usable_places(scenario, places)),
             .free = static_cast<std::uint32_t>(scenario.pool().size())},
      room_(block) {
  if (scenario_.destination_skew && most_keys_ > 1) {
    key_numbers_.assign(static_cast<std::size_t>(most_keys_), kNobody);
  }
  if (scenario_.scope != Scope::tuple || tries_turns_) {
    fresh_.places.note_times(static_cast<std::uint32_t>(places_.size()));
  }
  if (most_keys_ == 1) {
    keys_.push_back(fresh_);
  }
}

int PortPools::place_bits(std::size_t places) { return static_cast<int>(std::bit_width(places - 1)); }

bool PortPools::have_room_for(std::uint64_t keys, std::size_t places) {
  return keys <= (std::uint64_t{1} << 32) >> place_bits(places);
}

// Without a skew the order in which keys are first met is a matter of counting: see `endpoints_of`.
std::uint32_t PortPools::number_of_key(std::uint64_t caller) {
  const bool is_tuple = scenario_.scope == Scope::tuple;
  if (!scenario_.destination_skew) {
    return static_cast<std::uint32_t>((is_tuple ? caller : caller / scenario_.destinations) % most_keys_);
  }
  const Endpoints endpoints = endpoints_of(scenario_, caller);
  const std::size_t first = is_tuple ? std::size_t{endpoints.destination} * scenario_.source_addresses : 0;
  std::uint32_t& number = key_numbers_[first + endpoints.source];
  if (number == kNobody) {
    number = static_cast<std::uint32_t>(keys_.size());
  }
  return number;
}

PortPools::Key& PortPools::key(std::uint32_t number) {
  if (number == keys_.size()) {
    keys_.push_back(fresh_);
  }
  return keys_[number];
}

PortPools::Releases PortPools::ranked_releases(const Instants& releases, Duration shift) const {
  return {.times = releases.from(released_),
          .numbers = releases.numbers_from(released_),
          .count = static_cast<std::size_t>(releases.size() - released_),
          .shift = shift};
}

// Where connections of the block may give their ports back within it, nothing can be ranked yet.
PortPools::Releases PortPools::unranked_releases(const AttemptBlock& block, Instants& releases,
                                                 Duration shift) {
  const Releases ranked = ranked_releases(releases, shift);
  ahead_.assign(ranked.times, ranked.times + ranked.count);
  ahead_numbers_.assign(ranked.numbers, ranked.numbers + ranked.count);
  const TimePoint last{Duration{block.times[block.count - 1]}};
  for (const NumberedInstant& release : releases.unranked_up_to(last - shift)) {
    ahead_.push_back(release.time);
    ahead_numbers_.push_back(release.number);
  }
  return {.times = ahead_.data(), .numbers = ahead_numbers_.data(), .count = ahead_.size(), .shift = shift};
}

// The next release of this block's connections, which are not in the list yet.
std::uint32_t PortPools::pop_soon() {
  const std::uint32_t number = soon_.front().number;
  std::pop_heap(soon_.begin(), soon_.end(), comes_later);
  soon_.pop_back();
  return number;
}

template <bool kOneKey>
inline void PortPools::give_back_until(Walk& walk, std::int64_t now) {
  Releases& releases = walk.releases;
  for (;;) {
    std::uint32_t number = 0;
    if (releases.count > 0 && *releases.times + releases.shift.count() <= now) {
      number = *releases.numbers;
      ++releases.times;
      ++releases.numbers;
      --releases.count;
    } else if (!soon_.empty() && soon_.front().time <= now) {
      number = pop_soon();
    } else {
      return;
    }
    Key& key = keys_[kOneKey ? 0 : number >> place_bits_];
    key.places.set_now(now);
    key.places.give_back(kOneKey ? number : number & place_mask_);
    ++key.free;
    --held_;
    ++released_;
  }
}

// Connections `first` to `end` of the block: some of them may give their ports back within it.
void PortPools::await(const Walk& walk, std::size_t first, std::size_t end) {
  const std::int64_t last = walk.block.times[walk.block.count - 1];
  for (std::size_t i = first; i < end; ++i) {
    const std::int64_t due = walk.due[walk.block.served[i]];
    if (due <= last) {
      soon_.push_back({.time = due, .number = numbers_[i]});
      std::push_heap(soon_.begin(), soon_.end(), comes_later);
    }
  }
}

// They hold ports now.
inline void PortPools::hold(Walk& walk, std::size_t connections) {
  held_ += connections;
  walk.served += connections;
  if (walk.due == nullptr) {
    walk.releases.count += connections;  // the list is that of those who are served
  } else if (walk.is_short) {
    await(walk, walk.served - connections, walk.served);
  }
}

std::size_t PortPools::take_in_turn(Walk& walk, std::size_t attempt) {
  Key& key = keys_.front();
  const std::int64_t* const times = walk.block.times.data() + attempt;
  const std::uint32_t first = walk.search.cursor();
  const std::size_t taken = key.places.take_in_turn(first, times, walk.due + attempt,
                                                    walk.block.count - attempt, walk.tally.shortest_interval);
  walk.search.pass(static_cast<std::uint32_t>(taken));
  walk.tally.add(1, taken);
  key.free -= static_cast<std::uint32_t>(taken);
  std::copy_n(times, taken, walk.room + walk.served);
  std::iota(numbers_ + walk.served, numbers_ + walk.served + taken, first);
  std::iota(walk.block.served.data() + walk.served, walk.block.served.data() + walk.served + taken,
            static_cast<std::uint32_t>(attempt));
  hold(walk, taken);
  return taken;
}

// Gives whether the next port in turn was free.
template <bool kOneKey>
inline bool PortPools::take_one(Walk& walk, std::size_t attempt) {
  const std::int64_t now = walk.block.times[attempt];
  give_back_until<kOneKey>(walk, now);
  const std::uint64_t caller = walk.block.first_caller + attempt;
  const std::uint32_t number = kOneKey ? 0 : number_of_key(caller);
  Key& key = kOneKey ? keys_.front() : this->key(number);
  if (key.free == 0) {
    walk.block.failed[walk.block.failures++] = static_cast<std::uint32_t>(attempt);
    walk.tally.add(places_.size());
    return false;
  }
  key.places.set_now(now);
  const Searcher searcher{.caller = caller, .try_number = 0, .key = number};
  const auto found =
      is_bound_ ? walk.search.find_for_bind(key.places, searcher) : walk.search.find(key.places, searcher);
  ensure(found.has_value(), "a search did not find the port that is free");
  const std::int64_t until = walk.due != nullptr ? walk.due[attempt] : now + walk.releases.shift.count();
  walk.tally.add(found->looked_at);
  walk.tally.shortest_interval = std::min(walk.tally.shortest_interval, key.places.take(found->place, until));
  --key.free;
  walk.room[walk.served] = now;
  numbers_[walk.served] = number << place_bits_ | found->place;
  walk.block.served[walk.served] = static_cast<std::uint32_t>(attempt);
  hold(walk, 1);
  return found->looked_at == 1;
}

template <bool kOneKey>
void PortPools::take_all(Walk& walk) {
  const bool tries_turns = kOneKey && tries_turns_ && walk.due != nullptr;
  const std::size_t count = walk.block.count;
  for (std::size_t attempt = 0; attempt < count;) {
    if (tries_turns && first_looks_ >= kStretch) {
      attempt += take_in_turn(walk, attempt);
    }
    if (attempt < count) {
      first_looks_ = take_one<kOneKey>(walk, attempt) ? first_looks_ + 1 : 0;
      ++attempt;
    }
  }
  give_back_until<kOneKey>(walk, walk.block.times[count - 1]);
}

SearchTally PortPools::serve(AttemptBlock& block, Instants& taken, Instants& releases, Duration shift,
                             const std::int64_t* due, bool is_short, PortSearch& search) {
  Walk walk{
      .block = block, .search = search, .due = due, .is_short = is_short, .room = taken.extend(block.count)};
  numbers_ = due == nullptr ? taken.number_room() : room_.data();
  soon_.clear();
  if (due == nullptr) {
    walk.releases = ranked_releases(releases, shift);
  } else if (!is_short) {
    releases.rank_up_to(TimePoint{Duration{block.times[block.count - 1]}} - shift);
    walk.releases = ranked_releases(releases, shift);
  } else {
    walk.releases = unranked_releases(block, releases, shift);
  }
  block.failures = 0;
  if (most_keys_ == 1) {
    take_all<true>(walk);
  } else {
    take_all<false>(walk);
  }
  taken.add(walk.served);
  return walk.tally;
}

}  // namespace portsim
