// What the simulation must reach on the runs that were measured on a real Linux kernel (README.md).
#include "kernel_runs.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "catch.hpp"
#include "kernel_mismatches.hpp"
#include "kernel_replay.hpp"
#include "kernel_report.hpp"

namespace portsim {
namespace {

const std::string kDirectory = PORTSIM_VALIDATION_DIRECTORY;

const std::vector<KernelRun>& runs() {
  static const std::vector<KernelRun> kRuns = read_kernel_runs(kDirectory + "/data/kernel");
  return kRuns;
}

const std::vector<Comparison>& comparisons() {
  static const std::vector<Comparison> kComparisons = replay(runs());
  return kComparisons;
}

std::vector<Comparison> group(bool fast) {
  std::vector<Comparison> members = comparisons();
  std::erase_if(members, [&](const Comparison& c) { return c.is_fast() != fast; });
  return members;
}

template <class Predicate>
double share(const std::vector<Comparison>& members, Predicate predicate) {
  const auto count = std::count_if(members.begin(), members.end(), predicate);
  return static_cast<double>(count) / static_cast<double>(members.size());
}

bool has_equal_failures(const Comparison& c) { return c.difference() == 0; }

/// `least` failures or 2 % of those that were measured, whichever is more.
std::uint64_t tolerance(const Comparison& c, std::uint64_t least) {
  return std::max(least, c.measured.failures / 50);
}

/// In how many of the slow runs the failures are equal when an option is set against the kernel's.
double share_of_equal_slow_runs_with(const Setting& option) {
  std::vector<Comparison> changed;
  for (std::size_t i = 0; i < runs().size(); ++i) {
    if (!comparisons()[i].is_fast()) {
      KernelRun run = runs()[i];
      std::erase_if(run.options, [&](const Setting& setting) { return setting.name == option.name; });
      run.options.push_back(option);
      changed.push_back(replay(run));
    }
  }
  return share(changed, has_equal_failures);
}

}  // namespace

TEST_CASE("the data hold every run of the kernel that a scenario can express") {
  CHECK(runs().size() == 203);
  CHECK(group(false).size() == 149);
  CHECK(group(true).size() == 54);
}

TEST_CASE("the failures of 97 percent of the slow runs are the kernel's to the count") {
  CHECK(share(group(false), has_equal_failures) >= 0.97);
}

TEST_CASE("the failures of every fast run are the kernel's within 3 or 2 percent") {
  for (const Comparison& c : group(true)) {
    INFO(c.run << ": measured " << c.measured.failures << ", simulated " << c.simulated.failures);
    CHECK(c.difference() <= tolerance(c, 3));
  }
}

TEST_CASE("the failures of no run are off by more than 4 or 2 percent") {
  for (const Comparison& c : comparisons()) {
    INFO(c.run << ": measured " << c.measured.failures << ", simulated " << c.simulated.failures);
    CHECK(c.difference() <= tolerance(c, 4));
  }
}

TEST_CASE("the first failing attempt is the kernel's in 98 percent of the runs") {
  CHECK(share(comparisons(), [](const Comparison& c) {
          return c.measured.first_failure == c.simulated.first_failure;
        }) >= 0.98);
}

TEST_CASE("slow runs fail in the same runs of attempts, and nearly the same attempts") {
  std::uint64_t attempts = 0;
  std::uint64_t differ = 0;
  for (const Comparison& c : group(false)) {
    attempts += c.attempts;
    differ += c.outcomes_that_differ;
    INFO(c.run);
    CHECK(c.difference_in_5s() <= 1);
  }
  CHECK(differ * 2'000 < attempts);
  CHECK(share(group(false), [](const Comparison& c) {
          return c.measured.failure_runs == c.simulated.failure_runs;
        }) >= 0.9);
}

TEST_CASE("the last release is the kernel's within 50 ms, but for one batch in one run") {
  std::size_t watched = 0;
  std::size_t late = 0;
  for (const Comparison& c : comparisons()) {
    if (c.measured.last_release) {
      INFO(c.run);
      REQUIRE(c.release_error());
      ++watched;
      late += *c.release_error() > std::chrono::milliseconds(50) ? 1U : 0U;
    }
  }
  CHECK(watched == 15);
  CHECK(late <= 1);
}

// Which port is given out again depends on the kernel's hidden cursor, and with it the number of ports that
// are in TIME_WAIT; runs in which that happens are left out.
TEST_CASE("the number of sockets in TIME_WAIT is the kernel's each second") {
  std::uint64_t samples = 0;
  std::uint64_t differ = 0;
  for (const Comparison& c : comparisons()) {
    if (!c.reuses_time_wait) {
      samples += c.samples;
      differ += c.samples_that_differ;
    }
  }
  CHECK(samples > 30'000);
  CHECK(differ * 1'000 < samples);
}

TEST_CASE("every mismatch with the kernel is known and has its cause") {
  for (const Comparison& c : comparisons()) {
    const bool is_known = std::any_of(known_mismatches().begin(), known_mismatches().end(),
                                      [&](const Mismatch& mismatch) { return mismatch.run == c.run; });
    INFO(c.run);
    CHECK(is_mismatch(c) == is_known);
  }
}

TEST_CASE("without the timer wheel, or with a wrong offset of it, many slow runs differ") {
  CHECK(share_of_equal_slow_runs_with({"timer-hz", "none", ""}) < 0.6);
  CHECK(share_of_equal_slow_runs_with({"timer-offset", "0.3s", ""}) < 0.85);
}

TEST_CASE("each setting of the runs decides whether some of them agree with the kernel") {
  const std::vector<Setting> usual{
      {"ip_autobind_reuse", "0", ""},
      {"tcp_fin_timeout", "60", ""},
      {"tcp_max_tw_buckets", "131072", ""},
      {"tcp_syn_linear_timeouts", "4", ""},
      {"tcp_syn_retries", "6", ""},
      {"tcp_timestamps", "1", ""},
      {"tcp_tw_reuse", "0", ""},
      {"tcp_tw_reuse_delay", "1000", ""},
  };
  for (const Setting& knob : usual) {
    std::size_t lost = 0;
    for (KernelRun run : runs()) {
      const auto own = std::find_if(run.knobs.begin(), run.knobs.end(),
                                    [&](const Setting& setting) { return setting.name == knob.name; });
      REQUIRE(own != run.knobs.end());
      if (own->value != knob.value) {
        own->value = knob.value;
        const Comparison c = replay(run);
        lost += c.difference() > tolerance(c, 4) ? 1U : 0U;
      }
    }
    INFO(knob.name);
    CHECK(lost > 0);
  }
}

TEST_CASE("the table of README.md is what comes out") {
  std::ifstream in(kDirectory + "/README.md");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::size_t mark = text.find(kReportMark);
  REQUIRE(mark != std::string::npos);
  INFO("write it anew: kernel_report tests/validation");
  CHECK(text.substr(mark + kReportMark.size()) == '\n' + markdown(comparisons()));
}

}  // namespace portsim
