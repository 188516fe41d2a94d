// The connections of logs of any size, in order.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "base/scratch_file.hpp"
#include "trace/log_row.hpp"

namespace portsim {

/// One connection as it is kept: 40 bytes.
struct LoggedConnection {
  std::int64_t start_ns = 0;
  std::int64_t lifetime_ns = -1;  ///< -1: the log does not tell
  std::uint32_t host = 0;         ///< that opened it, an index
  std::uint32_t destination = 0;
  Closer closer = Closer::client;
  CloserRule rule = CloserRule::unknown;
  bool is_loopback = false;
  bool is_start_alone = false;  ///< of a log that lists transactions
  bool has_late_reset = false;  ///< the server sent an RST when the client was in TIME_WAIT
};

/// Takes connections in any order and gives them by start. Up to a number of them are in memory; more are
/// sorted in parts, which go to a temporary file and are merged as they are read, so that it does not matter
/// how far out of order a log is. Throws ScratchError.
class ConnectionStore {
 public:
  explicit ConnectionStore(std::size_t most_in_memory) : most_in_memory_(most_in_memory) {}

  void add(const LoggedConnection& connection);

  /// No more will be added.
  void finish();

  /// How many there are, and how many of them are no starts alone; of a host that is not known 0.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint64_t count_of(std::uint32_t host) const { return count(host, 0) + count(host, 1); }
  [[nodiscard]] std::uint64_t connections_of(std::uint32_t host) const { return count(host, 0); }

  /// Calls `visit` with the connections of `host`, or of all hosts, in order of start; at one instant in
  /// order of hosts, then in that in which they were added. Several threads may do so at once.
  template <class Visit>
  void for_each(std::optional<std::uint32_t> host, Visit visit) const {
    Merge merge = begin(host);
    std::uint64_t visited = 0;
    while (!merge.empty()) {
      Cursor cursor = merge.top();
      merge.pop();
      do {
        visit(cursor.rows[cursor.at]);
        ++cursor.at;
        if (++visited == kVisitsBetweenReleases) {
          pass(std::exchange(visited, 0));
        }
      } while (cursor.at < cursor.rows.size() && (merge.empty() || cursor < merge.top()));
      if (cursor.at < cursor.rows.size()) {
        merge.push(cursor);
      }
    }
    pass(visited);
  }

 private:
  using Rows = std::span<const LoggedConnection>;
  static constexpr std::uint64_t kVisitsBetweenReleases = 1U << 18U;

  /// A part whose rows are in order, and those of each host in it.
  struct Run {
    struct Segment {
      std::uint32_t host = 0;
      std::uint32_t end = 0;  ///< it begins where the one before it ends
    };
    std::size_t begin = 0;  ///< in the file; of the last run in memory: 0
    std::vector<Segment> segments;
  };

  struct Cursor {
    Rows rows;
    std::size_t at = 0;
    std::size_t run = 0;

    [[nodiscard]] friend bool operator<(const Cursor& a, const Cursor& b) {
      const LoggedConnection& left = a.rows[a.at];
      const LoggedConnection& right = b.rows[b.at];
      if (left.start_ns != right.start_ns) {
        return left.start_ns < right.start_ns;
      }
      return left.host != right.host ? left.host < right.host : a.run < b.run;
    }
  };
  struct IsLater {
    bool operator()(const Cursor& a, const Cursor& b) const { return b < a; }
  };
  using Merge = std::priority_queue<Cursor, std::vector<Cursor>, IsLater>;

  [[nodiscard]] std::uint64_t count(std::uint32_t host, std::size_t kind) const {
    return host < counts_.size() ? counts_[host][kind] : 0;
  }
  void sort_pending();
  void spill();
  [[nodiscard]] Merge begin(std::optional<std::uint32_t> host) const;
  void pass(std::uint64_t visited) const;

  std::size_t most_in_memory_;
  std::uint64_t size_ = 0;
  std::vector<std::array<std::uint64_t, 2>> counts_;  // by host: connections, starts alone
  std::vector<LoggedConnection> pending_;
  std::unique_ptr<ScratchArray<LoggedConnection>> file_;
  std::size_t spilled_ = 0;
  Rows on_file_;
  std::vector<Run> runs_;
  mutable std::atomic<std::uint64_t> visited_ = 0;  // since the rows on file last left the memory
};

}  // namespace portsim
