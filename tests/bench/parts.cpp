// Parts of the program by themselves: build/bin/bench_parts [--benchmark_filter=...].
#include <benchmark/benchmark.h>

#include <stdexcept>
#include <variant>

#include "engine/agenda.hpp"
#include "engine/draws.hpp"
#include "engine/port_space.hpp"
#include "engine/sampling.hpp"
#include "scenario/settings.hpp"
#include "theory/erlang.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

const Draws kDraws(1, 1);

void BM_draw(benchmark::State& state) {
  std::uint64_t ordinal = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(Draws::uniform(12345, ordinal++));
  }
}
BENCHMARK(BM_draw);

void draw_from(benchmark::State& state, const Law& law) {
  const Distribution distribution{{{1.0, law}}};
  std::uint64_t ordinal = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sample(distribution, kDraws, Purpose::lifetime, ordinal++));
  }
}
void BM_exponential(benchmark::State& state) { draw_from(state, Exponential{100ms}); }
void BM_uniform(benchmark::State& state) { draw_from(state, Uniform{50ms, 150ms}); }
void BM_lognormal(benchmark::State& state) { draw_from(state, Lognormal{100ms, 1}); }
void BM_pareto(benchmark::State& state) { draw_from(state, Pareto{100ms, 1.5}); }
BENCHMARK(BM_exponential);
BENCHMARK(BM_uniform);
BENCHMARK(BM_lognormal);
BENCHMARK(BM_pareto);

void BM_gap(benchmark::State& state) {
  std::uint64_t ordinal = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sample_gap(6.25e7, kDraws, ordinal++));
  }
}
BENCHMARK(BM_gap);

/// Takes the first of `pending` events and puts another in its place, `delay` later.
void turn_over(benchmark::State& state, const Distribution& delay) {
  Agenda agenda;
  std::uint64_t caller = 0;
  const auto push = [&](TimePoint now) {
    agenda.push(0, {now + sample(delay, kDraws, Purpose::lifetime, caller).value, caller, 0});
    ++caller;
  };
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    push(TimePoint{Duration{i}});
  }
  for (auto _ : state) {
    push(agenda.pop().time);
  }
}
void BM_agenda_constant(benchmark::State& state) { turn_over(state, Distribution::constant(240s)); }
void BM_agenda_random(benchmark::State& state) { turn_over(state, {{{1.0, Exponential{240s}}}}); }
BENCHMARK(BM_agenda_constant)->Arg(4'000)->Arg(1'000'000);
BENCHMARK(BM_agenda_random)->Arg(4'000)->Arg(1'000'000);

ValidScenario scenario_of(const std::string& selection) {
  auto scenario = build_scenario(
      {{{"rate", "20", ""}, {"ports", "1024-65535", ""}, {"delay", "60", ""}, {"selection", selection, ""}}});
  if (auto* valid = std::get_if<ValidScenario>(&scenario)) {
    return std::move(*valid);
  }
  throw std::logic_error("the scenario of the benchmark is wrong");
}

/// Finds, holds and gives back a port while 60,000 of 64,512 are held.
void BM_port(benchmark::State& state, const std::string& selection) {
  const ValidScenario scenario = scenario_of(selection);
  PortSpace space(scenario, kDraws);
  std::vector<HeldPort> held;
  const auto take = [&] {
    const HeldPort port = *space.find({}).port;
    space.hold(port, 0, TimePoint{});
    return port;
  };
  for (int i = 0; i < 60'000; ++i) {
    held.push_back(take());
  }
  std::size_t next = 0;
  for (auto _ : state) {
    space.release(held[next], TimePoint{});
    held[next] = take();
    next = next + 1 == held.size() ? 0 : next + 1;
  }
}
BENCHMARK_CAPTURE(BM_port, sequential, "sequential");
BENCHMARK_CAPTURE(BM_port, parity_first, "parity-first");
BENCHMARK_CAPTURE(BM_port, random_start, "random-start");

void BM_erlang_b(benchmark::State& state) {
  const auto servers = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(erlang_b(servers, static_cast<double>(servers)));
  }
}
BENCHMARK(BM_erlang_b)->Arg(3'977)->Arg(64'512);

}  // namespace
}  // namespace portsim
