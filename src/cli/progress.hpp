// How far a long command is, on a terminal.
#pragma once

#include <chrono>
#include <cstdint>

namespace portsim::cli {

/// One line on standard error that says how much is done and how long the rest will take; nothing where
/// standard error is no terminal.
class Progress {
 public:
  /// `total`: the rows that are to be made.
  explicit Progress(std::uint64_t total);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows that `made` rows are there; a few times a second at most.
  void show(std::uint64_t made);

  /// Takes the line away, so that other text can stand in its place.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool is_terminal_;
  bool is_shown_ = false;
  std::uint64_t total_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

}  // namespace portsim::cli
