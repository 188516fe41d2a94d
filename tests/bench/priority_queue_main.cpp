// The baseline: the plain event loop over std::priority_queue.
#include <cstdio>
#include <exception>
#include <functional>
#include <queue>

#include "event_loop.hpp"
#include "scenario_of_arguments.hpp"

int main(int argc, char** argv) {
  using namespace portsim::bench;
  static_assert(sizeof(Event) == 16);
  try {
    const portsim::ValidScenario scenario = scenario_of_arguments(argc, argv);
    EventLoop loop(scenario);
    std::priority_queue<Event, std::vector<Event>, std::greater<>> pending;
    if (const auto event = loop.first()) {
      pending.push(*event);
    }
    while (!pending.empty()) {
      const Event event = pending.top();
      pending.pop();
      loop.handle(event, [&](const Event& next) { pending.push(next); });
    }
    std::puts(loop.results().c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 2;
  }
}
