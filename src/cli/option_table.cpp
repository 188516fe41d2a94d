#include "cli/option_table.hpp"

#include <algorithm>
#include <array>

namespace portsim::cli {
namespace {

constexpr std::array kOutputOptions{
    OutputOption{
        .description = {.name = "config",
                        .value_name = "FILE",
                        .group = "Input",
                        .help = "Read options from a TOML file (rate = \"20/s\"); those of the command line "
                                "go before them.",
                        .default_text = "none"}},
    OutputOption{
        .description = {.name = "settings",
                        .value_name = "FILE",
                        .group = "Input",
                        .help = "Take a machine's own settings: a .reg export, a sysctl.conf, the output of "
                                "sysctl -a or of netsh int ipv4 show dynamicport tcp.",
                        .default_text = "none"},
        .form = OptionForm::repeatable},
    OutputOption{
        .description = {.name = "set",
                        .value_name = "NAME=VALUE",
                        .group = "Input",
                        .help = "Set a knob of the profile by its own name, TcpTimedWaitDelay=0x1e or "
                                "net.ipv4.tcp_tw_reuse=1. It goes before --settings, an option before it.",
                        .default_text = "none"},
        .form = OptionForm::repeatable},
    OutputOption{
        .description = {.name = "host",
                        .value_name = "ADDRESS",
                        .group = "Log",
                        .help = "Replay what this source host of the log opened; each has a pool of its own.",
                        .default_text = "the one with the highest peak; of a sweep, with most connections"},
        .use = OptionUse::replay},
    OutputOption{.description = {.name = "unknown-closer",
                                 .value_name = "CLOSER",
                                 .group = "Log",
                                 .help = "Who closed first where the log does not tell: client or server.",
                                 .default_text = "client"},
                 .use = OptionUse::replay},
    OutputOption{
        .description = {.name = "worst-case",
                        .value_name = "",
                        .group = "Log",
                        .help = "As if the client had closed every established connection of the log first.",
                        .default_text = "off"},
        .form = OptionForm::flag,
        .use = OptionUse::replay},
    OutputOption{.description = {.name = "strict",
                                 .value_name = "",
                                 .group = "Log",
                                 .help = "Stop at a log with lines that cannot be read.",
                                 .default_text = "off"},
                 .form = OptionForm::flag,
                 .use = OptionUse::replay},
    OutputOption{
        .description = {.name = "speed",
                        .value_name = "FACTOR",
                        .group = "Log",
                        .help = "Replay the connections so many times as fast, 2x or 0.5x: the times "
                                "between their starts shrink, how long each lasts does not.",
                        .default_text = "1x"},
        .use = OptionUse::replay},
    OutputOption{.description = {.name = "scale",
                                 .value_name = "N",
                                 .group = "Log",
                                 .help = "Replay each connection N times: itself, and copies within a second "
                                         "of it, at random from the seed.",
                                 .default_text = "1"},
                 .use = OptionUse::replay},
    OutputOption{.description = {.name = "format",
                                 .value_name = "FORMAT",
                                 .group = "Output",
                                 .help = "Form of the result: text, json or csv (a header and one row).",
                                 .default_text = "text"}},
    OutputOption{
        .description = {.name = "output",
                        .value_name = "FILE",
                        .group = "Output",
                        .help = "Write the result to FILE, whole or not at all (a sweep by rows); - is "
                                "standard output.",
                        .default_text = "standard output"},
        .letter = 'o'},
    OutputOption{
        .description = {.name = "timeline",
                        .value_name = "FILE",
                        .group = "Output",
                        .help = "Write a CSV with one row a step: the most ports in use within it, and the "
                                "connections in each TCP state at its end.",
                        .default_text = "none"},
        .use = OptionUse::single_run},
    OutputOption{.description = {.name = "timeline-step",
                                 .value_name = "TIME",
                                 .group = "Output",
                                 .help = "Length of a step of the timeline.",
                                 .default_text = "duration / 1000"},
                 .use = OptionUse::single_run},
    OutputOption{
        .description = {.name = "plot",
                        .value_name = "FILE",
                        .group = "Output",
                        .help = "Draw the result: FILE.svg, FILE.html (a page with the values under the "
                                "pointer), or FILE.png through rsvg-convert.",
                        .default_text = "none"},
        .use = OptionUse::picture},
    OutputOption{.description = {.name = "outages",
                                 .value_name = "N",
                                 .group = "Output",
                                 .help = "List the first N outages in the JSON; all of them are counted.",
                                 .default_text = "1000 outages"},
                 .use = OptionUse::single_run},
    OutputOption{
        .description = {.name = "fingerprint",
                        .value_name = "",
                        .group = "Output",
                        .help = "Add a 64-bit hash over time, ordinal, outcome and port of every attempt.",
                        .default_text = "off"},
        .form = OptionForm::flag},
    OutputOption{.description = {.name = "quiet",
                                 .value_name = "",
                                 .group = "Output",
                                 .help = "Write nothing to standard output (solve: the number alone).",
                                 .default_text = "off"},
                 .form = OptionForm::flag},
    OutputOption{.description = {.name = "color",
                                 .value_name = "WHEN",
                                 .group = "Output",
                                 .help = "Colours in the text: auto (on a terminal, unless NO_COLOR is set), "
                                         "always or never.",
                                 .default_text = "auto"},
                 .use = OptionUse::text},
    OutputOption{
        .description = {.name = "emit",
                        .value_name = "FORM",
                        .group = "Output",
                        .help =
                            "Instead of the report write the least change that would fix it, as a file for "
                            "the machine: reg, netsh or sysctl; sysctl:NAME takes that setting. Exit status "
                            "3: there is none.",
                        .default_text = "off"},
        .use = OptionUse::single_run},
    OutputOption{
        .description = {.name = "fail-if",
                        .value_name = "CONDITION",
                        .group = "Output",
                        .help = "Exit with status 3 if exhausted, failure_ratio>0.01 or first_failure<60s "
                                "holds (operators < <= > >=); several: if any of them holds.",
                        .default_text = "none"},
        .form = OptionForm::repeatable,
        .use = OptionUse::judged},
    OutputOption{
        .description = {.name = "replications",
                        .value_name = "N",
                        .group = "Replications",
                        .help = "Run the scenario N times, each time with other draws, and tell means "
                                "with 95 % intervals.",
                        .default_text = "1; with --until 1000"},
        .use = OptionUse::draws},
    OutputOption{
        .description = {.name = "until",
                        .value_name = "PRECISION",
                        .group = "Replications",
                        .help = "Run fewer of them, at least 10, once half of an interval is so small: "
                                "ci95(failure_ratio)<0.001, or another mean of the JSON.",
                        .default_text = "none"},
        .use = OptionUse::draws},
    OutputOption{
        .description = {.name = "batches",
                        .value_name = "N",
                        .group = "Replications",
                        .help = "Cut one long run into N batches, 5 to 100, and tell means with 95 % "
                                "intervals; best with --warm-up auto.",
                        .default_text = "none"},
        .use = OptionUse::single_run},
    OutputOption{.description = {.name = "jobs",
                                 .value_name = "N",
                                 .group = "Replications",
                                 .help = "Run N cells or replications at a time; no result depends on it.",
                                 .default_text = "the number of cores"},
                 .use = OptionUse::many_runs},
    OutputOption{.description = {.name = "max-memory",
                                 .value_name = "SIZE",
                                 .group = "Limits",
                                 .help = "Refuse what would take more memory, or stop at that: 500M, 2G.",
                                 .default_text = "nine tenths of what the machine has free"},
                 .use = OptionUse::runs},
    OutputOption{.description = {.name = "replay",
                                 .value_name = "LOG",
                                 .group = "Sweep",
                                 .help = "Take the connections of a log as the load, in place of a rate.",
                                 .default_text = "none"},
                 .use = OptionUse::sweep_or_solve},
    OutputOption{.description = {.name = "resume",
                                 .value_name = "FILE",
                                 .group = "Sweep",
                                 .help = "Append the rows that FILE still lacks, after checking that those "
                                         "in it are of this sweep; a file that is not there is begun.",
                                 .default_text = "none"},
                 .use = OptionUse::sweep},
    OutputOption{.description = {.name = "shard",
                                 .value_name = "K/N",
                                 .group = "Sweep",
                                 .help = "Run the K-th of N shares of the cells, on a machine of its own; "
                                         "portsim merge joins their files.",
                                 .default_text = "1/1"},
                 .use = OptionUse::sweep},
    OutputOption{.description = {.name = "advice",
                                 .value_name = "",
                                 .group = "Sweep",
                                 .help = "Add to each row the largest rate and delay and the smallest number "
                                         "of ports without a failure (further runs).",
                                 .default_text = "off"},
                 .form = OptionForm::flag,
                 .use = OptionUse::sweep},
    OutputOption{.description = {.name = "effort",
                                 .value_name = "N",
                                 .group = "Solve",
                                 .help = "Simulate at most about N attempts in all; 1e8 may be written.",
                                 .default_text = "1e7 attempts"},
                 .use = OptionUse::solve},
    OutputOption{.description = {.name = "means",
                                 .value_name = "MEANS",
                                 .group = "Solve",
                                 .help = "auto: by closed form where one holds; runs: always by simulation.",
                                 .default_text = "auto"},
                 .use = OptionUse::solve},
    OutputOption{.description = {.name = "tolerance",
                                 .value_name = "SHARE",
                                 .group = "Check",
                                 .help = "Numbers may differ by this share of the larger one: 0.001.",
                                 .default_text = "0"},
                 .use = OptionUse::check},
    OutputOption{.description = {.name = "update",
                                 .value_name = "",
                                 .group = "Check",
                                 .help = "Write the present results into the files that differ.",
                                 .default_text = "off"},
                 .form = OptionForm::flag,
                 .use = OptionUse::check},
    OutputOption{
        .description = {.name = "sockets",
                        .value_name = "FILE",
                        .group = "Host",
                        .help = "Take the sockets from FILE, or - for standard input: the output of ss "
                                "-tan, ss -tano or netstat -an, or /proc/net/tcp.",
                        .default_text = "this machine's"},
        .form = OptionForm::repeatable,
        .use = OptionUse::host},
    OutputOption{
        .description = {.name = "interval",
                        .value_name = "TIME",
                        .group = "Host",
                        .help = "Time between the two lists of sockets whose difference is the rate.",
                        .default_text = "1s"},
        .use = OptionUse::host},
    OutputOption{.description = {.name = "top",
                                 .value_name = "N",
                                 .group = "Host",
                                 .help = "Show the N tightest pools.",
                                 .default_text = "10"},
                 .use = OptionUse::host},
    OutputOption{.description = {.name = "proc",
                                 .value_name = "DIR",
                                 .group = "Host",
                                 .help = "Read DIR in the place of /proc.",
                                 .default_text = "/proc"},
                 .use = OptionUse::host},
    OutputOption{.description = {.name = "help",
                                 .value_name = "",
                                 .group = "Help",
                                 .help = "-h shows one screen, --help everything.",
                                 .default_text = ""},
                 .form = OptionForm::flag,
                 .letter = 'h'},
    OutputOption{.description = {.name = "version",
                                 .value_name = "",
                                 .group = "Help",
                                 .help = "Show the version.",
                                 .default_text = ""},
                 .form = OptionForm::flag},
};

}  // namespace

std::span<const OutputOption> output_options() { return kOutputOptions; }

const OutputOption* find_output_option(std::string_view name) {
  const auto found =
      std::find_if(kOutputOptions.begin(), kOutputOptions.end(),
                   [&](const OutputOption& option) { return option.description.name == name; });
  return found == kOutputOptions.end() ? nullptr : &*found;
}

bool has_meaning(const OutputOption& option, Command command) {
  switch (option.use) {
    case OptionUse::all: return true;
    case OptionUse::single_run:
      return command != Command::sweep && command != Command::host && command != Command::solve;
    case OptionUse::replay:
      return command == Command::replay || command == Command::sweep || command == Command::solve;
    case OptionUse::draws:
      return command == Command::run || command == Command::replay || command == Command::sweep;
    case OptionUse::runs:
      return command == Command::run || command == Command::replay || command == Command::sweep ||
             command == Command::solve;
    case OptionUse::text:
      return command == Command::run || command == Command::replay || command == Command::sweep ||
             command == Command::solve || command == Command::host;
    case OptionUse::many_runs:
      return command != Command::profiles && command != Command::merge && command != Command::host &&
             command != Command::solve;
    case OptionUse::judged:
      return command == Command::run || command == Command::replay || command == Command::sweep ||
             command == Command::host;
    case OptionUse::sweep_or_solve: return command == Command::sweep || command == Command::solve;
    case OptionUse::solve: return command == Command::solve;
    case OptionUse::sweep: return command == Command::sweep;
    case OptionUse::check: return command == Command::check;
    case OptionUse::host: return command == Command::host;
    case OptionUse::picture:
      return command == Command::run || command == Command::replay || command == Command::sweep;
  }
  return false;
}

bool is_scenario_option(std::string_view name) {
  const auto options = scenario_options();
  return std::any_of(options.begin(), options.end(),
                     [&](const OptionDescription& option) { return option.name == name; });
}

std::vector<std::string_view> option_names() {
  std::vector<std::string_view> names;
  for (const OptionDescription& option : scenario_options()) {
    names.push_back(option.name);
  }
  for (const OutputOption& option : kOutputOptions) {
    names.push_back(option.description.name);
  }
  return names;
}

std::string remedy_for_unknown(std::string_view name) {
  const std::vector<std::string_view> names = option_names();
  const std::string_view near = nearest(name, names);
  return near.empty() ? "portsim --help lists the options" : "did you mean --" + std::string(near) + "?";
}

}  // namespace portsim::cli
