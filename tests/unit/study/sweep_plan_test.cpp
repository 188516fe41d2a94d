#include "study/sweep_plan.hpp"

#include "../scenario/settings_support.hpp"
#include "catch.hpp"
#include "portsim/simulate.hpp"

namespace portsim {
namespace {

SweepPlan plan_of(const std::vector<Level>& levels) {
  std::vector<std::vector<Setting>> settings;
  for (const Level& level : levels) {
    settings.push_back(command_line(level));
  }
  std::vector<Fault> faults;
  SweepPlan plan(settings, faults);
  if (!faults.empty()) {
    FAIL(line(faults.front()));
  }
  return plan;
}

std::vector<std::string> names_of(const SweepPlan& plan) {
  std::vector<std::string> names;
  for (std::uint64_t cell = 0; cell < plan.cells(); ++cell) {
    names.push_back(plan.name(cell));
  }
  return names;
}

ValidScenario cell_of(const SweepPlan& plan, std::uint64_t cell) {
  auto built = plan.build(cell, std::nullopt);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&built)) {
    FAIL(line(faults->front()));
  }
  return std::get<ValidScenario>(std::move(built));
}

}  // namespace

TEST_CASE("every combination is one cell, and the last option changes fastest") {
  const SweepPlan plan = plan_of({{{"rate", "5,10"}, {"seed", "1"}, {"delay", "30..60:30"}, {"rate", "20"}}});
  CHECK(names_of(plan) == std::vector<std::string>{"--rate 5 --delay 30", "--rate 5 --delay 60",
                                                   "--rate 10 --delay 30", "--rate 10 --delay 60",
                                                   "--rate 20 --delay 30", "--rate 20 --delay 60"});
}

TEST_CASE("a cell is the scenario of its options alone") {
  const SweepPlan plan = plan_of(
      {{{"rate", "5,10"}, {"delay", "30,60"}, {"ports", "1024-2000"}, {"ports", "1024"}, {"rtt", "0"}}});
  REQUIRE(plan.cells() == 8);
  for (std::uint64_t cell = 0; cell < plan.cells(); ++cell) {
    const std::vector<std::size_t> at = plan.position(cell);
    const Scenario expected = scenario_of({{"rate", at[0] == 0 ? "5" : "10"},
                                           {"delay", at[1] == 0 ? "30" : "60"},
                                           {"ports", at[2] == 0 ? "1024-2000" : "1024"},
                                           {"rtt", "0"}});
    CHECK(describe(*cell_of(plan, cell)) == describe(expected));
  }
}

TEST_CASE("values of a weaker level do not come back where a stronger level names the option") {
  const SweepPlan plan = plan_of({{{"rate", "5,10"}, {"delay", "30,60"}}, {{"delay", "120"}}});
  CHECK(names_of(plan) == std::vector<std::string>{"--rate 5", "--rate 10"});
  CHECK(cell_of(plan, 0)->time_wait == std::chrono::seconds(120));
}

TEST_CASE("a knob that is given several times is an option of the sweep, different knobs are not") {
  const SweepPlan plan = plan_of({{{"rate", "5"},
                                   {"set", "TcpTimedWaitDelay=30"},
                                   {"set", "MaxUserPort=6000"},
                                   {"set", "TcpTimedWaitDelay=60"}}});
  REQUIRE(plan.axes().size() == 1);
  CHECK(plan.axes().front().column == "TcpTimedWaitDelay");
  CHECK(cell_of(plan, 1)->time_wait == std::chrono::seconds(60));
  CHECK(cell_of(plan, 1).capacity() == 6000 - 1023);
}

TEST_CASE("a sweep of too many cells says so, however many they are") {
  CHECK(plan_of({{{"rate", "1..1000"}, {"seed", "1..1000"}}}).cells() == kMostCells);
  CHECK(plan_of({{{"rate", "1..1000"}, {"seed", "1..1001"}}}).cells() == kMostCells + 1);
  const std::string many = "1..1000000";
  CHECK(plan_of({{{"rate", many}, {"seed", many}, {"delay", many}, {"duration", many}}}).cells() ==
        kMostCells + 1);
}

TEST_CASE("each different fault is found once, with its first cell and how many have it") {
  const SweepPlan plan = plan_of({{{"rate", "5,x"}, {"delay", "20,30,40"}}});
  const SweepCheck check = check_cells(plan, std::nullopt, 2);
  REQUIRE(check.faults.size() == 2);
  CHECK(check.faults[0].fault.where == "--delay 20");
  CHECK(check.faults[0].first_cell == 0);
  CHECK(check.faults[0].cells == 2);
  CHECK(check.faults[1].fault.where == "--rate x");
  CHECK(check.faults[1].first_cell == 3);
  CHECK(check.faults[1].cells == 3);
}

TEST_CASE("what is wrong with several values in the same words is one fault, of as many cells as have it") {
  const SweepPlan plan = plan_of({{{"rate", "5,6"}, {"delay", "10,20,25,30"}}});
  const SweepCheck check = check_cells(plan, std::nullopt, 2);
  REQUIRE(check.faults.size() == 1);
  CHECK(check.faults[0].fault.where == "--delay 10");
  CHECK(check.faults[0].elsewhere == std::vector<std::string>{"--delay 20", "--delay 25"});
  CHECK(check.faults[0].cells == 6);
}

TEST_CASE("the fullest cell is one with a translator if there is one") {
  CHECK(check_cells(plan_of({{{"rate", "5"}, {"nat", "none"}, {"nat", "azure-nat"}}}), std::nullopt, 2)
            .fullest == 1);
  CHECK(check_cells(plan_of({{{"rate", "5,10"}}}), std::nullopt, 2).fullest == 0);
}

// Common random numbers: a draw depends on the caller alone. So what one setting does is not hidden by
// chance.
TEST_CASE("cells that differ in the delay see the same random arrivals") {
  const SweepPlan plan =
      plan_of({{{"rate", "20"}, {"arrivals", "poisson"}, {"delay", "30,300"}, {"duration", "20min"}}});
  const Result few = simulate(cell_of(plan, 0));
  const Result many = simulate(cell_of(plan, 1));
  REQUIRE(few.failed == 0);
  REQUIRE(many.failed > 0);
  REQUIRE(few.timeline.size() == many.timeline.size());
  REQUIRE(few.timeline.size() > 500);
  for (std::size_t step = 0; step < few.timeline.size(); ++step) {
    CHECK(few.timeline[step].attempts == many.timeline[step].attempts);
  }
  const SweepPlan seeds = plan_of({{{"rate", "20"}, {"arrivals", "poisson"}, {"seed", "1,2"}}});
  CHECK(simulate(cell_of(seeds, 0)).attempts != simulate(cell_of(seeds, 1)).attempts);
}

TEST_CASE("cells that differ in the rate draw the same lifetimes") {
  const SweepPlan plan = plan_of({{{"rate", "1,2"}, {"lifetime", "exp:5s"}, {"duration", "100s"}}});
  Scenario slow = *cell_of(plan, 0);
  Scenario fast = *cell_of(plan, 1);
  slow.duration = std::chrono::seconds(100);
  fast.duration = std::chrono::seconds(50);  // the same 100 callers
  const Result slow_result = simulate(std::get<ValidScenario>(validate(slow)));
  const Result fast_result = simulate(std::get<ValidScenario>(validate(fast)));
  REQUIRE(slow_result.holds == 100);
  CHECK(slow_result.holds == fast_result.holds);
  CHECK(slow_result.hold_sum_ns == fast_result.hold_sum_ns);
}

}  // namespace portsim
