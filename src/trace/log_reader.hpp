// One interface for all formats of logs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "trace/log_row.hpp"

namespace portsim {

/// Receives what a reader finds.
class LogSink {
 public:
  LogSink() = default;
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;
  virtual ~LogSink() = default;

  virtual void add(const LogRow& row) = 0;

  /// A line about something else than a TCP connection of a client.
  virtual void skip() = 0;

  /// A line that should be a row of the format and is not.
  virtual void damaged() = 0;

  /// The log itself tells that there was no port: when, if it says so.
  virtual void exhausted(std::optional<std::int64_t> time_ns) = 0;

  /// The log itself tells that so many rows are missing from it.
  virtual void lost(std::uint64_t rows) = 0;

  /// The whole file is of no use: what is wrong with it, and what to do about it.
  virtual void refuse(std::string_view what, std::string_view remedy) = 0;

  /// What follows stands at this line (or packet), counted from 1.
  void at(std::size_t place) { place_ = place; }
  [[nodiscard]] std::size_t place() const { return place_; }

 private:
  std::size_t place_ = 0;
};

/// Reads one file of one format. A line gives one call of the sink, unless it is a header or a comment; a
/// format whose lines are packets gives its connections as they end and in `finish`.
class LogReader {
 public:
  LogReader() = default;
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;
  virtual ~LogReader() = default;

  virtual void read(std::string_view line, LogSink& sink) = 0;

  /// The file is over.
  virtual void finish(LogSink&) {}
};

}  // namespace portsim
