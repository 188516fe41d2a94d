#include "trace/connection_log.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace portsim {

namespace {

/// A time that is too long becomes the longest one; it holds its port for the whole run in either case.
Duration capped(std::int64_t nanoseconds) {
  return std::clamp(Duration{nanoseconds}, Duration{}, kLongestDelay);
}

}  // namespace

ConnectionLog::ConnectionLog(std::vector<InputFile> files, std::string format, Numbering hosts,
                             std::unique_ptr<const ConnectionStore> store, std::size_t most_in_memory)
    : files_(std::move(files)),
      format_(std::move(format)),
      store_(std::move(store)),
      most_in_memory_(most_in_memory) {
  has_starts_alone_ = true;
  bool is_any_left_out = false;
  for (std::uint32_t number = 0; number < hosts.size(); ++number) {
    has_starts_alone_ = has_starts_alone_ && store_->connections_of(number) == 0;
    is_any_left_out = is_any_left_out || store_->connections_of(number) == 0;
  }
  if (has_starts_alone_ || !is_any_left_out) {
    hosts_ = std::move(hosts);
    numbers_.resize(hosts_.size());
    std::iota(numbers_.begin(), numbers_.end(), 0);
    places_ = numbers_;
  } else {
    leave_out_starts(hosts);
  }
  if (!has_starts_alone_) {
    for (const std::uint32_t number : numbers_) {
      skipped += store_->count_of(number) - store_->connections_of(number);
    }
  }
}

/// Keeps the hosts that have connections.
void ConnectionLog::leave_out_starts(const Numbering& hosts) {
  for (std::uint32_t number = 0; number < hosts.size(); ++number) {
    places_.push_back(static_cast<std::uint32_t>(hosts_.size()));
    if (store_->connections_of(number) > 0) {
      hosts_.number_of(hosts[number]);
      numbers_.push_back(number);
    } else {
      skipped += store_->count_of(number);
    }
  }
}

std::uint64_t ConnectionLog::count_of(std::size_t host) const {
  return has_starts_alone_ ? store_->count_of(numbers_[host]) : store_->connections_of(numbers_[host]);
}

/// Appends the connections as they are replayed.
template <class Rows>
void ConnectionLog::write_rows(std::optional<std::size_t> host, Rows& rows) const {
  std::unordered_map<std::uint32_t, std::uint32_t> destinations;
  std::optional<std::int64_t> first_ns;
  const auto number = host ? std::optional(numbers_[*host]) : std::nullopt;
  store_->for_each(number, [&](const LoggedConnection& logged) {
    if (logged.is_start_alone && !has_starts_alone_) {
      return;
    }
    first_ns = first_ns.value_or(logged.start_ns);
    RecordedConnection row;
    row.start = TimePoint{capped(logged.start_ns - *first_ns)};
    row.closer = logged.closer;
    row.has_late_reset = logged.has_late_reset;
    if (logged.lifetime_ns >= 0) {
      row.lifetime = capped(logged.lifetime_ns);
    }
    row.source = host ? 0 : places_[logged.host];
    row.destination =
        destinations.try_emplace(logged.destination, static_cast<std::uint32_t>(destinations.size()))
            .first->second;
    row.is_loopback = logged.is_loopback;
    rows.push_back(row);
  });
}

RecordedLoad ConnectionLog::load(std::optional<std::size_t> host) const {
  std::uint64_t count = host ? count_of(*host) : 0;
  for (std::size_t every = 0; !host && every < hosts_.size(); ++every) {
    count += count_of(every);
  }
  if (count <= most_in_memory_) {
    auto rows = std::make_shared<std::vector<RecordedConnection>>();
    rows->reserve(count);
    write_rows(host, *rows);
    return {.files = files_, .connections = std::move(rows)};
  }
  auto rows = std::make_shared<ScratchArray<RecordedConnection>>();
  write_rows(host, *rows);
  const RowView view(rows->map(), &ScratchArray<RecordedConnection>::release);
  return {.files = files_, .connections = RecordedRows(std::move(rows), view)};
}

std::int64_t ConnectionLog::first_start_of(std::size_t host) const {
  std::optional<std::int64_t> first_ns;
  store_->for_each(numbers_[host], [&](const LoggedConnection& logged) {
    if (!logged.is_start_alone || has_starts_alone_) {
      first_ns = first_ns.value_or(logged.start_ns);
    }
  });
  return first_ns.value_or(0);
}

RuleCounts ConnectionLog::rules_of(std::size_t host) const {
  RuleCounts counts{};
  store_->for_each(numbers_[host], [&](const LoggedConnection& logged) {
    if (!logged.is_start_alone || has_starts_alone_) {
      ++counts[static_cast<std::size_t>(logged.rule)];
    }
  });
  return counts;
}

}  // namespace portsim
