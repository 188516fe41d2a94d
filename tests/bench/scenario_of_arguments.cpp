#include "scenario_of_arguments.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include "scenario/settings.hpp"
#include "trace/connection_log.hpp"

namespace portsim::bench {
namespace {

[[noreturn]] void refuse(const std::vector<Fault>& faults) {
  throw std::invalid_argument(faults.front().where + ": " + faults.front().what);
}

RecordedLoad read_csv(const std::string& path) {
  auto load = read_logs({path}, {});
  if (const auto* faults = std::get_if<std::vector<Fault>>(&load)) {
    refuse(*faults);
  }
  if (auto* csv = std::get_if<RecordedLoad>(&load)) {
    return std::move(*csv);
  }
  throw std::invalid_argument(path + ": the benchmarks read a plain CSV");
}

}  // namespace

ValidScenario scenario_of_arguments(int argc, const char* const* argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  std::optional<RecordedLoad> recorded;
  std::size_t first = 0;
  if (words.size() >= 2 && words[0] == "replay") {
    recorded = read_csv(words[1]);
    first = 2;
  }
  std::vector<Setting> settings;
  for (std::size_t i = first; i < words.size(); i += 2) {
    if (!words[i].starts_with("--") || i + 1 == words.size()) {
      throw std::invalid_argument(words[i] + ": an option with its value is wanted here");
    }
    settings.push_back({words[i].substr(2), words[i + 1], words[i]});
  }
  auto scenario = build_scenario({settings}, std::move(recorded));
  if (const auto* faults = std::get_if<std::vector<Fault>>(&scenario)) {
    refuse(*faults);
  }
  return std::get<ValidScenario>(std::move(scenario));
}

}  // namespace portsim::bench
