// What to do with the result of a run, as the user asked for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/terminal.hpp"
#include "portsim/advice.hpp"
#include "portsim/condition.hpp"
#include "portsim/time.hpp"
#include "scenario/settings.hpp"
#include "study/replications.hpp"
#include "study/shard.hpp"

namespace portsim::cli {

enum class Format : std::uint8_t { text, json, csv };

/// --emit FORM[:NAME].
struct EmitWish {
  std::string text;  ///< as it was given
  SettingForm form = SettingForm::registry;
  std::string name;  ///< of the setting that is wanted; empty: the least change
};

/// The output options, understood and checked.
struct OutputSettings {
  Format format = Format::text;
  bool is_format_given = false;           ///< else a sweep decides by where it writes
  std::optional<std::string> output;      ///< --output; else standard output
  std::optional<std::string> timeline;    ///< --timeline
  std::optional<Duration> timeline_step;  ///< > 0; else duration / 1000
  std::optional<std::string> plot;        ///< --plot: a name that plot_form knows
  std::uint64_t outages = 1000;           ///< how many the list holds at most
  bool fingerprint = false;
  bool quiet = false;
  ColorUse color = ColorUse::on_terminals;
  std::vector<Condition> fail_if;

  std::optional<ReplicationGoal> replications;  ///< empty: one run, and no intervals
  std::uint64_t batches = 0;                    ///< into which a run is cut; 0: none

  unsigned jobs = 0;                  ///< of several runs: how many at a time; 0: as many as there are cores
  std::optional<std::string> resume;  ///< of a sweep: the file to be completed
  std::optional<Shard> shard;  ///< of a sweep: the share to be run; empty: all cells, rows without a mark
  bool advice = false;         ///< of a sweep: rows say what would be sustainable

  std::optional<EmitWish>
      emit;  ///< of a single run: a change as a file for the machine, in place of the report

  double tolerance = 0;  ///< of a check: share by which numbers may differ
  bool update = false;   ///< of a check: files that differ are written anew

  /// How many threads run several runs; at least 1.
  [[nodiscard]] unsigned threads() const;

  /// True when the result is written anywhere.
  [[nodiscard]] bool writes_result() const { return output.has_value() || !quiet; }
};

/// Reads the output options among `levels` (weakest first, as in build_scenario); a stronger level replaces
/// what a weaker one says. What is wrong is appended to `faults`. `inputs` are files that are read: an
/// output must be none of them.
[[nodiscard]] OutputSettings read_output_settings(const std::vector<std::vector<Setting>>& levels,
                                                  const std::vector<std::string>& inputs,
                                                  std::vector<Fault>& faults);

}  // namespace portsim::cli
