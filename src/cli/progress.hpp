// How far a long command is, on a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "portsim/advice.hpp"
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

/// The progress of what is made one by one: the rows of a sweep, replications.
class Progress {
 public:
  /// `total`: how many are to be made; `noun`: of what, in the plural, a literal.
  Progress(std::uint64_t total, std::string_view noun) : total_(total), noun_(noun) {}

  /// Shows that `made` of them are there; a few times a second at most.
  void show(std::uint64_t made);

  /// Takes the line away, so that other text can stand in its place.
  void clear() { line_.clear(); }

 private:
  ProgressLine line_;
  std::uint64_t total_;
  std::string_view noun_;
};

/// The progress of reading files.
class ReadingProgress {
 public:
  explicit ReadingProgress(const std::vector<std::string>& paths);

  /// So many more bytes were read.
  void add(std::uint64_t bytes);
  void clear() { line_.clear(); }

 private:
  ProgressLine line_;
  std::uint64_t total_ = 0;  ///< bytes of all files; 0: one is a pipe, or cannot be opened
  std::uint64_t read_ = 0;
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

/// The progress of a search, which makes nobody knows how many runs.
class SearchProgress final : public RemedyWatch {
 public:
  void begin(const std::string& subject, std::size_t number, std::size_t total) override;
  void add(const TimelineRow& row) override;

 private:
  ProgressLine line_;
  std::string subject_;  ///< empty: the search is for one setting alone
  double share_ = 0;     ///< of the settings
  std::uint64_t attempts_ = 0;
};

/// The progress of a log's hosts.
class HostsProgress {
 public:
  HostsProgress(std::uint64_t hosts, std::uint64_t connections) : hosts_(hosts), connections_(connections) {}

  /// Shows that so many of them are done; a few times a second at most.
  void show(std::uint64_t hosts, std::uint64_t connections);

 private:
  ProgressLine line_;
  std::uint64_t hosts_;
  std::uint64_t connections_;
};

}  // namespace portsim::cli
