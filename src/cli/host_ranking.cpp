#include "cli/host_ranking.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>

#include "cli/progress.hpp"
#include "cli/signals.hpp"
#include "engine/recorded_peak.hpp"
#include "portsim/simulate.hpp"
#include "study/ordered_work.hpp"

namespace portsim::cli {
namespace {

/// Counts the attempts of runs, whoever makes them.
class AttemptCounter final : public TimelineSink {
 public:
  explicit AttemptCounter(std::atomic<std::uint64_t>& attempts) : attempts_(attempts) {}
  void add(const TimelineRow& row) override { attempts_ += row.attempts; }

 private:
  std::atomic<std::uint64_t>& attempts_;
};

bool gives(const std::vector<std::vector<Setting>>& levels, std::string_view name) {
  return std::any_of(levels.begin(), levels.end(), [&](const std::vector<Setting>& level) {
    return std::any_of(level.begin(), level.end(), [&](const Setting& s) { return s.name == name; });
  });
}

/// Replays hosts; several threads may do so at once.
class HostReplay {
 public:
  HostReplay(const Replay& replay, const std::vector<std::vector<Setting>>& levels,
             const std::optional<Stack>& stack)
      : replay_(replay), levels_(levels), stack_(stack), is_duration_given_(gives(levels, "duration")) {
    auto built = build_scenario(levels, replay.load, stack);
    if (auto* valid = std::get_if<ValidScenario>(&built)) {
      like_all_.emplace(std::move(*valid));
    }
  }

  [[nodiscard]] std::vector<ReplayedHost> replay(std::size_t first, std::size_t end) {
    std::optional<RecordedPeak> peaks;
    if (like_all_) {
      peaks.emplace(*like_all_);
    }
    std::vector<ReplayedHost> hosts;
    for (std::size_t host = first; host < end; ++host) {
      const RecordedLoad load = replay_.load_of(host);
      const auto peak = peaks ? peak_without_run(*peaks, *load.connections) : std::nullopt;
      if (peak) {
        Result result;
        result.ports_in_use.peak = *peak;
        hosts.push_back(replayed_host(replay_, host, result));
        connections_ += load.connections->size();
      } else if (like_all_ && is_too_short(duration_of(*load.connections))) {
        hosts.push_back(unfit(host));
      } else {
        hosts.push_back(run(host, load));
      }
    }
    return hosts;
  }

  [[nodiscard]] std::uint64_t connections() const { return connections_; }

 private:
  [[nodiscard]] Duration duration_of(const RowView& rows) const {
    return is_duration_given_ ? (*like_all_)->duration : default_duration(rows);
  }

  /// A run must be longer than its warm-up, and reach the time that its target names.
  [[nodiscard]] bool is_too_short(Duration duration) const {
    const Scenario& scenario = **like_all_;
    const bool is_target_a_time =
        scenario.target && scenario.target->quantity == Condition::Quantity::first_failure;
    return duration <= scenario.warm_up || (is_target_a_time && duration < scenario.target->time);
  }

  /// Empty also for a load that may break a rule which the one of `like_all_` obeys: starts that are too
  /// late. Building its scenario tells.
  [[nodiscard]] std::optional<std::uint64_t> peak_without_run(RecordedPeak& peaks,
                                                              const RowView& rows) const {
    if (rows.empty() || rows.back().start >= TimePoint{kLongestDelay}) {
      return std::nullopt;
    }
    const auto found = peaks.of(rows, duration_of(rows));
    const bool is_peak = found && !found->is_exhausted && !found->is_most;
    return is_peak ? std::optional(found->peak) : std::nullopt;
  }

  [[nodiscard]] ReplayedHost run(std::size_t host, const RecordedLoad& load) {
    const auto scenario = build_scenario(levels_, load, stack_);
    if (const auto* valid = std::get_if<ValidScenario>(&scenario)) {
      AttemptCounter counter(connections_);
      RunOptions options;
      options.outage_list_limit = 0;
      options.fingerprint = false;
      options.extra_timeline = &counter;
      return replayed_host(replay_, host, simulate(*valid, options));
    }
    return unfit(host);
  }

  [[nodiscard]] ReplayedHost unfit(std::size_t host) const {
    ReplayedHost unfit = replayed_host(replay_, host, {});
    unfit.peak.reset();
    return unfit;
  }

  const Replay& replay_;
  const std::vector<std::vector<Setting>>& levels_;
  const std::optional<Stack>& stack_;
  bool is_duration_given_;
  std::optional<ValidScenario> like_all_;  ///< that of one load, if its rules say all about other loads
  std::atomic<std::uint64_t> connections_ = 0;
};

/// Hosts that are replayed together, as each of them alone would be too little for a thread: the ends of such
/// parts.
std::vector<std::size_t> parts_of(const ConnectionLog& log) {
  constexpr std::uint64_t kConnections = 1U << 14U;
  std::vector<std::size_t> ends;
  std::uint64_t connections = 0;
  for (std::size_t host = 0; host < log.hosts().size(); ++host) {
    connections += log.count_of(host);
    if (connections >= kConnections || host + 1 == log.hosts().size()) {
      ends.push_back(host + 1);
      connections = 0;
    }
  }
  return ends;
}

/// Of all hosts.
std::uint64_t connections_of(const Replay& replay) {
  std::uint64_t connections = 0;
  for (std::size_t host = 0; host < replay.log->hosts().size(); ++host) {
    connections += replay.log->count_of(host) * replay.change.scale;
  }
  return connections;
}

}  // namespace

std::vector<ReplayedHost> rank_hosts(const Replay& replay, const std::vector<std::vector<Setting>>& levels,
                                     unsigned jobs, const std::optional<Stack>& stack) {
  using Part = std::vector<ReplayedHost>;
  constexpr std::chrono::milliseconds kPatience{250};
  HostReplay replayer(replay, levels, stack);
  const std::vector<std::size_t> ends = parts_of(*replay.log);
  std::optional<OrderedWork<Part>> work;
  {
    const SignalBlock block;
    work.emplace(0, ends.size(), jobs, [&](std::uint64_t part) {
      return replayer.replay(part == 0 ? 0 : ends[part - 1], ends[part]);
    });
  }
  HostsProgress progress(replay.log->hosts().size(), connections_of(replay));
  std::vector<ReplayedHost> hosts;
  hosts.reserve(replay.log->hosts().size());
  while (!work->is_done()) {
    if (std::optional<Part> part = work->next(kPatience)) {
      std::move(part->begin(), part->end(), std::back_inserter(hosts));
    }
    progress.show(hosts.size(), replayer.connections());
  }
  std::sort(hosts.begin(), hosts.end(), [](const ReplayedHost& a, const ReplayedHost& b) {
    return a.peak != b.peak ? a.peak > b.peak : a.number < b.number;
  });
  return hosts;
}

}  // namespace portsim::cli
