#include "trace/connection_store.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace portsim {

void ConnectionStore::add(const LoggedConnection& connection) {
  if (pending_.size() == most_in_memory_) {
    spill();
  }
  pending_.push_back(connection);
  ++size_;
  if (connection.host >= counts_.size()) {
    counts_.resize(connection.host + std::size_t{1});
  }
  ++counts_[connection.host][connection.is_start_alone ? 1 : 0];
}

/// Begins a run with what is pending: put in its host's place, each as it came, and then sorted by start
/// where the log is out of order.
void ConnectionStore::sort_pending() {
  Run& run = runs_.emplace_back();
  run.begin = spilled_;
  std::vector<std::size_t> places(counts_.size() + 1);
  for (const LoggedConnection& connection : pending_) {
    ++places[connection.host + std::size_t{1}];
  }
  std::partial_sum(places.begin(), places.end(), places.begin());
  std::vector<LoggedConnection> sorted(pending_.size());
  for (const LoggedConnection& connection : pending_) {
    sorted[places[connection.host]++] = connection;
  }
  pending_.swap(sorted);
  const auto is_before = [](const LoggedConnection& a, const LoggedConnection& b) {
    return a.start_ns < b.start_ns;
  };
  for (std::size_t at = 0; at < pending_.size();) {
    const std::uint32_t host = pending_[at].host;
    const std::size_t end = places[host];
    const std::span<LoggedConnection> of_host = std::span(pending_).subspan(at, end - at);
    if (!std::is_sorted(of_host.begin(), of_host.end(), is_before)) {
      std::stable_sort(of_host.begin(), of_host.end(), is_before);
    }
    run.segments.push_back({host, static_cast<std::uint32_t>(end)});
    at = end;
  }
}

void ConnectionStore::spill() {
  if (!file_) {
    file_ = std::make_unique<ScratchArray<LoggedConnection>>();
  }
  sort_pending();
  for (const LoggedConnection& connection : pending_) {
    file_->push_back(connection);
  }
  spilled_ += pending_.size();
  pending_.clear();
}

void ConnectionStore::finish() {
  sort_pending();
  if (file_) {
    on_file_ = file_->map();
  }
}

ConnectionStore::Merge ConnectionStore::begin(std::optional<std::uint32_t> host) const {
  std::vector<Cursor> cursors;
  for (std::size_t index = 0; index < runs_.size(); ++index) {
    const Run& run = runs_[index];
    const bool is_last = index + 1 == runs_.size();
    const Rows rows = is_last ? Rows(pending_) : on_file_.subspan(run.begin);
    auto segment = run.segments.begin();
    auto end = run.segments.end();
    if (host) {
      segment = std::lower_bound(segment, end, *host,
                                 [](const Run::Segment& a, std::uint32_t wanted) { return a.host < wanted; });
      end = segment != end && segment->host == *host ? segment + 1 : segment;
    }
    for (; segment != end; ++segment) {
      const std::size_t from = segment == run.segments.begin() ? 0 : std::prev(segment)->end;
      cursors.push_back({rows.subspan(from, segment->end - from), 0, index});
    }
  }
  return Merge(IsLater(), std::move(cursors));
}

/// Visits in small portions are added up: telling the kernel takes longer than many of them.
void ConnectionStore::pass(std::uint64_t visited) const {
  if ((visited_ += visited) >= kVisitsBetweenReleases) {
    visited_ = 0;
    ScratchArray<LoggedConnection>::release(on_file_);
  }
}

}  // namespace portsim
