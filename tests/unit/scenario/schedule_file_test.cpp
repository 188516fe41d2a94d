#include "scenario/schedule_file.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "catch.hpp"

using namespace portsim;
using namespace std::chrono_literals;

namespace {

/// Each under a name of its own, since a file is read once.
Parsed<std::shared_ptr<const Schedule>> read_text(std::string_view text) {
  static int number = 0;
  const auto path = std::filesystem::temp_directory_path() /
                    ("portsim_schedule_" + std::to_string(::getpid()) + "_" + std::to_string(number++));
  std::ofstream(path, std::ios::binary) << text;
  auto read = read_schedule(path.string());
  std::filesystem::remove(path);
  return read;
}

using Steps = std::vector<std::pair<Duration, std::uint64_t>>;

Steps steps_of(const Schedule& schedule) {
  Steps steps;
  for (const auto& [start, rate] : schedule.steps) {
    steps.emplace_back(start.time_since_epoch(), rate);
  }
  return steps;
}

const Schedule& value(const Parsed<std::shared_ptr<const Schedule>>& parsed) {
  if (const auto* wrong = std::get_if<Wrong>(&parsed)) {
    FAIL(wrong->what);
  }
  return *std::get<std::shared_ptr<const Schedule>>(parsed);
}

std::string fault(std::string_view text) {
  const auto read = read_text(text);
  REQUIRE_FALSE(holds_value(read));
  const std::string what = std::get<Wrong>(read).what;
  return what.substr(what.find_first_of(": ", what.find("portsim_schedule_")));
}

constexpr std::uint64_t kOne = 1'000'000'000;

}  // namespace

TEST_CASE("a schedule in CSV has a rate from each of its times on") {
  const auto read = read_text("time_s,rate_per_s\n0,20\n60.5,0.5\n# a remark\n120,0\n");
  CHECK(steps_of(value(read)) == Steps{{0s, 20 * kOne}, {60500ms, kOne / 2}, {120s, 0}});
  CHECK(value(read).length == 179500ms);
}

TEST_CASE("before the first time of a schedule there is no load") {
  CHECK(steps_of(value(read_text("rate_per_s, time_s\r\n3, 10\r\n"))) == Steps{{0s, 0}, {10s, 3 * kOne}});
}

TEST_CASE("a schedule may be a row of rates, one a second") {
  const auto read = read_text("1 0 0 2.25\n2.25 ");
  CHECK(steps_of(value(read)) == Steps{{0s, kOne}, {1s, 0}, {3s, 9 * kOne / 4}, {5s, 0}});
  CHECK(value(read).length == 5s);
}

TEST_CASE("what is wrong with a schedule is told by line") {
  CHECK(fault("") == " is empty");
  CHECK(fault("hello\n1\n") ==
        " is no schedule: it begins with neither the header time_s,rate_per_s nor a rate");
  CHECK(fault("time_s,rate_per_s\n0,1\n0,2\n") == ":3: its time is not after that of the row before");
  CHECK(fault("time_s,rate_per_s\n0\n") == ":2 must hold a time and a rate");
  CHECK(fault("time_s,rate_per_s\n0,1\nx,2\n") ==
        ":3: \"x\" is no time: decimal seconds below 10^9, at most 9 decimals");
  CHECK(fault("1 2\n-3\n") == ":2: \"-3\" is no rate: a decimal, 0 to 10^9 per second, at most 9 decimals");
  CHECK(fault("1 1000000001") ==
        ":1: \"1000000001\" is no rate: a decimal, 0 to 10^9 per second, at most 9 decimals");
  CHECK(fault("0 0 0\n") == " holds no rate above 0");
  CHECK(fault("1,2\n") == " begins with no header");
}
