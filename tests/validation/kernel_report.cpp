#include "kernel_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/number_text.hpp"
#include "kernel_mismatches.hpp"

namespace portsim {
namespace {

template <class Predicate>
std::size_t count(const std::vector<Comparison>& comparisons, Predicate predicate) {
  return static_cast<std::size_t>(std::count_if(comparisons.begin(), comparisons.end(), predicate));
}

template <class Value>
std::uint64_t sum(const std::vector<Comparison>& comparisons, Value value) {
  std::uint64_t total = 0;
  for (const Comparison& comparison : comparisons) {
    total += value(comparison);
  }
  return total;
}

/// One line on a group of runs: how many, how many equal, how many attempts differ.
std::string group_line(std::string_view name, const std::vector<Comparison>& group) {
  std::uint64_t largest = 0;
  for (const Comparison& c : group) {
    largest = std::max(largest, c.difference());
  }
  return fmt::format(
      "| {} | {} | {} | {} | {} | {} | {} of {} |\n", name, group.size(),
      count(group, [](const Comparison& c) { return c.difference() == 0; }), largest,
      count(group, [](const Comparison& c) { return c.measured.first_failure == c.simulated.first_failure; }),
      count(group, [](const Comparison& c) { return c.difference_in_5s() <= 1; }),
      sum(group, [](const Comparison& c) { return c.outcomes_that_differ; }),
      sum(group, [](const Comparison& c) { return c.attempts; }));
}

std::string summary(const std::vector<Comparison>& all) {
  std::vector<Comparison> slow;
  std::vector<Comparison> fast;
  std::vector<Comparison> plain;  // no port was given out again before its time
  for (const Comparison& comparison : all) {
    (comparison.is_fast() ? fast : slow).push_back(comparison);
    if (!comparison.reuses_time_wait) {
      plain.push_back(comparison);
    }
  }
  const auto is_watched = [](const Comparison& c) { return c.release_error().has_value(); };
  const auto is_on_time = [](const Comparison& c) {
    return c.release_error().value_or(Duration::max()) <= std::chrono::milliseconds(50);
  };
  std::string text =
      "## Agreement\n\n"
      "| runs | number | failures equal | largest difference | first failing attempt equal | failures in "
      "each 5 s equal within 1 | attempts with another outcome |\n|---|---|---|---|---|---|---|\n";
  text += group_line("slow", slow) + group_line("fast", fast) + group_line("all", all);
  text += fmt::format(
      "\nThe last release lies within 50 ms of the kernel's in {} of the {} runs in which it was watched.\n",
      count(all, is_on_time), count(all, is_watched));
  text += fmt::format(
      "Of {} counts of TIME_WAIT, one a second, in the {} runs in which no port was given out again before "
      "its time, {} were not met.\n",
      sum(plain, [](const Comparison& c) { return c.samples; }), plain.size(),
      sum(plain, [](const Comparison& c) { return c.samples_that_differ; }));
  return text;
}

std::string ordinal(std::uint64_t first_failure) {
  return first_failure == 0 ? "-" : std::to_string(first_failure);
}

std::string instant(const std::optional<TimePoint>& time) {
  return time ? seconds_text(time->time_since_epoch().count()) : "";
}

std::string line(const Comparison& c) {
  const Observation& m = c.measured;
  const Observation& s = c.simulated;
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} of {} | {} | {} |\n", c.run,
                     c.attempts, m.failures, s.failures, ordinal(m.first_failure), ordinal(s.first_failure),
                     m.failure_runs, s.failure_runs, c.difference_in_5s(), c.outcomes_that_differ,
                     c.samples_that_differ, c.samples, instant(m.last_release), instant(s.last_release));
}

}  // namespace

std::string markdown(const std::vector<Comparison>& comparisons) {
  std::string text = summary(comparisons);
  text += "\n## Where they differ, and why\n\n| run | cause |\n|---|---|\n";
  for (const Mismatch& mismatch : known_mismatches()) {
    text += fmt::format("| {} | {} |\n", mismatch.run, mismatch.cause);
  }
  text +=
      "\n## All runs\n\nm: measured, s: simulated. TIME_WAIT: counts that were not met, of those "
      "compared.\n\n"
      "| run | attempts | failures m | s | first failing attempt m | s | runs of failures m | s | largest "
      "difference in 5 s | outcomes that differ | TIME_WAIT | last release (s) m | s |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const Comparison& comparison : comparisons) {
    text += line(comparison);
  }
  return text;
}

}  // namespace portsim
