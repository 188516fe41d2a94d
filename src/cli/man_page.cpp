#include "cli/man_page.hpp"

#include <array>
#include <sstream>
#include <string_view>

#include "cli/help.hpp"
#include "cli/help_topics.hpp"
#include "cli/option_table.hpp"

namespace portsim::cli {
namespace {

/// One command for each task that portsim is there for.
struct Task {
  std::string_view what;
  std::string_view command;
};
constexpr std::array kTasks{
    Task{"Find out whether, when and how badly ports run out at a rate:", "portsim --rate 20/s --delay 240"},
    Task{"The same for a Linux host with four servers behind one proxy:",
         "portsim --rate 2000/s --profile linux --destinations 4"},
    Task{"A random load, with lifetimes that differ:",
         "portsim --rate 16/s --arrivals poisson --lifetime lognormal:100ms,1"},
    Task{"How sure that is where the load is random:",
         "portsim --rate 16.4/s --arrivals poisson --replications 30"},
    Task{"Which rate, delay, pool ... would just do:", "portsim solve max-delay --rate 20/s"},
    Task{"Write a change that would fix it as a file for the machine:",
         "portsim --rate 20/s --emit reg:TcpTimedWaitDelay -o fix.reg"},
    Task{"Draw a run as a page with the values under the pointer:", "portsim --rate 20/s --plot run.html"},
    Task{"See when this machine's own ports will run out:", "portsim host"},
    Task{"Take a machine's own settings:",
         "sysctl -a | portsim --rate 500/s --profile linux --settings /dev/stdin"},
    Task{"Replay what a machine really opened, from a log:", "portsim replay conn.log --delay 30"},
    Task{"Compare many settings, one row each:",
         "portsim sweep --rate 5..50:5/s --delay 30,60,120,240 -o rows.csv"},
    Task{"Join the rows of a sweep that several machines shared (--shard K/N):",
         "portsim merge part-*.csv -o rows.csv"},
    Task{"Machines behind an address translator:",
         "portsim --rate 50/s --profile linux --nat gcp-nat --nat-hosts 50"},
    Task{"Fail a build when ports would run out:",
         "portsim --rate 20/s --delay 30 --quiet --fail-if exhausted"},
    Task{"Keep a result, and see later whether it is still the same:",
         "portsim --rate 20/s --format json -o result.json && portsim check result.json"},
    Task{"See the numbers of a stack, with their sources:", "portsim profiles nt4"},
};

/// Text in which troff sees no commands.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char character : text) {
    switch (character) {
      case '\\': result += "\\e"; break;
      case '-': result += "\\-"; break;
      case '~': result += "\\(ti"; break;
      case '^': result += "\\(ha"; break;
      case '\'': result += "\\(aq"; break;
      case '`': result += "\\(ga"; break;
      case '.': result += result.empty() ? "\\&." : "."; break;
      default: result += character;
    }
  }
  return result;
}

/// Lines as they are.
void write_literal(std::ostream& out, std::string_view text) {
  out << ".nf\n";
  while (!text.empty()) {
    const std::size_t length = text.find('\n');
    out << escaped(text.substr(0, length)) << '\n';
    text.remove_prefix(length == std::string_view::npos ? text.size() : length + 1);
  }
  out << ".fi\n";
}

void write_option(std::ostream& out, const OptionDescription& option, char letter) {
  out << ".TP\n";
  if (letter != '\0') {
    out << "\\fB\\-" << letter << "\\fR, ";
  }
  out << "\\fB\\-\\-" << escaped(option.name) << "\\fR";
  if (!option.value_name.empty()) {
    out << " \\fI" << escaped(option.value_name) << "\\fR";
  }
  out << '\n' << escaped(option.help);
  if (!option.default_text.empty()) {
    out << " Default: " << escaped(option.default_text) << '.';
  }
  out << '\n';
}

void write_options(std::ostream& out) {
  std::string_view group;
  const auto write = [&](const OptionDescription& option, char letter) {
    if (option.group != group) {
      group = option.group;
      out << ".SS " << group << '\n';
    }
    write_option(out, option, letter);
  };
  for (const OptionDescription& option : scenario_options()) {
    write(option, '\0');
  }
  for (const OutputOption& option : output_options()) {
    write(option.description, option.letter);
  }
}

/// A topic without its first line, which becomes the heading.
void write_topic(std::ostream& out, const HelpTopic& topic) {
  const std::size_t end = topic.text.find('\n');
  std::string_view heading = topic.text.substr(0, topic.text.substr(0, end).find_last_not_of(":.") + 1);
  out << ".SS " << escaped(heading) << '\n';
  write_literal(out, topic.text.substr(end + 1));
}

}  // namespace

std::string man_page() {
  std::ostringstream out;
  out << ".TH PORTSIM 1 \"\" \"portsim " PORTSIM_VERSION
         "\" \"User Commands\"\n"
         ".nh\n.ad l\n"  // what can be typed is not broken, nor stretched
         ".SH NAME\nportsim \\- tell when a machine runs out of TCP ports\n.SH SYNOPSIS\n.nf\n"
         "\\fBportsim\\fR [\\fIOPTIONS\\fR]\n";
  for (const auto& [name, command] : named_commands()) {
    const std::string usage = command_usage(command);
    const std::string start = "Usage: portsim ";
    const std::size_t begin = usage.find(start) + start.size();
    const std::string_view words = std::string_view(usage).substr(begin, usage.find('\n', begin) - begin);
    out << "\\fBportsim " << name << "\\fR" << escaped(words.substr(name.size())) << '\n';
  }
  out << ".fi\n.SH DESCRIPTION\n"
         "Every connection that a program opens takes a local port, and the side that closes first keeps it "
         "for\n"
         "minutes in TIME_WAIT. At a high enough rate no port is left, and connect() fails. \\fBportsim\\fR\n"
         "simulates this, connection by connection and exactly to the nanosecond: whether ports run out, "
         "when, how\n"
         "badly, and what would fix it. Without other options it is Windows NT 4.0: 3,977 ports "
         "(1024\\-5000) and a\n"
         "TIME_WAIT of 240 s.\n.SH EXAMPLES\n";
  for (const Task& task : kTasks) {
    out << ".TP\n" << escaped(task.what) << "\n.nf\n\\fB" << escaped(task.command) << "\\fR\n.fi\n";
  }
  out << ".SH OPTIONS\n";
  write_options(out);
  out << ".SH COMMANDS\n";
  for (const auto& [name, command] : named_commands()) {
    out << ".SS portsim " << name << '\n';
    write_literal(out, command_usage(command));
  }
  out << ".SH DETAILS\n";
  for (const HelpTopic& topic : help_topics()) {
    if (topic.name != "exit-codes") {
      write_topic(out, topic);
    }
  }
  out << ".SH EXIT STATUS\n";
  const std::string_view status = topic_text("exit-codes");
  write_literal(out, status.substr(status.find('\n') + 1));
  out << ".SH SEE ALSO\n.BR ss (8),\n.BR sysctl (8),\n.BR tcp (7),\n.BR ip (7)\n";
  return out.str();
}

}  // namespace portsim::cli
