// The releases that come up to the last attempt of a block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/packed_numbers.hpp"
#include "engine/instants.hpp"
#include "engine/unranked.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// Releases in order, with the number of each one's port; each comes `shift` later than its time says.
struct Releases {
  const std::int64_t* times = nullptr;
  PackedNumbers numbers{};
  std::size_t next = 0;  ///< to be read
  std::size_t end = 0;
  Duration shift{};
  std::size_t soon = 0;  ///< others, of the block's own connections, that were read
};

/// Those of `list` from rank `first` on that are ranked.
[[nodiscard]] Releases ranked_releases(const Instants& list, std::uint64_t first, Duration shift);

/// Releases up to the last attempt of a block, put together where they cannot be ranked yet: connections of
/// the block may give their ports back within it.
class ReleasesAhead {
 public:
  /// For blocks of up to `block` attempts.
  explicit ReleasesAhead(std::size_t block);

  /// Those that are `ranked`, and those of `list` up to `last`. They are valid until the next call.
  Releases of_list(const Releases& ranked, Instants& list, std::int64_t last);

  /// The same, and those of the block itself, in which every attempt gets a port until `due`. Which port is
  /// to be told (`give`) before it is read.
  Releases of_all(const Releases& ranked, Instants& list, std::int64_t last,
                  std::span<const std::int64_t> due);

  /// Attempt `index` of the block got port `number`.
  void give(std::size_t index, std::uint32_t number) { numbers_[own_places_[index]] = number; }

 private:
  std::size_t collect_own(std::span<const std::int64_t> due, std::int64_t last, Duration shift);
  Releases merge(const Releases& ranked, Instants& list, std::int64_t last, std::size_t own);

  std::vector<std::int64_t> times_{};
  std::vector<std::uint32_t> numbers_{};  ///< and a spare one
  std::vector<NumberedInstant> own_;      ///< releases of the block, by attempt, and room for a spare one
  std::vector<std::uint32_t>
      own_places_;  ///< where each attempt's release is: the spare place if it comes later
};

}  // namespace portsim
