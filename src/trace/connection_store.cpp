#include "trace/connection_store.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

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

/// Begins a run with what is pending.
void ConnectionStore::sort_pending() {
  const auto is_before = [](const LoggedConnection& a, const LoggedConnection& b) {
    return std::tie(a.host, a.start_ns) < std::tie(b.host, b.start_ns);
  };
  if (!std::is_sorted(pending_.begin(), pending_.end(), is_before)) {
    std::stable_sort(pending_.begin(), pending_.end(), is_before);
  }
  Run& run = runs_.emplace_back();
  run.begin = spilled_;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (run.segments.empty() || run.segments.back().host != pending_[i].host) {
      run.segments.push_back({pending_[i].host, 0});
    }
    run.segments.back().end = static_cast<std::uint32_t>(i + 1);
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

void ConnectionStore::release() const { ScratchArray<LoggedConnection>::release(on_file_); }

}  // namespace portsim
