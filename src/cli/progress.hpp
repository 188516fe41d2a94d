// How far a long command is, on a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "portsim/scenario.hpp"
#include "portsim/simulate.hpp"

namespace portsim::cli {

/// One line on standard error that tells how far a command is and how long the rest will take; nothing where
/// standard error is no terminal.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// True when it is time to show something: after the first second, then a few times a second.
  [[nodiscard]] bool is_due();

  /// Shows `text` in the place of what was shown, with the time left where `share` of the work, > 0, is done.
  void show(const std::string& text, double share);

  /// Takes the line away, so that other text can stand in its place.
  void clear();

  /// Seconds since the beginning.
  [[nodiscard]] double elapsed() const;

 private:
  using Clock = std::chrono::steady_clock;

  bool is_terminal_;
  bool is_shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point due_;
};

/// The progress of a sweep, in rows or what else is counted.
class Progress {
 public:
  /// `total`: the rows that are to be made.
  explicit Progress(std::uint64_t total, std::string what = "rows") : total_(total), what_(std::move(what)) {}

  /// Shows that `made` of them are there; a few times a second at most.
  void show(std::uint64_t made);

  /// Takes the line away, so that other text can stand in its place.
  void clear() { line_.clear(); }

 private:
  ProgressLine line_;
  std::uint64_t total_;
  std::string what_;
};

/// The progress of one run, told by its timeline: simulated time, share done, attempts per second. The rows
/// are handed on, if somebody wants them.
class RunProgress final : public TimelineSink {
 public:
  /// `next` may be null.
  RunProgress(const Scenario& scenario, TimelineSink* next) : duration_(scenario.duration), next_(next) {}

  void add(const TimelineRow& row) override;

 private:
  ProgressLine line_;
  Duration duration_;
  TimelineSink* next_;
  std::uint64_t attempts_ = 0;
};

}  // namespace portsim::cli
