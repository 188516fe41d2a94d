// The shares of a sweep that several machines run, and the mark by which their rows are joined again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "study/sweep_plan.hpp"

namespace portsim {

/// One of `count` shares of a sweep; 1 of 1 is all of it. Which cells it holds depends on their index alone:
/// each block of `count` cells gives one to every share, in an order that moves on by one from block to
/// block, so that no share gets all the cells in which the last option costs most.
struct Shard {
  std::uint64_t number = 1;  ///< from 1 to `count`
  std::uint64_t count = 1;   ///< up to `kMostCells`

  /// How many of `total` cells it holds.
  [[nodiscard]] std::uint64_t cells(std::uint64_t total) const;

  /// The index of its cell of that row, from 0; ascending.
  [[nodiscard]] std::uint64_t cell(std::uint64_t row) const;

  /// The share that holds a cell; `number` does not matter.
  [[nodiscard]] std::uint64_t number_of(std::uint64_t cell) const {
    return (cell + cell / count) % count + 1;
  }

  friend bool operator==(const Shard&, const Shard&) = default;
};

/// Reads `3/8`; empty if it is no share.
[[nodiscard]] std::optional<Shard> parse_shard(std::string_view text);

/// The column that a share's rows have in front, and whose cells are marks.
inline constexpr std::string_view kShardColumn = "shard";

/// What a row of a share says of itself.
struct ShardMark {
  std::uint64_t sweep = 0;  ///< fingerprint of the sweep
  Shard shard;
  std::uint64_t cell = 0;   ///< index, from 0
  std::uint64_t cells = 0;  ///< of the whole sweep
};

/// `09a0f1c2d3e4b5f6:3/8:42/1000`: the sweep's fingerprint, share 3 of 8, cell 42 (from 1) of 1000.
[[nodiscard]] std::string to_text(const ShardMark& mark);

/// Reads that text back; empty if it is none, or if the share does not hold the cell.
[[nodiscard]] std::optional<ShardMark> parse_shard_mark(std::string_view text);

/// A hash over all that decides the rows of a sweep: each value of each option as the scenario that it makes,
/// the recorded load, `texts`, and the version of portsim. Two machines that give the same options in two
/// ways, or keep the log under two names, have one fingerprint. The cells must be free of faults.
[[nodiscard]] std::uint64_t sweep_fingerprint(const SweepPlan& plan,
                                              const std::optional<RecordedLoad>& recorded,
                                              std::span<const std::string> texts);

}  // namespace portsim
