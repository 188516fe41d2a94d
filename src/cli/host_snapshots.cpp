#include "cli/host_snapshots.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>
#include <variant>

#include "base/exact_ratio.hpp"
#include "cli/progress.hpp"
#include "report/phrases.hpp"

namespace portsim::cli {
namespace {

/// Unpacks what was read; false where there are faults.
bool take(std::variant<SocketTable, std::vector<Fault>> read, SocketTable& table,
          std::vector<Fault>& faults) {
  if (auto* const sockets = std::get_if<SocketTable>(&read)) {
    table = std::move(*sockets);
    return true;
  }
  const auto& more = std::get<std::vector<Fault>>(read);
  faults.insert(faults.end(), more.begin(), more.end());
  return false;
}

std::optional<Snapshots> read_lists(const HostWishes& wishes, std::vector<Fault>& faults) {
  Snapshots snapshots;
  SocketTable first;
  bool is_whole = take(read_sockets(wishes.lists.front()), first, faults);
  snapshots.now = first;
  if (wishes.lists.size() == 2) {
    snapshots.before = std::move(first);
    snapshots.interval = wishes.interval;
    is_whole = take(read_sockets(wishes.lists.back()), snapshots.now, faults) && is_whole;
  }
  snapshots.from = name_of(snapshots.now.form);
  return is_whole ? std::optional(std::move(snapshots)) : std::nullopt;
}

using Clock = std::chrono::steady_clock;

/// On a terminal it says how long that takes.
void wait_until(Clock::time_point end) {
  constexpr std::chrono::milliseconds kPatience{250};
  ProgressLine line;
  for (Clock::time_point now = Clock::now(); now < end; now = Clock::now()) {
    if (line.is_due()) {
      line.show("the second list in " + human_time(std::chrono::ceil<std::chrono::seconds>(end - now)), 0);
    }
    std::this_thread::sleep_until(std::min(end, now + kPatience));
  }
}

/// Reads the machine twice, or once if the interval is 0.
std::optional<Snapshots> read_machine(const HostWishes& wishes, std::vector<Fault>& faults) {
  Snapshots snapshots;
  snapshots.is_live = true;
  snapshots.from = wishes.proc + "/net/tcp";
  SocketTable first;
  const Clock::time_point start = Clock::now();
  const std::optional<std::uint64_t> opens_before = read_active_opens(wishes.proc);
  if (!take(read_proc_sockets(wishes.proc), first, faults)) {
    faults.back().remedy = "elsewhere than on Linux: netstat -an | portsim host --sockets -";
    return std::nullopt;
  }
  if (wishes.interval == Duration{}) {
    snapshots.now = std::move(first);
    snapshots.kernel_counts = read_socket_counts(wishes.proc);
    return snapshots;
  }
  wait_until(start + wishes.interval);
  const Clock::time_point end = Clock::now();
  const std::optional<std::uint64_t> opens = read_active_opens(wishes.proc);
  if (!take(read_proc_sockets(wishes.proc), snapshots.now, faults)) {
    return std::nullopt;
  }
  snapshots.kernel_counts = read_socket_counts(wishes.proc);
  snapshots.before = std::move(first);
  snapshots.interval = std::chrono::duration_cast<Duration>(end - start);
  if (opens && opens_before && *opens >= *opens_before) {
    snapshots.active_opens_per_s = nearest_double(Uint128{*opens - *opens_before} * kNanosecondsPerSecond,
                                                  static_cast<Uint128>(snapshots.interval.count()));
  }
  return snapshots;
}

}  // namespace

std::optional<Snapshots> read_snapshots(const HostWishes& wishes, std::vector<Fault>& faults) {
  return wishes.lists.empty() ? read_machine(wishes, faults) : read_lists(wishes, faults);
}

}  // namespace portsim::cli
