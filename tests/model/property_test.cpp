// Thousands of random scenarios: the engine gives what the reference simulator gives, bit for bit.
//
// PORTSIM_PROPERTY_CASES=N sets how many (default 5,000); PORTSIM_PROPERTY_SEED=S gives others.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "comparison.hpp"
#include "engine/draws.hpp"
#include "random_scenario.hpp"

namespace portsim {
namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

/// How many cases had what; the order is that of the printed table.
class Coverage {
 public:
  struct Item {
    std::string what;
    std::uint64_t cases = 0;
    bool is_rare = false;
  };

  void count(const std::string& what, bool present) { add(what, present, false); }

  /// For what needs several other things to come together.
  void count_rare(const std::string& what, bool present) { add(what, present, true); }

  [[nodiscard]] const std::vector<Item>& items() const { return items_; }

 private:
  void add(const std::string& what, bool present, bool is_rare) {
    auto item = std::find_if(items_.begin(), items_.end(), [&](const Item& i) { return i.what == what; });
    if (item == items_.end()) {
      item = items_.insert(items_.end(), {what, 0, is_rare});
    }
    item->cases += present ? 1 : 0;
  }

  std::vector<Item> items_;
};

template <typename T>
bool draws_from(const Scenario& scenario) {
  for (const Distribution* distribution :
       {&scenario.lifetime, &scenario.rtt, &scenario.peer_close_delay, &scenario.client_close_delay}) {
    for (const Distribution::Component& component : distribution->components) {
      if (component.weight > 0 && std::holds_alternative<T>(component.law)) {
        return true;
      }
    }
  }
  return false;
}

template <typename T>
bool arrives_by(const Scenario& scenario) {
  const auto* load = std::get_if<GeneratedLoad>(&scenario.load);
  return load != nullptr && std::holds_alternative<T>(load->arrivals);
}

/// True if the load is recorded and a row of it has the property.
template <typename Property>
bool some_row(const Scenario& scenario, Property has) {
  const auto* load = std::get_if<RecordedLoad>(&scenario.load);
  return load != nullptr && std::any_of(load->connections->begin(), load->connections->end(), has);
}

constexpr std::array kScopes{"scope host", "scope address", "scope tuple"};
constexpr std::array kBinds{"no bind()", "bind() to port 0", "bind() without port"};
constexpr std::array kSelections{
    "sequential",  "sequential from random", "descending",  "random start", "random pick", "hash",
    "double hash", "random increment",       "parity first"};

void count_ports(Coverage& coverage, const Scenario& scenario) {
  for (std::size_t i = 0; i < kScopes.size(); ++i) {
    coverage.count(kScopes[i], i == static_cast<std::size_t>(scenario.scope));
  }
  for (std::size_t i = 0; i < kSelections.size(); ++i) {
    coverage.count(kSelections[i], i == static_cast<std::size_t>(scenario.selection));
  }
  for (std::size_t i = 0; i < kBinds.size(); ++i) {
    coverage.count(kBinds[i], i == static_cast<std::size_t>(scenario.bind));
  }
  const bool is_generated = std::holds_alternative<GeneratedLoad>(scenario.load);
  coverage.count("several source addresses", is_generated && scenario.source_addresses > 1);
  coverage.count("several destinations", is_generated && scenario.destinations > 1);
  coverage.count("a hot destination",
                 is_generated && scenario.destinations > 1 && scenario.destination_skew.has_value());
  coverage.count("recorded sources", some_row(scenario, [](const auto& row) { return row.source > 0; }));
  coverage.count("recorded destinations",
                 some_row(scenario, [](const auto& row) { return row.destination > 0; }));
  coverage.count("recorded binds", some_row(scenario, [](const auto& row) { return row.bind.has_value(); }));
  coverage.count("recorded local ports",
                 some_row(scenario, [](const auto& row) { return row.local_port != 0; }));
  coverage.count("several ranges", scenario.ports.size() > 1);
  coverage.count("reserved ports", !scenario.reserved_ports.empty());
  coverage.count("ports in use by others", scenario.ports_in_use > 0);
}

void count_scenario(Coverage& coverage, const Scenario& scenario) {
  coverage.count("deterministic arrivals", arrives_by<DeterministicArrivals>(scenario));
  coverage.count("Poisson arrivals", arrives_by<PoissonArrivals>(scenario));
  coverage.count("batches", arrives_by<BatchArrivals>(scenario));
  coverage.count("on-off arrivals", arrives_by<OnOffArrivals>(scenario));
  coverage.count("a schedule", arrives_by<ScheduledArrivals>(scenario));
  coverage.count("recorded load", std::holds_alternative<RecordedLoad>(scenario.load));
  coverage.count("constant", draws_from<Constant>(scenario));
  coverage.count("exponential", draws_from<Exponential>(scenario));
  coverage.count("uniform", draws_from<Uniform>(scenario));
  coverage.count("lognormal", draws_from<Lognormal>(scenario));
  coverage.count("Pareto", draws_from<Pareto>(scenario));
  coverage.count("mix", scenario.lifetime.components.size() > 1 || scenario.rtt.components.size() > 1);
  coverage.count("warm-up", scenario.warm_up > Duration{0});
  coverage.count("loss", scenario.loss > 0);
}

void count_run(Coverage& coverage, const ReferenceRun& run) {
  const Result& result = run.result;
  const ReferenceFacts& facts = run.facts;
  const auto closed_by = [&facts](Closer closer) {
    return facts.connections[static_cast<std::size_t>(closer)] > 0;
  };
  coverage.count("closed by client", closed_by(Closer::client));
  coverage.count("closed by server", closed_by(Closer::server));
  coverage.count("closed by both", closed_by(Closer::both));
  coverage.count("closed by reset", closed_by(Closer::reset));
  coverage.count("unreachable", closed_by(Closer::unreachable));
  coverage.count("refused", closed_by(Closer::refused));
  coverage.count("shutdown", closed_by(Closer::shutdown));
  coverage.count("failures", result.failed > 0);
  coverage.count("no failure", result.failed == 0);
  coverage.count("outage that ends", !result.outages.list.empty() && !result.outages.list.front().open);
  coverage.count("open outage", !result.outages.list.empty() && result.outages.list.back().open);
  coverage.count("list of outages cut", result.outages.list_truncated);
  coverage.count("searches given up", facts.searches_given_up > 0);
  coverage.count("connect() beside bound sockets", facts.connects_beside_bind > 0);
  coverage.count("retries", facts.retries > 0);
  coverage.count("callers that fail", result.callers_failed > 0);
  coverage.count("callers saved by a retry", result.callers - result.callers_failed > 0 &&
                                                 facts.retries > 0 && result.failed > result.callers_failed);
  coverage.count("SYN timeouts", facts.syn_timeouts > 0);
  coverage.count("FIN_WAIT_2 timeouts", facts.fin_wait_2_timeouts > 0);
  coverage.count("FIN timeouts", facts.fin_timeouts > 0);
  coverage.count("attempts at one instant", facts.attempt_ties > 0);
  coverage.count("release and attempt at one instant", facts.release_ties > 0);
  coverage.count("Event ID 2009", result.event_2009.has_value());
  coverage.count("ports re-used", result.reuse_interval_min.has_value());
  coverage.count("ports held at the end", result.ports_in_use.at_end > 0);
  coverage.count("ports never freed", !result.drain.has_value());
  coverage.count("draws capped", result.draws_capped > 0);
}

/// What ended TIME_WAIT or FIN_WAIT_2 in its own way, and what happened to ports that several wanted.
void count_time_wait(Coverage& coverage, const Scenario& scenario, const ReferenceRun& run) {
  const EarlyReleases& early = run.result.early_releases;
  const ReferenceFacts& facts = run.facts;
  const bool has_wheel = scenario.stack.timer_hz.has_value();
  const auto capped_by = [&](CapRule rule) { return early.capped > 0 && scenario.stack.cap_rule == rule; };
  coverage.count("timer wheel", has_wheel);
  coverage.count("timer wheel of a drawn origin", has_wheel && !scenario.timer_offset.has_value());
  coverage.count_rare("timer wheel and SYN timeouts", has_wheel && facts.syn_timeouts > 0);
  coverage.count_rare("timer wheel and FIN timeouts", has_wheel && facts.fin_timeouts > 0);
  coverage.count_rare("timer wheel and FIN_WAIT_2 timeouts", has_wheel && facts.fin_wait_2_timeouts > 0);
  coverage.count("SYN given up", facts.syn_give_ups > 0);
  coverage.count("FIN_WAIT_2 split", facts.fin_wait_2_splits > 0);
  coverage.count_rare("FIN in the second half of FIN_WAIT_2", facts.fins_in_second_half > 0);
  coverage.count("TIME_WAIT reset", early.reset > 0);
  coverage.count_rare("newcomer destroyed", capped_by(CapRule::destroy_newcomer));
  coverage.count_rare("newcomer destroyed in FIN_WAIT_2", facts.capped_in_fin_wait_2 > 0);
  coverage.count_rare("oldest recycled", capped_by(CapRule::recycle_oldest));
  coverage.count_rare("recycled when crowded", capped_by(CapRule::recycle_when_crowded));
  coverage.count("reused by age", facts.reused_by_age > 0);
  coverage.count_rare("reused by bind() to a port", facts.reused_by_bind > 0);
  coverage.count_rare("reused by bind() to port 0", facts.reused_by_autobind > 0);
  coverage.count_rare("reused in FIN_WAIT_2", facts.reused_in_fin_wait_2 > 0);
  coverage.count_rare("ports shared", facts.shared_ports > 0);
  coverage.count_rare("shared port in use in the key", facts.ports_live > 0);
  coverage.count_rare("TIME_WAIT given out", facts.given_out > 0);
  coverage.count_rare("TIME_WAIT given out in vain", facts.pairs_waiting > 0);
  coverage.count_rare("the same after the port had gone", facts.pairs_waiting_still > 0);
}

/// Two pools in a row.
void count_nat(Coverage& coverage, const Scenario& scenario, const ReferenceRun& run) {
  const bool has_nat = scenario.nat.has_value();
  const ReferenceFacts& facts = run.facts;
  const auto is_recorded = std::holds_alternative<RecordedLoad>(scenario.load);
  coverage.count("translator", has_nat);
  coverage.count_rare("translator of several hosts", has_nat && scenario.nat->hosts > 1 && !is_recorded);
  coverage.count_rare("translator of a recorded load", has_nat && is_recorded);
  coverage.count_rare("translator with ports for each host", has_nat && scenario.nat->stack.nat->is_per_host);
  coverage.count_rare("translator with ports for each destination",
                      has_nat && scenario.nat->stack.scope == Scope::tuple && scenario.destinations > 1);
  coverage.count_rare("failures at a host", has_nat && run.result.nat->at_hosts.failed > 0);
  coverage.count_rare("failures at a translator", has_nat && run.result.nat->at_nat.failed > 0);
  coverage.count_rare("failures at both",
                      has_nat && run.result.nat->at_hosts.failed > 0 && run.result.nat->at_nat.failed > 0);
  coverage.count_rare("retry of a dropped SYN", facts.dropped_retries > 0);
  coverage.count_rare("TIME_WAIT reused for a dropped SYN", facts.dropped_reuses > 0);
  coverage.count_rare("dropped SYN given up", facts.dropped_give_ups > 0);
  coverage.count_rare("half-open translation forgotten", facts.half_open_forgotten > 0);
  coverage.count_rare("translation forgotten after RST", facts.resets_forgotten > 0);
  coverage.count_rare("silent translation forgotten", facts.silent_forgotten > 0);
  coverage.count_rare("endless translation", facts.endless_translations > 0);
  coverage.count_rare("port that outlives its translation", facts.outlived_ports > 0);
  coverage.count_rare("translation that outlives its port", facts.outlived_translations > 0);
}

/// With this option the engine promises less: whether there is a failure, and which is the first.
bool stops_at_the_same_failure(const ValidScenario& scenario, const Result& expected) {
  RunOptions options;
  options.stop_at_first_failure = true;
  const Result stopped = simulate(scenario, options);
  if (stopped.exhausted() != expected.exhausted() || !expected.first_failure.has_value()) {
    return stopped.exhausted() == expected.exhausted() && !stopped.first_failure.has_value();
  }
  return stopped.first_failure.has_value() && stopped.first_failure->time == expected.first_failure->time &&
         stopped.first_failure->attempt == expected.first_failure->attempt &&
         stopped.first_failure->states == expected.first_failure->states;
}

}  // namespace

TEST_CASE("the engine and the reference simulator agree on every field of every random scenario") {
  const std::uint64_t cases = number_from_environment("PORTSIM_PROPERTY_CASES", 5'000);
  const std::uint64_t seed = number_from_environment("PORTSIM_PROPERTY_SEED", 1);
  Coverage coverage;
  for (std::uint64_t i = 0; i < cases; ++i) {
    const std::uint64_t number = mix64(mix64(seed) + i);
    const ValidScenario scenario = must_be_valid(random_scenario(number));
    const std::uint64_t outage_list_limit = i % 3 == 0 ? i / 3 % 4 : 1000;
    const std::int64_t window = (scenario->duration - scenario->warm_up).count();
    const Duration step{window / 100 + 1 +
                        static_cast<std::int64_t>(number % static_cast<std::uint64_t>(window))};
    ReferenceRun run;
    if (const auto text = disagreement(scenario, outage_list_limit, step, run)) {
      FAIL("case " << i << " of seed " << seed << ", random_scenario(" << number << ")\n" << *text);
    }
    if (i % 4 == 0 && !stops_at_the_same_failure(scenario, run.result)) {
      FAIL("case " << i << " of seed " << seed << " with stop_at_first_failure\n" << to_text(*scenario));
    }
    count_scenario(coverage, *scenario);
    count_ports(coverage, *scenario);
    count_run(coverage, run);
    count_time_wait(coverage, *scenario, run);
    count_nat(coverage, *scenario, run);
  }
  std::string table = fmt::format("{} random scenarios; share that had ...\n", cases);
  for (const Coverage::Item& item : coverage.items()) {
    table += fmt::format("{:>7.1f} %  {}\n",
                         100.0 * static_cast<double>(item.cases) / static_cast<double>(cases), item.what);
  }
  WARN(table);
  for (const Coverage::Item& item : coverage.items()) {
    INFO(item.what);
    CHECK((item.cases * (item.is_rare ? 200 : 20) >= cases || cases < 1000));
  }
}

}  // namespace portsim
