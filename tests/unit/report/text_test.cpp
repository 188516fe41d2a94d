// The text report: the answer first, then what an operator needs, nothing that is not so.
#include <chrono>
#include <sstream>

#include "catch.hpp"
#include "report/answer.hpp"
#include "report/layout.hpp"
#include "sample_report.hpp"

using namespace portsim;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

Scenario random_scenario() {
  Scenario scenario = main_case();
  std::get<GeneratedLoad>(scenario.load).arrivals = PoissonArrivals{};
  return scenario;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

TEST_CASE("the first line tells that ports run out, when, how badly and with which error") {
  CHECK(first_line(overload_report()) ==
        "Ports run out at 198.85 s: 17.1 % of attempts fail with WSAENOBUFS (10055).");
}

TEST_CASE("the first line of a run without failure tells how near it came") {
  CHECK(first_line(calm_report()) == "Ports do not run out: at most 603 of 3,977 are in use (15.2 %).");
}

TEST_CASE("one port short of the capacity is not called 100 per cent") {
  Report report = calm_report();
  report.result.ports_in_use.peak = 3976;
  CHECK(first_line(report) == "Ports do not run out: at most 3,976 of 3,977 are in use (99.97 %).");
}

TEST_CASE("a run without attempts says so") {
  CHECK(first_line(empty_report()) == "Ports do not run out: the window has no attempt to connect.");
}

TEST_CASE("after a warm-up the ports ran out by the first failure that was seen") {
  Scenario scenario = main_case();
  scenario.warm_up = 100s;
  Report report = empty_report(scenario);
  const Result overload = overload_report().result;
  report.result.attempts = overload.attempts;
  report.result.failed = overload.failed;
  report.result.first_failure = overload.first_failure;
  CHECK(first_line(report) == "Ports run out by 198.85 s: 17.1 % of attempts fail with WSAENOBUFS (10055).");
}

TEST_CASE("the second line has the counts, or the headroom") {
  CHECK(lines_of(text_of(overload_report()))[1] ==
        "12,345 of 72,000 attempts find no free port; the first is attempt 3,978.");
  CHECK(lines_of(text_of(calm_report()))[1] == "Headroom: 3,374 ports; it would fail above 132/s.");
}

TEST_CASE("with retries the report tells how many callers got no port at all") {
  Report report = overload_report();
  report.result.callers = 65'000;
  report.result.callers_failed = 1;
  CHECK_THAT(answer_details(report),
             ContainsSubstring("1 of 65,000 callers gets no port at any try (0.002 %)."));
}

TEST_CASE("the report names ports by number and by range") {
  CHECK_THAT(text_of(overload_report()), ContainsSubstring("ports               3,977 (1024-5000)\n"));
}

TEST_CASE("what would fix an overload is named in the stack's words, exactly") {
  const std::string text = text_of(overload_report());
  CHECK_THAT(text, ContainsSubstring("  ports               4,803 or more (now 3,977): MaxUserPort = 5826\n"
                                     "  TcpTimedWaitDelay   198 s or less (now 240 s)\n"));
}

TEST_CASE("what cannot fix an overload alone is named, and not made up") {
  Report report = overload_report();
  report.remedies->advice.clear();
  report.remedies->not_enough = {"rate", "ports"};
  const std::string text = text_of(report);
  CHECK_THAT(text, ContainsSubstring("What cannot fix it alone: rate, ports"));
  CHECK_THAT(text, !ContainsSubstring("was checked by a run"));
}

TEST_CASE("for a random load without a target the commands that would answer are shown") {
  Report report = overload_report();
  report.remedies = Remedies{};
  report.remedies->questions = {{Lever::rate, "rate", Rate{20, 0, RateUnit::per_second},
                                 "portsim solve max-rate --target 'failure_ratio<1e-3'"}};
  CHECK_THAT(text_of(report), ContainsSubstring("  portsim solve max-rate --target 'failure_ratio<1e-3'\n"));
}

TEST_CASE("a random load gets no promise of limits") {
  Report report = empty_report(random_scenario());
  report.result.attempts = report.result.connected = report.result.callers = 10;
  report.result.ports_in_use.peak = 10;
  report.remedies = Remedies{};
  const std::string text = text_of(report);
  CHECK_THAT(text, ContainsSubstring("is not told: the load is random"));
  CHECK_THAT(text, !ContainsSubstring("would fail above"));
  CHECK_THAT(text, ContainsSubstring("20/s, at random (Poisson)"));
  CHECK_THAT(text, ContainsSubstring("seed 1"));
}

TEST_CASE("only the first outages are listed, the rest are counted") {
  Report report = overload_report();
  const Outage first = report.result.outages.list.front();
  report.result.outages.list.assign(15, first);
  const std::string text = text_of(report);
  CHECK_THAT(text, ContainsSubstring("15, together 10 min 17.25 s (17.1 % of the window)\n"));
  CHECK_THAT(text, ContainsSubstring("\n  5   198.85 s   240.15 s   41.3 s      826\n  and 10 more\n"));
  CHECK_THAT(text, !ContainsSubstring("\n  6 "));
}

TEST_CASE("an outage that is still open says so instead of an end") {
  Report report = overload_report();
  report.result.outages = {1, 10s, 10s, {{at(3590s), at(1h), 200, true}}, false};
  CHECK_THAT(text_of(report), ContainsSubstring("still open"));
}

TEST_CASE("theory stands beside the simulated value, where there is one") {
  CHECK_THAT(text_of(overload_report()),
             ContainsSubstring("  offered load, in ports    4,802.4     4,802.4\n"
                               "  failing, fluid limit      17.19 %     17.15 %\n"));
  CHECK_THAT(text_of(empty_report()), !ContainsSubstring("Theory"));
}

TEST_CASE("Event ID 2009 is told with its time") {
  Report report = overload_report();
  report.result.server_sessions_peak = 2300;
  report.result.event_2009 = at(12'300ms);
  CHECK_THAT(text_of(report), ContainsSubstring("at most 2,300; above 2,048 from 12.3 s on: Event ID 2009"));
}

TEST_CASE("a window shorter than a hold is warned of") {
  Scenario scenario = main_case();
  scenario.duration = 60s;
  Report report = empty_report(scenario);
  CHECK(warnings(report).empty());  // no connection, no hold
  report.result.attempts = report.result.connected = report.result.holds = 1200;
  report.result.hold_sum_ns = Uint128{1200} * 240'120'000'000U;
  const std::vector<std::string> texts = warnings(report);
  REQUIRE(texts.size() == 1);
  CHECK(texts[0] ==
        "The window (60 s) is shorter than one hold (240.12 s): the run ends before ports come back.");
}

TEST_CASE("a failure just outside the window is warned of, with its exact time") {
  Scenario scenario = main_case();
  scenario.duration = 198'850ms;
  Report report = empty_report(scenario);
  report.result.attempts = report.result.connected = 3977;
  report.result.ports_in_use.peak = 3977;
  report.theory.fluid_failure_ratio = 0.17;
  const std::vector<std::string> texts = warnings(report);
  REQUIRE(texts.size() == 1);
  CHECK_THAT(texts[0], ContainsSubstring("after the window (198.85 s): attempt 3,978 fails at 198.85 s"));
  CHECK(first_line(report) ==
        "Ports do not run out within 198.85 s (3,977 of 3,977 in use), but will at 198.85 s.");
}

TEST_CASE("an overload whose failure no closed form dates is warned of without a date") {
  Scenario scenario = random_scenario();
  scenario.duration = 60s;
  Report report = empty_report(scenario);
  report.result.attempts = report.result.connected = 1200;
  report.theory.fluid_failure_ratio = 0.17;
  const std::vector<std::string> texts = warnings(report);
  REQUIRE(texts.size() == 1);
  CHECK_THAT(texts[0], ContainsSubstring("they will run out after the window (60 s)"));
  CHECK(first_line(report) == "Ports do not run out within 60 s (0 of 3,977 in use), but will later.");
}

TEST_CASE("a port that is never freed is warned of") {
  Report report = calm_report();
  report.result.drain.reset();
  report.result.hold_sum_ns.reset();
  CHECK_THAT(text_of(report), ContainsSubstring("Warning: Some ports are never freed"));
  CHECK_THAT(text_of(report), ContainsSubstring("never: a port stays in use"));
}

TEST_CASE("no line is wider than the terminal, and plain text is ASCII") {
  for (const Report& report : {overload_report(), calm_report(), empty_report()}) {
    for (const unsigned columns : {80U, 100U, 132U}) {
      for (const std::string& line : lines_of(text_of(report, {columns, true}))) {
        INFO(line);
        CHECK(display_width(line) <= columns);
        CHECK((line.empty() || line.back() != ' '));
      }
    }
    for (const char letter : text_of(report, {80, false})) {
      REQUIRE(static_cast<unsigned char>(letter) < 0x80);
    }
  }
}

TEST_CASE("a constant load is not random, each source of chance makes it so") {
  CHECK_FALSE(has_random_draws(main_case()));
  CHECK(has_random_draws(random_scenario()));
  Scenario lossy = main_case();
  lossy.loss = 0.01;
  CHECK(has_random_draws(lossy));
  Scenario mixed = main_case();
  mixed.closers[static_cast<std::size_t>(Closer::server)] = 0.5;
  CHECK(has_random_draws(mixed));
  Scenario varied = main_case();
  varied.lifetime = Distribution{{{1.0, Exponential{100ms}}}};
  CHECK(has_random_draws(varied));
}
