#include "engine/port_search.hpp"

#include <algorithm>
#include <limits>

#include "base/ensure.hpp"
#include "engine/free_places.hpp"
#include "engine/index_set.hpp"

namespace portsim {
namespace {

/// RFC 6056, section 3.3.5: the trade-off between obfuscation and the interval of re-use.
constexpr std::uint32_t kLargestIncrement = 500;

/// Counters of the double hash (RFC 6056, section 3.3.4; Linux has 65,536).
constexpr std::uint32_t kCounters = 65536;

/// Linux adds 2 * 0..7 at random to what the cursor advances.
constexpr std::uint32_t kRandomSteps = 8;

constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();

/// The remainder of a number that is a few times `bound` at most: a division takes longer.
std::uint64_t wrapped(std::uint64_t number, std::uint64_t bound) {
  while (number >= bound) {
    number -= bound;
  }
  return number;
}

}  // namespace

bool gives_ports_in_turn(Selection selection) {
  switch (selection) {
    case Selection::sequential:
    case Selection::sequential_from_random:
    case Selection::descending: return true;
    case Selection::random_start:
    case Selection::random_pick:
    case Selection::hash:
    case Selection::double_hash:
    case Selection::random_increment:
    case Selection::parity_first: return false;
  }
  return false;
}

PortSearch::PortSearch(Selection selection, std::uint32_t size, const Draws& draws, std::uint32_t host)
    : selection_(selection),
      gives_in_turn_(gives_ports_in_turn(selection)),
      size_(size),
      draws_(draws),
      first_draws_(draws.key(Purpose::port_search, 0)),
      in_turn_(size) {
  belong_to(host);
}

void PortSearch::belong_to(std::uint32_t host) {
  cursor_ = 0;
  cursors_.clear();
  key_cursors_.clear();
  if (selection_ == Selection::sequential_from_random || selection_ == Selection::hash ||
      selection_ == Selection::random_increment) {
    cursor_ = scale(Draws::bits(draws_.key(Purpose::port_cursor, 1), host), size_);
  }
  in_turn_.begin_at(cursor_);
}

std::vector<std::uint16_t> PortSearch::arrange(Selection selection, std::vector<std::uint16_t> ports) {
  if (selection == Selection::descending) {
    std::reverse(ports.begin(), ports.end());
  } else if (selection == Selection::parity_first) {
    // The lowest port and every second one from it on, then the others.
    std::vector<std::uint16_t> arranged;
    arranged.reserve(ports.size());
    for (const std::size_t parity : {0U, 1U}) {
      for (std::size_t i = parity; i < ports.size(); i += 2) {
        arranged.push_back(ports[i]);
      }
    }
    ports.swap(arranged);
  }
  return ports;
}

std::uint32_t PortSearch::of_key(std::uint64_t key, std::uint32_t index, std::uint32_t bound) const {
  return scale(Draws::bits(draws_.key(Purpose::port_cursor, index), key), bound);
}

std::uint32_t& PortSearch::cursor_of(std::uint64_t key, std::uint32_t range) {
  const auto number = static_cast<std::uint32_t>(key);
  if (number >= key_cursors_.size()) {
    key_cursors_.resize(number + std::size_t{1}, kUnknown);
  }
  std::uint32_t& cursor = key_cursors_[number];
  if (cursor == kUnknown) {
    cursor = of_key(key, 5, range);
  }
  return cursor;
}

template <typename Places>
std::optional<Found> PortSearch::find_otherwise(const Places& usable, const Searcher& searcher) {
  std::optional<Found> found;
  switch (selection_) {
    case Selection::sequential:
    case Selection::sequential_from_random:
    case Selection::descending:
    case Selection::random_start: ensure(false, "`find` knows these"); break;
    case Selection::random_pick: found = pick_at_random(usable, searcher); break;
    case Selection::hash:
      found = upwards(usable, (cursor_ + of_key(searcher.key, 2, size_)) % size_, size_);
      cursor_ = static_cast<std::uint32_t>((cursor_ + found->looked_at) % size_);
      break;
    case Selection::double_hash: {
      const std::uint32_t counter = of_key(searcher.key, 3, kCounters);
      std::uint32_t& count = cursors_.try_emplace(counter, of_key(counter, 4, size_)).first->second;
      found = upwards(usable, (count + of_key(searcher.key, 2, size_)) % size_, size_);
      count = static_cast<std::uint32_t>((count + found->looked_at) % size_);
      break;
    }
    case Selection::random_increment: found = random_increments(usable, searcher); break;
    case Selection::parity_first: found = parity_first(usable, searcher); break;
  }
  return found;
}

template <typename Places>
std::optional<Found> PortSearch::find_for_bind(const Places& usable, const Searcher& searcher) {
  if (selection_ != Selection::parity_first) {
    return find(usable, searcher);
  }
  return both_parities(usable, draw(searcher, 0, size_) & ~1U, false);
}

template <typename Places>
std::optional<Found> PortSearch::pick_at_random(const Places& usable, const Searcher& searcher) const {
  for (std::uint32_t i = 0; i < size_; ++i) {
    const std::uint32_t place = draw(searcher, i, size_);
    if (usable.contains(place)) {
      return Found{.place = place, .looked_at = std::uint64_t{i} + 1};
    }
  }
  return std::nullopt;
}

template <typename Places>
std::optional<Found> PortSearch::random_increments(const Places& usable, const Searcher& searcher) {
  std::uint32_t place = cursor_;
  for (std::uint32_t i = 0; i < size_; ++i) {
    place =
        static_cast<std::uint32_t>((std::uint64_t{place} + draw(searcher, i, kLargestIncrement) + 1) % size_);
    if (usable.contains(place)) {
      cursor_ = place;
      return Found{.place = place, .looked_at = std::uint64_t{i} + 1};
    }
  }
  return std::nullopt;
}

// Linux looks at indices o, o + 2 ... of a range of P ports, R / 2 of them with R = P without its last bit;
// from an index of P or more R is taken off. In an odd range that skips index 0, unless o = 0: then the last.
template <typename Places>
std::optional<Found> PortSearch::one_parity(const Places& usable, std::uint32_t first_place,
                                            std::uint32_t count, std::uint32_t start) const {
  const std::uint32_t looks = std::max(size_ / 2, 1U);
  const std::uint32_t skipped = count > looks && start > 0 ? 1 : 0;
  const std::uint32_t end = count > looks && start == 0 ? looks : count;
  std::optional<std::uint32_t> place = usable.next(first_place + start);
  if (place && *place < first_place + end) {
    return Found{.place = *place, .looked_at = std::uint64_t{*place} - first_place - start + 1};
  }
  place = usable.next(first_place + skipped);
  if (place && *place < first_place + start) {
    return Found{.place = *place,
                 .looked_at = std::uint64_t{count} - start + (*place - first_place - skipped) + 1};
  }
  return std::nullopt;
}

template <typename Places>
std::optional<Found> PortSearch::both_parities(const Places& usable, std::uint32_t start,
                                               bool own_parity_first) const {
  const std::uint32_t looks = std::max(size_ / 2, 1U);
  const std::uint32_t own = size_ - size_ / 2;
  for (const bool second : {false, true}) {
    const bool is_own = own_parity_first != second;
    const std::uint32_t count = is_own ? own : size_ - own;
    if (count == 0) {
      continue;
    }
    if (auto found = one_parity(usable, is_own ? 0 : own, count,
                                static_cast<std::uint32_t>(wrapped(start / 2, looks)))) {
      found->looked_at += second && size_ > 1 ? looks : 0;  // one port alone is one parity
      return found;
    }
  }
  return std::nullopt;
}

template <typename Places>
std::optional<Found> PortSearch::parity_first(const Places& usable, const Searcher& searcher) {
  const std::uint32_t range = std::max(size_ & ~1U, 1U);
  std::uint32_t& cursor = cursor_of(searcher.key, range);
  const std::optional<Found> found = both_parities(usable, cursor & ~1U, true);
  if (found) {
    const std::uint64_t looks = std::max(size_ / 2, 1U);
    const std::uint64_t distance = 2 * wrapped(found->looked_at - 1, looks);
    const std::uint64_t random = 2 * std::uint64_t{draw(searcher, 0, kRandomSteps)};
    cursor = static_cast<std::uint32_t>(wrapped(cursor + std::max(distance, random) + 2, range));
  }
  return found;
}

template std::optional<Found> PortSearch::find_otherwise(const IndexSet&, const Searcher&);
template std::optional<Found> PortSearch::find_otherwise(const FreePlaces::At<false, false>&,
                                                         const Searcher&);
template std::optional<Found> PortSearch::find_otherwise(const FreePlaces::At<true, false>&, const Searcher&);
template std::optional<Found> PortSearch::find_for_bind(const IndexSet&, const Searcher&);
template std::optional<Found> PortSearch::find_for_bind(const FreePlaces::At<false, false>&, const Searcher&);
template std::optional<Found> PortSearch::find_for_bind(const FreePlaces::At<true, false>&, const Searcher&);

}  // namespace portsim
