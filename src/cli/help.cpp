#include "cli/help.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>
#include <vector>

#include "cli/help_topics.hpp"
#include "cli/option_table.hpp"

namespace portsim::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kTextColumn = 26;  // where the descriptions begin

constexpr std::string_view kRunUsage =
    R"(Tells when a machine runs out of TCP ports, how badly, and what would fix it.

Usage: portsim [OPTIONS]                   simulate a made-up load
       portsim replay LOG... [OPTIONS]     simulate a recorded load
       portsim sweep [OPTIONS]             every combination of several values
       portsim solve QUESTION [OPTIONS]    which rate, delay, ports ... just do
       portsim host [OPTIONS]              this machine: when its ports run out
       portsim check FILE...               run recorded results again
       portsim merge FILE...               join the shares of a sweep
       portsim profiles [NAME]             the TCP stacks, with their sources
       portsim help [TOPIC]                more: topics, the man page, Tab keys
)";

constexpr std::string_view kExamples = R"(
Examples:
  portsim --rate 20/s --delay 240
  portsim --rate 72k/h --ports 1025-65535 --lifetime exp:2s --arrivals poisson
  portsim --rate 20/s --close client=0.9,server=0.1 --format json -o result.json
  portsim --rate 20/s --fail-if exhausted --quiet
  portsim replay conn.log --delay 30
)";

constexpr std::string_view kReplayUsage = R"(Simulates the connections of a log instead of a made-up load.

Usage: portsim replay LOG... [OPTIONS]

Examples:
  portsim replay conn.log --delay 30
  portsim replay conn.*.log.gz --profile linux --host 192.0.2.7
  portsim replay connections.csv.gz --rtt 0 --delay 60 --timeline ports.csv

A log is recognised by its content, plain or gzip; several make one load:
  Zeek                    conn.log, TSV or JSON; of ssl.log, http.log and others
                          the starts
  HAProxy                 option httplog and tcplog, also clf: connections to
                          the servers
  nginx, Apache, Caddy,   access logs, also as JSON: a request is a connection
  Squid, IIS, CloudFront  of its client
  Windows Firewall        pfirewall.log: the starts
  tshark -T fields        packets with SYN, FIN or RST; -E header=y
  tcpdump -n, tshark      a packet a line; tshark -q -z conv,tcp
  nfdump, Argus, AWS VPC  flows; tcplife -t: closed sockets
Times are taken as they are (--rtt 0); each source host has a pool of its own.

A plain CSV hands over any load. Its first line names the columns, in any order;
an empty cell takes the default. Times are decimal seconds.
  start_s                 Start of the attempt, from the start of the run
                          (required).
  duration_s              Time ESTABLISHED before the first FIN [--lifetime].
  closer                  client, server, both, reset, unreachable, refused, or
                          shutdown: as client, but the socket stays open and
                          FIN_WAIT_2 has no timeout [--close].
  peer_close_delay_s      From the peer's receipt of our FIN to its own; longer
                          than the run: never [--peer-close-delay].
  connect_timeout_s       After which the program gives up connect()
                          [--connect-timeout].
  late_reset              1: an RST of the peer comes one RTT after TIME_WAIT
                          began (--rfc1337) [0].
  sport                   Local port asked for with bind(); 0: the stack picks.
  src, dst, dport, bind, reuseaddr
                          Read and checked; without effect on a stack whose
                          local ports serve one connection on the whole host.
)";

constexpr std::string_view kSweepUsage = R"(Simulates every combination of several values, one row each.

Usage: portsim sweep [OPTIONS]

Examples:
  portsim sweep --rate 5..50:5/s --delay 30,60,120,240
  portsim sweep --rate 20/s --ports 1024-5000 --ports 1025-65535 -o rows.csv
  portsim sweep --rate 10..100:1/s --delay 30..240:30 --resume rows.csv
  portsim sweep --replay connections.csv --delay 30,60,120,240 --advice

Several values: an option may be repeated. One whose value is a single number
(N, RATE, TIME, SHARE ...) also takes a list, 30,60,240, and a range with both
ends, FROM..TO:STEP and a unit, 5..50:5/s; a knob of --set is repeated. In a
--config file an array holds several values.
The rows stand in the order of the options as they were given, those of --config
first; from row to row the last one changes fastest. A column for each of them
comes first, then the result. All cells see the same random draws.
On a terminal the rows are a table, elsewhere CSV; --format json is JSON Lines.
A row is written as soon as it and all before it are there. An output FILE is
written in place and holds whole rows at any time; a sweep that was stopped goes
on with --resume FILE. --fail-if holds if it holds in any cell.
)";

constexpr std::string_view kSolveUsage =
    R"(Finds the value of one setting that is just good enough.

Usage: portsim solve QUESTION [OPTIONS]

Examples:
  portsim solve max-rate --delay 120
  portsim solve min-ports --rate 20/s --arrivals batch:500 --quiet
  portsim solve max-delay --replay conn.log
  portsim solve max-rate --arrivals poisson --target 'failure_ratio<1e-3'

QUESTION is max-rate, max-delay, min-ports, min-source-addresses,
min-destinations, min-requests-per-connection or, with --nat, min-nat-addresses.
All other settings stay as the options say. A rate need not be given where it is
asked for.
The target is no failure, if --target names no other; a random load needs one.
Where a closed form holds it gives the answer: exact, and confirmed by a run; for
Poisson arrivals the failure ratio in steady state. Elsewhere the answer is found
by simulation, of a random load in several replications with the same draws for
each value: the result says how sure it is. Rates are then found to 6 digits (of
a random load 4), delays to a millisecond.
--quiet prints the number alone: a rate per second, a delay in seconds, a count.
)";

constexpr std::string_view kHostUsage =
    R"(Tells which of a machine's ports are taken, and when they will run out.

Usage: portsim host [OPTIONS]

Examples:
  portsim host                                 this machine, on Linux
  portsim host --interval 10s --top 3
  portsim host --fail-if "first_failure<10min" --quiet      a monitor's check
  ss -tano | portsim host --sockets - --settings /etc/sysctl.conf
  portsim host --sockets netstat.txt --rate 200/s           netstat -an of Windows
  portsim host --sockets 1.txt --sockets 2.txt --interval 1min
  portsim host --set net.ipv4.tcp_tw_reuse=1                what if

It only reads: /proc/net/tcp, tcp6 and snmp, twice, and the settings in /proc/sys.
Connections that the machine accepted take none of its ephemeral ports; they are
left out. The rate is what is new in the second list; of one list that has timers,
what entered TIME_WAIT within the last 10 s; or --rate, shared among the pools by
the ports that they hold.
Each pool then runs on by the rules of the stack: ports in TIME_WAIT come back when
their time is over, the connections that are open now are taken to stay as many,
and growth counts where it is more than chance. Where times left are not known,
they are taken to be spread evenly.

Options:
  --sockets FILE          Take the sockets from FILE, or - for standard input: ss
                          -tan, ss -tano, netstat -an of Linux, Windows, BSD or
                          macOS, or /proc/net/tcp; two FILEs are two lists, with
                          --interval between them. [this machine's]
  --interval TIME         Time between the two lists; 0: take one. [1s]
  --rate RATE             Connections per time in the place of a measured rate.
  --top N                 Show the N tightest pools. [10]
  --proc DIR              Read DIR in the place of /proc.
  --profile NAME          The TCP stack. [linux; of a list: whose form it has]
  --settings FILE, --set NAME=VALUE, --config FILE
                          As for a run: the machine's settings, or what if.
  --delay, --ports, --reserved-ports, --scope, --time-wait-reuse, --timestamps
  --max-time-wait, --timer-offset, --timer-hz
                          As for a run: what if.
  --format FORMAT         text, json, or csv (a row for each destination). [text]
  -o, --output FILE       Write to FILE; - is standard output. [standard output]
  --quiet                 Write nothing to standard output.
  --color WHEN            Colours in the text: auto (on a terminal, unless NO_COLOR
                          is set), always or never. [auto]
  --fail-if CONDITION     Exit with status 3 if exhausted (ports will run out) or
                          first_failure<10min (from now) holds.

Exit status: 0 done, also when ports run out; 1 could not finish; 2 bad usage or
bad input; 3 a condition of --fail-if held.
)";

constexpr std::string_view kCheckUsage =
    R"(Runs recorded results again and compares: the regression test of a CI job.

Usage: portsim check FILE... [OPTIONS]

Examples:
  portsim --rate 20/s --format json -o result.json
  portsim check result.json
  portsim check results --tolerance 0.001      every .json file below a directory
  portsim check results --update               accept what is different

A FILE is the JSON result of a run, which holds its whole scenario. A log is read
again under the name that it had. Each value that differs is printed: was, is,
and by how much. A file of an older version is compared in the fields it has.

Options:
  --tolerance SHARE       Numbers may differ by this share of the larger one:
                          0.001. [0]
  --update                Write the present results into the files that differ.
  --jobs N                Run N files at a time. [the number of cores]
  --quiet                 Write nothing to standard output.

Exit status: 0 no difference, or --update; 1 could not finish; 2 bad usage or no
result, nothing was simulated; 3 a difference.
)";

constexpr std::string_view kMergeUsage =
    R"(Joins the shares of a sweep that ran on several machines.

Usage: portsim merge FILE... [OPTIONS]

Examples:
  portsim sweep --config sweep.toml --shard 1/2 --resume part-1.csv   on one machine
  portsim sweep --config sweep.toml --shard 2/2 --resume part-2.csv   on another
  portsim merge part-*.csv -o rows.csv

A FILE is what portsim sweep --shard K/N wrote, CSV or JSON Lines. Each of its rows
begins with a mark: the fingerprint of the sweep, the share, and the cell among
those of the sweep. The result is what one machine would have written, without the
marks. Rows that are missing are named, and then nothing is written; rows that are
there twice are named and taken once, unless they differ.

Options:
  -o, --output FILE       Write to FILE, whole or not at all. [standard output]

Exit status: 0 done; 1 could not finish; 2 bad usage, or files that do not belong
together; 3 rows are missing.
)";

constexpr std::string_view kProfilesUsage =
    R"(Lists the TCP stacks that --profile takes, or shows every number of one with its
source. A stack is a name, or a TOML file such as ./mine.toml.

Usage: portsim profiles [NAME|FILE] [OPTIONS]

Examples:
  portsim profiles
  portsim profiles nt4
  portsim profiles --format json
  portsim profiles linux --format toml -o mine.toml    a profile to start from

Options:
  --format FORMAT         text, json, or toml (of one stack) [text]
  -o, --output FILE       Write to FILE; - is standard output. [standard output]
)";

constexpr std::array<std::string_view, 4> kShortList{"rate", "delay", "ports", "output"};

/// `text` from column `indent` on, broken at blanks; the first line begins where the stream stands.
void wrap(std::ostream& out, std::string_view text, std::size_t indent) {
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    if (column > indent && column + 1 + length > kColumns) {
      out << '\n' << std::string(indent, ' ');
      column = indent;
    }
    if (column > indent) {
      out << ' ';
      ++column;
    }
    out << text.substr(0, length);
    column += length;
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  out << '\n';
}

void write_option(std::ostream& out, const OptionDescription& option, char letter) {
  std::string head(letter == '\0' ? "  --" : "  -?, --");
  std::replace(head.begin(), head.end(), '?', letter);
  head.append(option.name);
  if (!option.value_name.empty()) {
    head.append(1, ' ').append(option.value_name);
  }
  out << head;
  if (head.size() + 2 > kTextColumn) {
    out << '\n';
    head.clear();
  }
  out << std::string(kTextColumn - head.size(), ' ');
  std::string text(option.help);
  if (option.name == "rate") {
    text += " [required]";
  } else if (!option.default_text.empty()) {
    text += " [" + std::string(option.default_text) + "]";
  }
  wrap(out, text, kTextColumn);
}

/// Options in their groups; a heading stands where the group changes.
void write_all_options(std::ostream& out, Command command) {
  std::string_view group;
  const auto write = [&](const OptionDescription& option, char letter) {
    if (option.group != group) {
      group = option.group;
      out << '\n' << group << ":\n";
    }
    write_option(out, option, letter);
  };
  constexpr std::array<std::string_view, 3> kMadeUp{"rate", "arrivals", "requests-per-connection"};
  for (const OptionDescription& option : scenario_options()) {
    const bool is_made_up = std::find(kMadeUp.begin(), kMadeUp.end(), option.name) != kMadeUp.end();
    if (command != Command::replay || !is_made_up) {
      write(option, '\0');
    }
  }
  for (const OutputOption& option : output_options()) {
    if (has_meaning(option, command)) {
      write(option.description, option.letter);
    }
  }
}

/// The list of what `portsim help` can show.
std::string help_usage() {
  std::ostringstream out;
  out << "Shows a topic of the help, the help of a command, the man page or a completion.\n\n"
         "Usage: portsim help [TOPIC|COMMAND|OPTION|man|bash|zsh|fish]\n\nTopics:\n";
  for (const HelpTopic& topic : help_topics()) {
    out << "  " << topic.name << std::string(kTextColumn - 2 - topic.name.size(), ' ') << topic.about << '\n';
  }
  out << R"(
For packages, and where portsim was not installed by one:
  portsim help man | man -l -
  portsim help bash >~/.local/share/bash-completion/completions/portsim
  portsim help zsh >"${fpath[1]}/_portsim"
  portsim help fish >~/.config/fish/completions/portsim.fish
)";
  return out.str();
}

/// What a command does, how it is called, and examples: the first three paragraphs of its usage.
std::string_view beginning(std::string_view usage) {
  constexpr int kParagraphs = 3;
  std::size_t end = 0;
  for (int paragraph = 0; paragraph < kParagraphs; ++paragraph) {
    end = usage.find("\n\n", end + 1);
  }
  return end == std::string_view::npos ? usage : usage.substr(0, end + 1);
}

}  // namespace

std::string short_help(Command command) {
  std::ostringstream out;
  if (command != Command::run) {
    const std::string usage = command_usage(command);
    const std::string_view shown = beginning(usage);
    out << shown;
    if (shown.size() < usage.size() || !has_options_of_its_own(command)) {
      out << "\nAll of it, with every option: " << command_name(command) << " --help\n";
    }
    return out.str();
  }
  out << kRunUsage << '\n';
  for (const std::string_view name : kShortList) {
    out << option_help(name).value_or("");
  }
  out << "\nExample: portsim --rate 20/s --delay 240\nAll options, with what is not modelled: portsim "
         "--help\n";
  return out.str();
}

std::optional<std::string> option_help(std::string_view name) {
  std::ostringstream out;
  for (const OptionDescription& option : scenario_options()) {
    if (option.name == name) {
      write_option(out, option, '\0');
    }
  }
  if (const OutputOption* option = find_output_option(name)) {
    write_option(out, option->description, option->letter);
  }
  std::string text = out.str();
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::string command_usage(Command command) {
  switch (command) {
    case Command::run: return std::string(kRunUsage).append(kExamples);
    case Command::sweep: return std::string(kSweepUsage);
    case Command::solve: return std::string(kSolveUsage);
    case Command::replay: return std::string(kReplayUsage);
    case Command::check: return std::string(kCheckUsage);
    case Command::host: return std::string(kHostUsage);
    case Command::merge: return std::string(kMergeUsage);
    case Command::profiles: return std::string(kProfilesUsage);
    case Command::help: return help_usage();
  }
  return "";
}

bool has_options_of_its_own(Command command) {
  return command == Command::profiles || command == Command::check || command == Command::merge ||
         command == Command::host || command == Command::help;
}

std::string full_help(Command command) {
  std::ostringstream out;
  out << command_usage(command);
  if (has_options_of_its_own(command)) {
    return out.str();
  }
  out << "\nDefaults stand in brackets.\n";
  write_all_options(out, command);
  for (const std::string_view topic : {"times-and-rates", "exit-codes", "not-modelled"}) {
    out << '\n' << topic_text(topic);
  }
  return out.str();
}

std::string version_text() { return "portsim " PORTSIM_VERSION "\n"; }

}  // namespace portsim::cli
