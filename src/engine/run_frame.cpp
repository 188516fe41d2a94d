#include "engine/run_frame.hpp"

#include <utility>

namespace portsim {

RunFrame::RunFrame(const ValidScenario& valid, const RunOptions& options)
    : valid_(valid),
      scenario_(*valid),
      options_(options),
      window_start_(TimePoint{} + scenario_.warm_up),
      end_(TimePoint{} + scenario_.duration),
      outages_(options.outage_list_limit) {}

Result RunFrame::run() {
  go_to(window_start_);
  begin_window();
  go_to(end_);
  result_.outages = outages_.report(end_);
  report();
  return std::move(result_);
}

void RunFrame::begin_window() {
  counting_ = true;
  outages_.restart();
  const std::uint64_t fingerprint = result_.fingerprint;
  result_ = {};
  result_.fingerprint = fingerprint;
  result_.capacity = valid_.capacity();
  result_.window = end_ - window_start_;
  result_.timeline_step = timeline_step_of(scenario_.duration);
  timelines_.begin(scenario_, options_, result_.timeline);
  restart_gauges();
}

}  // namespace portsim
