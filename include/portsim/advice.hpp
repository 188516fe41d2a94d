// What would fix a scenario that fails: for each setting the smallest change that alone does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "portsim/rate.hpp"
#include "portsim/result.hpp"
#include "portsim/scenario.hpp"
#include "portsim/simulate.hpp"
#include "portsim/solve.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// How a machine's setting is changed.
enum class SettingForm : std::uint8_t {
  registry,  ///< a DWORD below Tcpip\Parameters
  netsh,     ///< `netsh int ipv4 set dynamicport tcp`
  sysctl,
  other,  ///< by a program of the stack's own
};

/// A setting of the machine by its own name, as --set takes it.
struct MachineSetting {
  SettingForm form = SettingForm::other;
  std::string name;
  std::string value;
};

/// One change that alone meets the target.
struct Advice {
  std::optional<Lever> lever;  ///< what is changed; empty: TIME_WAIT ports are given out again (a switch)
  std::string subject;         ///< the same in words
  std::optional<LeverValue> now;
  std::optional<LeverValue> value;
  std::string option;  ///< the change as it is typed: `--delay 198s`
  /// How much it changes: the natural logarithm of the larger of both values over the smaller; of a switch
  /// ln 2.
  double change = 0;
  std::vector<MachineSetting> settings;  ///< empty where it is the program or the load that changes
};

/// What could be changed where nothing was tried, since the load is random and there is no target.
struct OpenQuestion {
  Lever lever = Lever::rate;
  std::string subject;
  LeverValue now;
  std::string command;  ///< a `portsim solve` that answers it
};

/// The largest or smallest legal values with which a run of the scenario has no failure; each is empty
/// where the load is random or where there is no such value.
struct Sustainable {
  std::optional<Rate> max_rate;            ///< per second, rounded down to 12 significant digits
  std::optional<Duration> max_delay;       ///< TIME_WAIT delay
  std::optional<std::uint64_t> min_ports;  ///< size of the pool, those that other programs hold included
};

/// What is sustainable, and what would fix a run that is not good enough.
struct Remedies {
  Sustainable sustainable;
  std::vector<Advice> advice;           ///< least change first; a run with each met the target
  std::vector<std::string> not_enough;  ///< subjects of which no legal value does it alone
  std::vector<OpenQuestion> questions;
};

/// Is told how far the search is: the timeline of each run, and which setting they are about.
class RemedyWatch : public TimelineSink {
 public:
  /// The search turns to setting `number`, from 1, of `total`; `subject` as in `Advice`.
  virtual void begin(const std::string& subject, std::size_t number, std::size_t total) = 0;
};

/// Finds them. `run`: the scenario's own; there is advice only if it does not meet the target. Where it
/// failed in one of two pools in a row alone, nothing is tried that makes room in the other. The time that a
/// search may take is bounded: of a random load it is given 2 million attempts for each setting. `watch` may
/// be null.
[[nodiscard]] Remedies find_remedies(const ValidScenario& scenario, const Result& run,
                                     RemedyWatch* watch = nullptr);

/// Finds the values of `Sustainable`, from the closed form where one holds, and verifies each by a run.
[[nodiscard]] Sustainable find_sustainable(const ValidScenario& scenario);

}  // namespace portsim
