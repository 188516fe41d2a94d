#include "engine/keyed_pool.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <tuple>
#include <variant>

#include "base/ensure.hpp"
#include "engine/endpoints.hpp"
#include "engine/port_space.hpp"

namespace portsim {
namespace {

constexpr std::int64_t kNotYet = -1;
constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

}  // namespace

KeyedPool::KeyedPool(const ValidScenario& scenario, const std::vector<std::uint16_t>& places)
    : scenario_(*scenario),
      places_(places),
      most_keys_(scenario.keys()),
      sources_(scenario->source_addresses),
      fresh_{.usable = PortSpace::usable_places(scenario, places),
             .free = static_cast<std::uint32_t>(scenario.pool().size())} {
  if (const auto* log = std::get_if<RecordedLoad>(&scenario_.load)) {
    rows_ = log->connections.get();
    sources_ = 1;
    rows_->for_each([this](const RecordedConnection& row) {
      sources_ = std::max<std::size_t>(sources_, std::size_t{row.source} + 1);
    });
  }
  if (rows_ != nullptr || scenario_.destination_skew) {
    numbers_.assign(static_cast<std::size_t>(most_keys_), kNobody);
  }
  if (scenario_.scope != Scope::tuple) {
    fresh_.given_back.assign(places_.size(), kNotYet);
  }
}

// In a load that is made up, without a skew, the order in which keys are first met is a matter of counting:
// see `endpoints_of`.
std::uint32_t KeyedPool::number_of_key(std::uint64_t caller) {
  const bool is_tuple = scenario_.scope == Scope::tuple;
  if (numbers_.empty()) {
    return static_cast<std::uint32_t>((is_tuple ? caller : caller / scenario_.destinations) % most_keys_);
  }
  const Endpoints endpoints = rows_ == nullptr ? endpoints_of(scenario_, caller)
                                               : Endpoints{.source = (*rows_)[caller].source,
                                                           .destination = (*rows_)[caller].destination};
  const std::size_t first = is_tuple ? std::size_t{endpoints.destination} * sources_ : 0;
  std::uint32_t& number = numbers_[first + endpoints.source];
  if (number == kNobody) {
    number = static_cast<std::uint32_t>(keys_.size());
  }
  return number;
}

KeyedPool::Key& KeyedPool::key(std::uint32_t number) {
  if (number == keys_.size()) {
    keys_.push_back(fresh_);
  }
  return keys_[number];
}

void KeyedPool::give_back(std::uint32_t port, std::int64_t now) {
  const auto size = static_cast<std::uint32_t>(places_.size());
  const std::uint32_t place = port % size;
  Key& key = keys_[port / size];
  key.usable.insert(place);
  ++key.free;
  --held_;
  if (!key.given_back.empty()) {
    key.given_back[place] = now;
  }
}

template <typename GiveBack, typename Keep>
SearchTally KeyedPool::walk(AttemptBlock& block, Instants& taken, PortSearch& search, std::uint16_t* numbers,
                            GiveBack give_back_until, Keep keep) {
  std::int64_t* const room = taken.extend(block.count);
  SearchTally tally;
  std::size_t served = 0;
  block.failures = 0;
  for (std::size_t i = 0; i < block.count; ++i) {
    const std::int64_t now = block.times[i];
    give_back_until(now, served);
    const std::uint64_t caller = block.first_caller + i;
    const std::uint32_t number = number_of_key(caller);
    Key& key = this->key(number);
    if (key.free == 0) {
      block.failed[block.failures++] = static_cast<std::uint32_t>(i);
      tally.add(places_.size());
      continue;
    }
    const auto found = search.find(key.usable, {.caller = caller, .try_number = 0, .key = number});
    ensure(found.has_value(), "a search did not find the port that is free");
    tally.add(found->looked_at);
    key.usable.erase(found->place);
    --key.free;
    ++held_;
    if (!key.given_back.empty() && key.given_back[found->place] != kNotYet) {
      const Duration interval{now - key.given_back[found->place]};
      tally.shortest_interval = std::min(tally.shortest_interval, interval);
    }
    keep(i, served, static_cast<std::uint32_t>(number * places_.size()) + found->place);
    room[served] = now;
    numbers[served] = places_[found->place];
    block.served[served++] = static_cast<std::uint32_t>(i);
  }
  taken.add(served);
  return tally;
}

SearchTally KeyedPool::serve(AttemptBlock& block, Instants& taken, Duration hold, PortSearch& search,
                             std::uint16_t* numbers) {
  const std::uint64_t before = taken.size();
  const std::uint64_t first = before - held_;  // the next to be released
  if (held_ + block.count > in_turn_.size()) {
    std::vector<std::uint32_t> wider(std::bit_ceil(2 * (held_ + block.count)));
    for (std::uint64_t i = first; i < before; ++i) {
      wider[i & (wider.size() - 1)] = in_turn_[i & (in_turn_.size() - 1)];
    }
    in_turn_.swap(wider);
  }
  const std::uint64_t mask = in_turn_.size() - 1;
  std::ignore = taken.extend(block.count);
  const std::int64_t* const starts = taken.from(first);  // and those of this block after them
  return walk(
      block, taken, search, numbers,
      [&](std::int64_t now, std::size_t served) {
        const std::uint64_t end = before + served;
        for (std::uint64_t next = end - held_; next < end && starts[next - first] + hold.count() <= now;
             ++next) {
          give_back(in_turn_[next & mask], starts[next - first] + hold.count());
        }
      },
      [&](std::size_t, std::size_t served, std::uint32_t port) {
        in_turn_[(before + served) & mask] = port;
      });
}

SearchTally KeyedPool::serve(AttemptBlock& block, Instants& taken, const std::int64_t* due,
                             PortSearch& search, std::uint16_t* numbers) {
  const std::int64_t last = block.times[block.count - 1];
  later_.take_before(last + 1, soon_);
  std::make_heap(soon_.begin(), soon_.end(), std::greater<>());
  return walk(
      block, taken, search, numbers,
      [&](std::int64_t now, std::size_t) {
        for (; !soon_.empty() && soon_.front().time <= now; soon_.pop_back()) {
          give_back(soon_.front().port, soon_.front().time);
          std::pop_heap(soon_.begin(), soon_.end(), std::greater<>());
        }
      },
      [&](std::size_t i, std::size_t, std::uint32_t port) {
        if (due[i] > last) {
          later_.add({.time = due[i], .port = port});
        } else {
          soon_.push_back({.time = due[i], .port = port});
          std::push_heap(soon_.begin(), soon_.end(), std::greater<>());
        }
      });
}

}  // namespace portsim
