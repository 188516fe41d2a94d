// The plain event loop over the scheduler of ns-3: its default, a std::map, and an event object for each
// call.
#include <ns3/nstime.h>
#include <ns3/simulator.h>

#include <cstdio>
#include <exception>

#include "event_loop.hpp"
#include "scenario_of_arguments.hpp"

namespace {

using portsim::bench::Event;
using portsim::bench::EventLoop;

void execute(EventLoop* loop, Event event);

void schedule(EventLoop* loop, const Event& event) {
  ns3::Simulator::Schedule(ns3::NanoSeconds(event.time) - ns3::Simulator::Now(), &execute, loop, event);
}

void execute(EventLoop* loop, Event event) {
  loop->handle(event, [&](const Event& next) { schedule(loop, next); });
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const portsim::ValidScenario scenario = portsim::bench::scenario_of_arguments(argc, argv);
    EventLoop loop(scenario);
    if (const auto event = loop.first()) {
      schedule(&loop, *event);
    }
    ns3::Simulator::Run();
    ns3::Simulator::Destroy();
    std::puts(loop.results().c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 2;
  }
}
