#include "report/replication_text.hpp"

#include <string>

#include "report/phrases.hpp"

namespace portsim {
namespace {

std::string share_text(double share) { return ratio_percent(share, 2); }

/// For the eye: the exact value stands in the JSON.
std::string seconds_text(double seconds) {
  constexpr double kNanosecondsPerSecond = 1e9;
  return human_time(Duration{static_cast<std::int64_t>(seconds * kNanosecondsPerSecond)});
}

std::string time_text(const std::optional<TimePoint>& time) {
  return time ? human_time(*time) : std::string("later");
}

class Rows {
 public:
  explicit Rows(const ReplicationResult& replications) : replications_(replications) {
    table_.add({"", "mean", "from", "to"});
  }

  void mean(const char* label, Measure measure, std::string (*text)(double)) {
    if (const auto& known = replications_.means[static_cast<std::size_t>(measure)]) {
      table_.add({label, text(known->mean), known->low ? text(*known->low) : "",
                  known->high ? text(*known->high) : ""});
    }
  }

  void quantile(const std::string& label, const TimeQuantile& quantile) {
    table_.add({label, time_text(quantile.value), time_text(quantile.low), time_text(quantile.high)});
  }

  void share(const char* label, const ShareEstimate& share) {
    table_.add({label, share_text(share.share), share_text(share.low), share_text(share.high)});
  }

  [[nodiscard]] const TextTable& table() const { return table_; }

 private:
  const ReplicationResult& replications_;
  TextTable table_;
};

}  // namespace

void write_replications(const ReplicationResult& replications, TextLayout& text) {
  if (replications.all_alike) {
    text.heading(counted(replications.count, "replication") + ", all alike: one run tells as much.");
    return;
  }
  text.heading(counted(replications.count, "replication") +
               ": means and 95 % intervals (the rest here is about the first)");
  Rows rows(replications);
  rows.mean("failing", Measure::failure_ratio, share_text);
  rows.mean("attempts", Measure::attempts, decimal);
  rows.mean("found no port", Measure::failed, decimal);
  rows.mean("outages", Measure::outage_count, decimal);
  rows.mean("outages, together", Measure::outage_total, seconds_text);
  rows.mean("the longest", Measure::outage_longest, seconds_text);
  rows.mean("ports in use, peak", Measure::ports_peak, decimal);
  rows.mean("ports in use, mean", Measure::ports_mean, decimal);
  rows.share("without any failure", replications.without_failure);
  for (std::size_t index = 0; index < kQuantiles.size(); ++index) {
    rows.quantile("failed by then: " + std::to_string(kQuantiles[index]) + " %",
                  replications.first_failure[index]);
  }
  text.table(rows.table());
}

void write_batches(const BatchResult& batches, TextLayout& text) {
  text.heading(grouped(batches.count) + " batches of this run: means with 95 % intervals");
  TextTable table;
  table.add({"", "mean", "from", "to"});
  const auto add = [&](const char* label, const MeanEstimate& mean, std::string (*value)(double)) {
    table.add(
        {label, value(mean.mean), mean.low ? value(*mean.low) : "", mean.high ? value(*mean.high) : ""});
  };
  add("failing", batches.failure_ratio.estimate, share_text);
  add("ports in use, mean", batches.ports_in_use.estimate, decimal);
  text.table(table);
  if (batches.failure_ratio.is_correlated || batches.ports_in_use.is_correlated) {
    text.line("  Neighbouring batches are alike, so that these intervals are too narrow: take fewer");
    text.line("  batches, a longer run or a longer --warm-up.");
  }
}

}  // namespace portsim
