#include "engine/port_pools.hpp"

#include <bit>
#include <limits>
#include <numeric>
#include <variant>

#include "base/ensure.hpp"
#include "engine/endpoints.hpp"
#include "engine/port_space.hpp"

namespace portsim {
namespace {

/// True when connections, which are alike, choose their ports by bind().
bool binds(const Scenario& scenario) {
  const auto* log = std::get_if<RecordedLoad>(&scenario.load);
  const bool has_rows = log != nullptr && !log->connections->empty();
  return (has_rows ? log->connections->front().bind.value_or(scenario.bind) : scenario.bind) ==
         BindMode::port0;
}

constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

/// So many attempts and releases ahead of time memory of a pool is asked for, where pools do not fit into the
/// processor.
constexpr std::size_t kAhead = 8;

/// So many ports in turn that were free let others follow.
constexpr std::uint64_t kStretch = 4;

bool comes_later(const NumberedInstant& one, const NumberedInstant& other) { return one.time > other.time; }

}  // namespace

PortPools::PortPools(const ValidScenario& scenario, const std::vector<std::uint16_t>& places,
                     std::size_t block)
    : scenario_(*scenario),
      places_(places),
      most_keys_(scenario.keys()),
      sources_(scenario_.source_addresses),
      is_bound_(binds(scenario_) && scenario_.scope == Scope::tuple),
      place_bits_(place_bits(places.size())),
      place_mask_((std::uint32_t{1} << place_bits_) - 1),
      tries_turns_(most_keys_ == 1 && gives_ports_in_turn(scenario_.selection)),
      fresh_{.places = FreePlaces(PortSpace::usable_places(scenario, places)),
             .free = static_cast<std::uint32_t>(scenario.pool().size())},
      ceiling_(scenario.pool().size()),
      numbers_(block),
      due_served_(block),
      ahead_(block) {
  if (const auto* log = std::get_if<RecordedLoad>(&scenario_.load)) {
    rows_ = log->connections.get();
    sources_ = 1;
    rows_->for_each([this](const RecordedConnection& row) {
      sources_ = std::max<std::size_t>(sources_, std::size_t{row.source} + 1);
    });
  }
  if ((rows_ != nullptr || scenario_.destination_skew) && most_keys_ > 1) {
    key_numbers_.assign(static_cast<std::size_t>(most_keys_), kNobody);
  }
  if (scenario_.scope != Scope::tuple || most_keys_ == 1) {
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

// In a load that is made up, without a skew, the order in which keys are first met is a matter of counting:
// see `endpoints_of`.
std::uint32_t PortPools::number_of_key(std::uint64_t caller) {
  const bool is_tuple = scenario_.scope == Scope::tuple;
  if (key_numbers_.empty()) {
    return static_cast<std::uint32_t>((is_tuple ? caller : caller / scenario_.destinations) % most_keys_);
  }
  const Endpoints endpoints = rows_ == nullptr ? endpoints_of(scenario_, caller)
                                               : Endpoints{.source = (*rows_)[caller].source,
                                                           .destination = (*rows_)[caller].destination};
  const std::size_t first = is_tuple ? std::size_t{endpoints.destination} * sources_ : 0;
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

// The next release of this block's connections, which are not in the list yet.
std::uint32_t PortPools::pop_soon() {
  const std::uint32_t number = soon_.front().number;
  std::pop_heap(soon_.begin(), soon_.end(), comes_later);
  soon_.pop_back();
  return number;
}

template <bool kOneKey>
inline void PortPools::give_back_until(Releases& releases, std::int64_t now) {
  for (;;) {
    std::uint32_t number = 0;
    if (releases.next < releases.end && releases.times[releases.next] + releases.shift.count() <= now) {
      if (!kOneKey && releases.next + kAhead < releases.end) {
        const std::uint32_t later = releases.numbers[releases.next + kAhead];
        keys_[later >> place_bits_].places.prefetch(later & place_mask_);
      }
      number = releases.numbers[releases.next++];
    } else if (!soon_.empty() && soon_.front().time <= now) {
      number = pop_soon();
      ++releases.soon;
    } else {
      return;
    }
    Key& key = keys_[kOneKey ? 0 : number >> place_bits_];
    key.places.at<kOneKey>(now).give_back(kOneKey ? number : number & place_mask_);
    ++key.free;
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

// Gives the next ports in turn to those that come at `times`, as long as each is free then; gives their
// number.
std::size_t PortPools::take_in_turn(Walk& walk, const std::int64_t* times, const std::int64_t* until,
                                    std::size_t count) {
  const std::uint32_t first = walk.search.in_turn().cursor();
  const std::size_t taken =
      keys_.front().places.take_in_turn(first, times, until, count, walk.tally.shortest_interval);
  walk.search.in_turn().pass(first, static_cast<std::uint32_t>(taken));
  walk.tally.add(1, taken);
  std::iota(numbers_.data() + walk.served, numbers_.data() + walk.served + taken, first);
  walk.served += taken;
  return taken;
}

// The same for the block's connections from `first` on, all of which get a port; gives the next one.
std::size_t PortPools::give_in_turn(Walk& walk, const std::int64_t* times, const std::int64_t* until,
                                    std::size_t first) {
  walk.served = first;
  take_in_turn(walk, times + first, until + first, walk.block.connections() - first);
  for (std::size_t i = first; walk.has_short_holds && i < walk.served; ++i) {
    ahead_.give(i, numbers_[i]);
  }
  return walk.served;
}

// The same where each may fail: of attempts from `attempt` on; gives their number.
std::size_t PortPools::try_in_turn(Walk& walk, std::size_t attempt) {
  const std::size_t served = walk.served;
  const std::int64_t* const times = walk.block.times.data() + attempt;
  const std::size_t taken = take_in_turn(walk, times, walk.due + attempt, walk.block.count - attempt);
  keys_.front().free -= static_cast<std::uint32_t>(taken);
  std::copy_n(times, taken, walk.room + served);
  std::iota(walk.block.served.data() + served, walk.block.served.data() + walk.served,
            static_cast<std::uint32_t>(attempt));
  await(walk, served, walk.served);
  return taken;
}

template <typename Places>
inline Found PortPools::find(Walk& walk, const Places& places, const Searcher& searcher) const {
  if (tries_turns_) {
    return walk.search.in_turn().find(places);
  }
  const auto found =
      is_bound_ ? walk.search.find_for_bind(places, searcher) : walk.search.find(places, searcher);
  ensure(found.has_value(), "a search did not find the port that is free");
  return *found;
}

// Gives how many ports were looked at; 0 where none is free.
template <bool kOneKey>
inline std::uint64_t PortPools::take_one(Walk& walk, std::size_t attempt, std::int64_t until) {
  const std::int64_t now = walk.block.times[attempt];
  const std::uint64_t caller = walk.block.first_caller + attempt;
  const std::uint32_t number = kOneKey ? 0 : number_of_key(caller);
  Key& key = kOneKey ? keys_.front() : this->key(number);
  if (key.free == 0) {
    walk.block.failed[walk.block.failures++] = static_cast<std::uint32_t>(attempt);
    return 0;
  }
  auto places = key.places.at<kOneKey>(now);
  const Found found = find(walk, places, {.caller = caller, .try_number = 0, .key = number});
  walk.tally.shortest_interval = std::min(walk.tally.shortest_interval, places.take(found.place, until));
  --key.free;
  walk.room[walk.served] = now;
  numbers_[walk.served] = number << place_bits_ | found.place;
  if (!kOneKey && walk.due == nullptr) {
    walk.own_numbers.write(walk.served, numbers_[walk.served]);
  }
  walk.block.served[walk.served++] = static_cast<std::uint32_t>(attempt);
  return found.looked_at;
}

// Where the search of the caller looks first.
void PortPools::prefetch(const PortSearch& search, std::uint64_t caller) {
  if (const auto start = search.own_start(caller); start && key_numbers_.empty()) {
    const std::uint32_t number = number_of_key(caller);
    if (number < keys_.size()) {
      keys_[number].places.prefetch(*start);
    }
  }
}

template <bool kOneKey>
void PortPools::take_all(Walk& walk, Releases releases) {
  // The list of releases is that of those who are served: never here where there is one pool.
  const bool is_own = !kOneKey && walk.due == nullptr;
  const bool tries_turns = kOneKey && tries_turns_;
  const std::size_t count = walk.block.count;
  std::uint64_t looked_at = 0;  // by no more than a block of searches
  std::uint64_t most = 0;
  for (std::size_t attempt = 0;; ++attempt) {
    if (tries_turns && first_looks_ >= kStretch) {
      attempt += try_in_turn(walk, attempt);
    }
    const std::int64_t now = walk.block.times[std::min(attempt, count - 1)];
    give_back_until<kOneKey>(releases, now);
    if (attempt == count) {
      break;
    }
    if (!kOneKey) {
      prefetch(walk.search, walk.block.first_caller + attempt + kAhead);
    }
    const std::uint64_t looks =
        take_one<kOneKey>(walk, attempt, is_own ? now + releases.shift.count() : walk.due[attempt]);
    looked_at += looks;
    most = std::max(most, looks);
    first_looks_ = looks == 1 ? first_looks_ + 1 : 0;
    if (looks > 0 && is_own) {
      ++releases.end;
    } else if (looks > 0 && walk.has_short_holds) {
      await(walk, walk.served - 1, walk.served);
    }
  }
  released_ += releases.next + releases.soon;
  walk.tally.looked_at += looked_at;
  walk.tally.most = std::max(walk.tally.most, most);
  walk.tally.add(places_.size(), walk.block.failures);
}

// Four at a time are compared, and two given back, without a branch: more are rare.
template <typename Places>
[[gnu::always_inline]] inline void PortPools::give_back_known(Places& places, Releases& releases,
                                                              std::int64_t now) {
  constexpr std::size_t kTogether = 4;
  const std::int64_t latest = now - releases.shift.count();
  places.set_now(now);
  for (;;) {
    const std::int64_t* const times = releases.times + releases.next;
    const PackedNumbers numbers = releases.numbers.from(releases.next);
    std::size_t due = 0;
    if (releases.next + kTogether > releases.end) {
      for (; releases.next + due < releases.end && times[due] <= latest; ++due) {
        places.give_back(numbers[due]);
      }
      releases.next += due;
      return;
    }
    for (std::size_t i = 0; i < kTogether; ++i) {
      due += times[i] <= latest ? 1 : 0;
    }
    places.give_back(numbers[0], due > 0);
    places.give_back(numbers[1], due > 1);
    for (std::size_t i = 2; i < due; ++i) {
      places.give_back(numbers[i]);
    }
    releases.next += due;
    if (due < kTogether) {
      return;
    }
  }
}

// When each of those who are served would give its port back.
const std::int64_t* PortPools::due_of_served(const Walk& walk) {
  if (walk.block.failures == 0) {
    return walk.due;
  }
  for (std::size_t i = 0, count = walk.block.connections(); i < count; ++i) {
    due_served_[i] = walk.due[walk.block.served[i]];
  }
  return due_served_.data();
}

// Who gets a port is known: the last of `taken`. Which one depends on what was given back before.
template <bool kInTurn, bool kShort>
void PortPools::give_ports_with(Walk& walk, Instants& taken, Releases releases) {
  const AttemptBlock& block = walk.block;
  const std::size_t count = block.connections();
  const std::int64_t* const times = taken.from(taken.size() - count);
  const std::int64_t last = block.times[block.count - 1];
  const bool is_own = walk.due == nullptr;
  releases.end -= is_own ? count : 0;
  const bool are_awaited =
      walk.has_short_holds && !is_own;  // releases of the block are among those that are read
  const PackedNumbers own_numbers = taken.numbers_from(taken.size() - count);
  std::uint32_t* const numbers = numbers_.data();
  const std::int64_t* const until = is_own ? nullptr : due_of_served(walk);
  auto places = keys_.front().places.at<true, kShort>(block.times.front());
  PortSearch::InTurn in_turn = walk.search.in_turn();
  Duration shortest = kNever;
  std::uint64_t looked_at = 0;  // by no more than a block of searches
  std::uint64_t most = 0;
  std::uint64_t first_looks = first_looks_;
  for (std::size_t i = 0;; ++i) {
    if (kInTurn && first_looks >= kStretch) {
      walk.search.in_turn() = in_turn;
      i = give_in_turn(walk, times, until, i);
      in_turn = walk.search.in_turn();
    }
    give_back_known(places, releases, i < count ? times[i] : last);
    if (i == count) {
      break;
    }
    Found found;
    if constexpr (kInTurn) {
      found = in_turn.find(places);
    } else {
      found =
          find(walk, places, {.caller = block.first_caller + block.attempt_of(i), .try_number = 0, .key = 0});
    }
    shortest =
        std::min(shortest, places.take(found.place, is_own ? times[i] + releases.shift.count() : until[i]));
    numbers[i] = found.place;
    if (is_own) {
      own_numbers.write(i, found.place);
    } else if (are_awaited) {
      ahead_.give(i, found.place);
    }
    looked_at += found.looked_at;
    most = std::max(most, found.looked_at);
    first_looks = found.looked_at == 1 ? first_looks + 1 : 0;
    releases.end += is_own ? 1 : 0;
  }
  walk.served = count;
  if (kInTurn) {
    walk.search.in_turn() = in_turn;
  }
  first_looks_ = first_looks;
  released_ += releases.next;
  keys_.front().free = keys_.front().free + static_cast<std::uint32_t>(releases.next - count);
  walk.tally.shortest_interval = std::min(walk.tally.shortest_interval, shortest);
  walk.tally.looked_at += looked_at;
  walk.tally.most = std::max(walk.tally.most, most);
  walk.tally.add(places_.size(), block.failures);
}

void PortPools::give_ports(Walk& walk, Instants& taken, const Releases& releases) {
  if (!tries_turns_) {
    give_ports_with<false, false>(walk, taken, releases);
  } else if (keys_.front().places.is_short()) {
    give_ports_with<true, true>(walk, taken, releases);
  } else {
    give_ports_with<true, false>(walk, taken, releases);
  }
}

SearchTally PortPools::serve(AttemptBlock& block, Instants& taken, Instants& releases, Duration shift,
                             const std::int64_t* due, bool has_short_holds, PortSearch& search) {
  const bool is_own = due == nullptr;  // the list of releases is that of those who are served
  const bool is_ranked = is_own || !has_short_holds;
  const std::int64_t last = block.times[block.count - 1];
  if (!is_own && is_ranked) {
    releases.rank_up_to(TimePoint{Duration{last}} - shift);
  }
  Walk walk{.block = block, .search = search, .due = due, .has_short_holds = has_short_holds};
  if (most_keys_ == 1 && is_ranked) {
    ceiling_.serve(block, taken, Flow{&releases, shift}, released_);
    give_ports(walk, taken, ranked_releases(releases, released_, shift));
    return walk.tally;
  }
  if (most_keys_ == 1 && expects_room_) {
    const Releases all =
        ahead_.of_all(ranked_releases(releases, released_, shift), releases, last, {due, block.count});
    if (Ceiling::serve_all(block, keys_.front().free, {all.times, all.end, all.shift})) {
      std::copy_n(block.times.begin(), block.count, taken.extend(block.count));
      taken.add(block.count);
      block.failures = 0;
      give_ports(walk, taken, all);
      return walk.tally;
    }
  }
  soon_.clear();
  walk.room = taken.extend(block.count);
  walk.own_numbers = taken.number_room();
  block.failures = 0;
  const Releases ranked = ranked_releases(releases, released_, shift);
  const Releases ahead = is_ranked ? ranked : ahead_.of_list(ranked, releases, last);
  if (most_keys_ == 1) {
    take_all<true>(walk, ahead);
  } else {
    take_all<false>(walk, ahead);
  }
  taken.add(walk.served);
  expects_room_ = block.failures == 0;
  return walk.tally;
}

}  // namespace portsim
