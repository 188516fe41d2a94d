#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "report/host_report.hpp"
#include "report/layout.hpp"
#include "report/phrases.hpp"

namespace portsim {
namespace {

constexpr unsigned kLeastColumns = 40;

std::uint64_t in_state(const StateCounts& states, TcpState state) { return states[client_index(state)]; }

/// Whose ports these are: `to 192.0.2.1:443 from 192.0.2.9`.
std::string whose(const HostPool& pool) {
  std::string text = pool.to.empty() ? "" : " to " + pool.to;
  return text + (pool.from.empty() ? "" : " from " + pool.from);
}

std::string after_text(const std::optional<Duration>& after) {
  return !after ? "not at this rate" : after->count() == 0 ? "now" : "in " + human_time(*after);
}

std::string answer(const HostReport& report) {
  if (report.pools.empty()) {
    return "No connection that this machine opened holds a port.";
  }
  const HostPool& pool = report.pools.front();
  const std::string share = percent(std::min(pool.in_use, report.capacity()), report.capacity());
  if (pool.exhausted_after) {
    return fmt::format("Ports{} run out {}: {} of {} are in use ({}); then connect() fails with {}.",
                       whose(pool), after_text(pool.exhausted_after), grouped(pool.in_use),
                       grouped(report.capacity()), share, report.application_error);
  }
  const std::string used = fmt::format("{} of the {}{} are in use ({})", grouped(pool.in_use),
                                       grouped(report.capacity()), whose(pool), share);
  if (report.rate_source == RateSource::unknown) {
    return used + "; when they run out is not known without a rate.";
  }
  return "Ports do not run out at this rate: " + used + ".";
}

std::string rate_text(const HostReport& report) {
  std::string text;
  switch (report.rate_source) {
    case RateSource::unknown:
      return "not known: one list of sockets without timers shows none; give --rate, or two lists and "
             "--interval";
    case RateSource::given: text = "as given, shared among the pools by the ports that they hold"; break;
    case RateSource::snapshots:
      text = fmt::format("what was new after {}", human_time(report.interval));
      break;
    case RateSource::timers:
      text = fmt::format("what entered TIME_WAIT within the last {}, by the timers",
                         human_time(report.interval));
      break;
  }
  if (report.active_opens_per_s) {
    text += fmt::format("; connect() was called {} times a second", decimal(*report.active_opens_per_s));
  }
  return text;
}

std::string sharing_text(Scope scope) {
  switch (scope) {
    case Scope::host: return "one pool for the whole machine";
    case Scope::address: return "a pool for each local address";
    case Scope::tuple: return "a pool for each local address and destination";
  }
  return "";
}

void write_machine(const HostReport& report, TextLayout& layout) {
  layout.heading("Machine");
  layout.row("sockets from", fmt::format("{}; settings from {}", report.sockets_from,
                                         report.settings_from.empty() ? "profile " + report.profile + " alone"
                                                                      : report.settings_from));
  std::string ports =
      fmt::format("{}: {}, {}", report.ports, counted(report.pool_size, "port"), sharing_text(report.scope));
  if (report.listening_ports > 0) {
    ports += fmt::format("; {} taken by listening sockets", grouped(report.listening_ports));
  }
  layout.row("ports", ports);
  layout.row("stack", fmt::format("{}: TIME_WAIT {}", report.profile, human_time(report.time_wait)));
  layout.row("rate", rate_text(report));
}

void write_sockets(const HostReport& report, TextLayout& layout) {
  layout.heading("Sockets");
  TextTable table;
  const std::uint64_t left_out =
      report.listening + report.accepted + report.outside_range + report.not_connected;
  table.add({"in all", grouped(report.sockets)});
  table.add({"hold a port", grouped(report.sockets - left_out)});
  const auto add = [&](const char* label, std::uint64_t number) {
    if (number > 0) {
      table.add({label, grouped(number)});
    }
  };
  add("left out: listening", report.listening);
  add("left out: accepted here, on a port that listens", report.accepted);
  add("left out: local port outside the range", report.outside_range);
  add("left out: not connected", report.not_connected);
  if (report.kernel) {
    add("the kernel counts, in use", report.kernel->in_use);
    add("the kernel counts, without a process", report.kernel->orphans);
    table.add({"the kernel counts, in TIME_WAIT", grouped(report.kernel->time_wait)});
    table.add({"of which the list has", grouped(report.kernel->time_wait_listed)});
  }
  layout.table(table);
}

std::string per_second(const std::optional<double>& rate) { return rate ? decimal(*rate) : "?"; }

void write_pools(const HostReport& report, TextLayout& layout) {
  if (report.pools.empty()) {
    return;
  }
  layout.heading(report.scope == Scope::tuple ? "Destinations, the tightest first"
                                              : "Pools, the tightest first");
  TextTable table;
  table.add({"", "in use", "TIME_WAIT", "opens/s", "runs out"});
  for (const HostPool& pool : report.pools) {
    const std::string label = whose(pool);
    table.add({label.empty() ? "all" : label.substr(1), grouped(pool.in_use),
               grouped(in_state(pool.states, TcpState::time_wait)), per_second(pool.opens_per_s),
               report.rate_source == RateSource::unknown ? "?"
               : pool.exhausted_after                    ? after_text(pool.exhausted_after)
                                                         : "no"});
  }
  layout.table(table);
  if (report.pools_in_all > report.pools.size()) {
    layout.line(fmt::format("  and {} more (--top)", grouped(report.pools_in_all - report.pools.size())));
  }
}

/// Where destinations share a pool: who takes its ports.
void write_destinations(const HostReport& report, TextLayout& layout) {
  if (report.scope == Scope::tuple || report.pools.empty()) {
    return;
  }
  layout.heading("Who holds the ports" + whose(report.pools.front()));
  TextTable table;
  table.add({"", "connections", "TIME_WAIT", "ESTABLISHED"});
  for (const HostDestination& destination : report.pools.front().destinations) {
    table.add({"to " + destination.to + " from " + destination.from, grouped(destination.in_use),
               grouped(in_state(destination.states, TcpState::time_wait)),
               grouped(in_state(destination.states, TcpState::established))});
  }
  layout.table(table);
}

void write_advice(const HostReport& report, TextLayout& layout) {
  if (report.advice.empty()) {
    return;
  }
  layout.heading("What would change that (any one of these; each was simulated)");
  for (const HostAdvice& advice : report.advice) {
    layout.line("  " + advice.setting + " = " + advice.value);
    layout.row("", advice.exhausted_after ? "runs out " + after_text(advice.exhausted_after)
                                          : "does not run out at this rate");
  }
}

}  // namespace

void write_host_text(const HostReport& report, const TextStyle& style, std::ostream& out) {
  TextLayout layout(out, std::max(style.columns, kLeastColumns));
  const bool runs_out = !report.pools.empty() && report.pools.front().exhausted_after;
  const bool is_known = runs_out || report.pools.empty() || report.rate_source != RateSource::unknown;
  layout.painted_paragraph(answer(report), runs_out ? Ink::red : Ink::green, style.color && is_known);
  if (!runs_out && !report.pools.empty() && is_known) {
    layout.paragraph("Simulated for " + human_time(report.horizon) + " from now.");
  }
  write_machine(report, layout);
  write_sockets(report, layout);
  write_pools(report, layout);
  write_destinations(report, layout);
  write_advice(report, layout);
}

}  // namespace portsim
