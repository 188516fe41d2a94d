#include "study/shard.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "catch.hpp"

namespace portsim {
namespace {

SweepPlan plan_of(const std::vector<Setting>& settings) {
  std::vector<Fault> faults;
  SweepPlan plan({settings}, faults);
  REQUIRE(faults.empty());
  return plan;
}

std::uint64_t fingerprint_of(const std::vector<Setting>& settings) {
  const std::vector<std::string> columns{"attempts"};
  return sweep_fingerprint(plan_of(settings), std::nullopt, columns);
}

TEST_CASE("the shares of a sweep hold each cell once, in ascending order") {
  for (const std::uint64_t total : {1U, 2U, 7U, 12U, 100U, 101U}) {
    for (const std::uint64_t count : {1U, 2U, 3U, 7U, 8U, 100U, 150U}) {
      CAPTURE(total, count);
      std::vector<std::uint64_t> held(total);
      for (std::uint64_t number = 1; number <= count; ++number) {
        const Shard shard{number, count};
        for (std::uint64_t row = 0; row < shard.cells(total); ++row) {
          const std::uint64_t cell = shard.cell(row);
          REQUIRE(cell < total);
          CHECK((row == 0 || shard.cell(row - 1) < cell));
          CHECK(shard.number_of(cell) == number);
          ++held[cell];
        }
        CHECK(shard.cell(shard.cells(total)) >= total);
      }
      CHECK(held == std::vector<std::uint64_t>(total, 1));
    }
  }
}

TEST_CASE("no share gets all cells in which the last option is dearest") {
  constexpr std::uint64_t kValues = 4;  // of the last option; a cell costs 1, 2, 3 or 4
  std::vector<std::uint64_t> costs;
  for (std::uint64_t number = 1; number <= kValues; ++number) {
    const Shard shard{number, kValues};
    std::uint64_t cost = 0;
    for (std::uint64_t row = 0; row < shard.cells(40); ++row) {
      cost += shard.cell(row) % kValues + 1;
    }
    costs.push_back(cost);
  }
  const auto [least, most] = std::minmax_element(costs.begin(), costs.end());
  CHECK(*most - *least <= kValues);
}

TEST_CASE("a mark of a row is read back, and nothing else is taken for one") {
  const ShardMark mark{0x09a0f1c2d3e4b5f6, {7, 8}, 41, 1000};
  const std::string text = to_text(mark);
  CHECK(text == "09a0f1c2d3e4b5f6:7/8:42/1000");
  const auto read = parse_shard_mark(text);
  REQUIRE(read);
  CHECK(read->sweep == mark.sweep);
  CHECK(read->shard == mark.shard);
  CHECK(read->cell == 41);
  CHECK(read->cells == 1000);
  for (std::size_t length = 0; length < text.size() - 3; ++length) {
    CAPTURE(length);
    CHECK_FALSE(parse_shard_mark(text.substr(0, length)));
  }
  for (const std::string wrong :
       {"09a0f1c2d3e4b5f6:3/8:42/1000", "", ":", "::", "09a0f1c2d3e4b5f6:1/1:0/5", "09a0f1c2d3e4b5f6:1/1:6/5",
        "09a0f1c2d3e4b5fg:1/1:1/5", "9a0f1c2d3e4b5f6:1/1:1/5", "rate_per_s"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_shard_mark(wrong));
  }
}

TEST_CASE("a share is two numbers, the first up to the second") {
  CHECK(parse_shard("3/8") == Shard{3, 8});
  CHECK(parse_shard("1/1") == Shard{1, 1});
  for (const std::string wrong : {"", "/", "0/8", "9/8", "1/0", "1/", "/8", "1/8/2", "-1/8", "1/2000000"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_shard(wrong));
  }
}

TEST_CASE("the fingerprint of a sweep changes with each setting and each value") {
  const Setting rate{"rate", "20/s", "--rate"};
  const Setting delays{"delay", "60,240", "--delay"};
  const std::uint64_t fingerprint = fingerprint_of({rate, delays});
  CHECK(fingerprint == fingerprint_of({rate, {"delay", "1min", ""}, {"delay", "240", ""}}));
  CHECK(fingerprint != fingerprint_of({rate, {"delay", "60,239", ""}}));
  CHECK(fingerprint != fingerprint_of({rate, {"delay", "60,120,240", ""}}));
  CHECK(fingerprint != fingerprint_of({rate, {"delay", "240,60", ""}}));
  CHECK(fingerprint != fingerprint_of({{"rate", "20.1/s", ""}, delays}));
  CHECK(fingerprint != fingerprint_of({rate, delays, {"seed", "2", ""}}));
  CHECK(fingerprint != fingerprint_of({rate, delays, {"nat", "aws-nat", ""}}));
  const std::vector<std::string> more{"attempts", "fingerprint"};
  CHECK(fingerprint != sweep_fingerprint(plan_of({rate, delays}), std::nullopt, more));
}

TEST_CASE("the fingerprint of a sweep changes with each recorded connection") {
  const auto fingerprint = [](std::vector<RecordedConnection> rows, const std::string& path) {
    const RecordedLoad load{{{.path = path}},
                            std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
    const std::vector<std::string> columns{"attempts"};
    return sweep_fingerprint(plan_of({{"delay", "60,240", ""}, {"duration", "10s", ""}}), load, columns);
  };
  RecordedConnection row;
  const std::uint64_t plain = fingerprint({row}, "load.csv");
  CHECK(plain == fingerprint({row}, "elsewhere/load.csv"));
  CHECK(plain != fingerprint({row, row}, "load.csv"));
  RecordedConnection later = row;
  later.start += Duration{1};
  CHECK(plain != fingerprint({later}, "load.csv"));
  RecordedConnection closed = row;
  closed.closer = Closer::client;
  CHECK(plain != fingerprint({closed}, "load.csv"));
  RecordedConnection long_lived = row;
  long_lived.lifetime = Duration{0};
  CHECK(plain != fingerprint({long_lived}, "load.csv"));
}

}  // namespace
}  // namespace portsim
