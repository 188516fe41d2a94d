#include "scenario/options.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "base/number_text.hpp"
#include "scenario/condition.hpp"
#include "scenario/distribution_text.hpp"
#include "scenario/load_text.hpp"
#include "scenario/profile_file.hpp"
#include "scenario/scope_text.hpp"
#include "scenario/stack_text.hpp"
#include "stacks/stacks.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;
using Text = std::optional<std::string>;

template <class T, class Target>
std::optional<Wrong> store(const Parsed<T>& parsed, Target& target) {
  if (!holds_value(parsed)) {
    return std::get<Wrong>(parsed);
  }
  if constexpr (std::is_integral_v<Target>) {
    target = static_cast<Target>(std::get<T>(parsed));
  } else if constexpr (std::is_same_v<Target, std::optional<std::uint32_t>>) {
    target = static_cast<std::uint32_t>(std::get<T>(parsed));
  } else {
    target = std::get<T>(parsed);
  }
  return std::nullopt;
}

/// Stores a value for which `none` stands where there shall be no limit.
template <class T, class Target>
std::optional<Wrong> store_or_none(std::string_view text, Parsed<T> (*parse)(std::string_view),
                                   Target& target, std::string_view example) {
  if (text == "none") {
    target = Target{};
    return std::nullopt;
  }
  std::optional<Wrong> wrong = store(parse(text), target);
  if (wrong) {
    wrong->example = std::string(example) + " or none";
  }
  return wrong;
}

Parsed<std::uint64_t> parse_any_count(std::string_view text) {
  return parse_count(text, 0, std::numeric_limits<std::uint64_t>::max());
}

Parsed<std::uint64_t> parse_hz(std::string_view text) { return parse_count(text, 1, 100'000); }

std::optional<Wrong> store_offset(std::string_view text, Draft& draft) {
  if (text == "drawn") {
    draft.scenario.timer_offset.reset();
    return std::nullopt;
  }
  std::optional<Wrong> wrong = store(parse_duration(text), draft.scenario.timer_offset);
  if (wrong) {
    wrong->example = "1.188s or drawn";
  }
  return wrong;
}

/// The profile itself is taken before any option is read, since it decides their defaults.
std::optional<Wrong> check_profile(std::string_view name, Draft&) {
  if (is_profile_file(name) || find_profile(name) != nullptr) {
    return std::nullopt;
  }
  const std::string_view likely = nearest(name, profile_names());
  return Wrong{"there is no profile " + quoted(name),
               likely.empty() ? default_stack().name + " (portsim profiles lists all)" : std::string(likely)};
}

std::optional<Wrong> store_nat(std::string_view name, Draft& draft) {
  draft.nat_stack.reset();
  if (name == "none") {
    return std::nullopt;
  }
  if (is_profile_file(name)) {
    const auto read = read_profile_file(std::string(name), "");
    if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) {
      const Fault& fault = faults->front();
      return Wrong{(fault.where.empty() ? "" : fault.where + ": ") + fault.what, "azure-nat"};
    }
    draft.nat_stack = stack_of(std::get<Profile>(read));
  } else if (const Stack* stack = find_stack(name)) {
    draft.nat_stack = *stack;
  } else {
    const std::string_view likely = nearest(name, profile_names());
    return Wrong{"there is no profile " + quoted(name), likely.empty() ? "azure-nat" : std::string(likely)};
  }
  if (!draft.nat_stack->nat) {
    return Wrong{"profile " + draft.nat_stack->name + " is no address translator", "azure-nat or linux-nat"};
  }
  return std::nullopt;
}

std::optional<Wrong> store_skew(std::string_view text, Draft& draft) {
  if (text == "even") {
    draft.scenario.destination_skew.reset();
    return std::nullopt;
  }
  return store(parse_number(text, "0.5 or even"), draft.scenario.destination_skew);
}

template <class T>
Text count_or_none(const std::optional<T>& value) {
  return value ? std::to_string(*value) : "none";
}

Text time_or_none(const std::optional<Duration>& value) { return value ? duration_text(*value) : "none"; }

const GeneratedLoad* generated(const Scenario& s) { return std::get_if<GeneratedLoad>(&s.load); }

/// None for a log, nor for a schedule.
Text rate_of(const Scenario& s) {
  const GeneratedLoad* load = generated(s);
  const bool has_rate = load != nullptr && !std::holds_alternative<ScheduledArrivals>(load->arrivals);
  return has_rate ? Text(rate_text(load->rate)) : Text();
}

constexpr std::array kTable{
    Option{{"rate", "RATE", "Load",
            "Connections per time: 20/s, 1200/min, 72k/h; a bare number is per second.", ""},
           true,
           [](std::string_view text, Draft& d) { return store(parse_rate(text), d.load.rate); },
           rate_of},
    Option{{"arrivals", "PROCESS", "Load",
            "When connections are opened: deterministic, poisson, batch:N (N at once), onoff:ON,OFF (times), "
            "schedule:FILE (rate over time, in place of --rate).",
            "deterministic"},
           true,
           [](std::string_view text, Draft& d) { return store(parse_arrivals(text), d.load.arrivals); },
           [](const Scenario& s) {
             return generated(s) ? Text(arrivals_text(generated(s)->arrivals)) : Text();
           }},
    Option{{"requests-per-connection", "N", "Load",
            "Requests that share a connection (keep-alive): divides the rate.", "1"},
           true,
           [](std::string_view text, Draft& d) {
             return store(parse_count(text, 1, 1'000'000'000), d.load.requests_per_connection);
           },
           [](const Scenario& s) {
             return generated(s) ? Text(std::to_string(generated(s)->requests_per_connection)) : Text();
           }},
    Option{{"retry", "POLICY", "Load",
            "What a caller does when it got no port: none, fixed:1s,3 (3 more tries, 1 s apart), "
            "backoff:100ms,5 (5 more tries after 100 ms, 200 ms, 400 ms ...).",
            "none"},
           false,
           [](std::string_view text, Draft& d) { return store(parse_retry(text), d.scenario.retry); },
           [](const Scenario& s) { return Text(retry_text(s.retry)); }},

    Option{
        {"profile", "NAME", "Stack",
         "The TCP stack whose numbers are the defaults: a name (portsim profiles lists them) or a TOML file, "
         "./mine.toml.",
         "nt4"},
        false,
        check_profile,
        [](const Scenario& s) { return Text(s.stack.name); }},
    Option{{"delay", "TIME", "Stack", "Time in TIME_WAIT (TcpTimedWaitDelay): 240s, 4min, 0xF0.",
            "the profile's (nt4: 240s)"},
           false,
           [](std::string_view text, Draft& d) { return store(parse_duration(text), d.scenario.time_wait); },
           [](const Scenario& s) { return Text(duration_text(s.time_wait)); }},
    Option{{"fin-wait-2-timeout", "TIME", "Stack",
            "How long a closed connection waits in FIN_WAIT_2 for the peer's FIN; none: for ever.",
            "the profile's (nt4: 300s)"},
           false,
           [](std::string_view text, Draft& d) {
             return store_or_none(text, parse_duration, d.scenario.fin_wait_2_timeout, "300s");
           },
           [](const Scenario& s) { return Text(time_or_none(s.fin_wait_2_timeout)); }},
    Option{{"session-limit", "N", "Stack",
            "Server sessions above which Event ID 2009 is logged; none: never.", "the profile's (nt4: 2048)"},
           false,
           [](std::string_view text, Draft& d) {
             return store_or_none(text, parse_any_count, d.scenario.session_limit, "2048");
           },
           [](const Scenario& s) { return count_or_none(s.session_limit); }},
    Option{{"time-wait-reuse", "AGE", "Stack",
            "Age from which a port in TIME_WAIT may be given out again: 1s, loopback:1s (within 127.0.0.0/8 "
            "only) or none.",
            "the profile's (nt4: none)"},
           false,
           [](std::string_view text, Draft& d) {
             return store(parse_reuse(text), d.scenario.stack.time_wait_reuse);
           },
           [](const Scenario& s) { return Text(reuse_text(s.stack.time_wait_reuse)); }},
    Option{{"max-time-wait", "N", "Stack",
            "Cap on connections in TIME_WAIT, with what the profile does at it; none: no cap.",
            "the profile's (nt4: none)"},
           false,
           [](std::string_view text, Draft& d) {
             return store_or_none(text, parse_any_count, d.scenario.stack.max_time_wait, "262144");
           },
           [](const Scenario& s) { return count_or_none(s.stack.max_time_wait); }},
    Option{{"timestamps", "YES", "Stack",
            "Whether both ends use TCP timestamps: without them no port in TIME_WAIT is given out again.",
            "yes"},
           false,
           [](std::string_view text, Draft& d) { return store(parse_yes_no(text), d.scenario.timestamps); },
           [](const Scenario& s) { return Text(yes_no_text(s.timestamps)); }},
    Option{{"rfc1337", "YES", "Stack", "Whether TIME_WAIT ignores an RST of the peer, as RFC 1337 advises.",
            "the profile's (nt4: no)"},
           false,
           [](std::string_view text, Draft& d) {
             bool ignores = false;
             std::optional<Wrong> wrong = store(parse_yes_no(text), ignores);
             d.scenario.stack.rules.reset_ends_time_wait = !ignores;
             return wrong;
           },
           [](const Scenario& s) { return Text(yes_no_text(!s.stack.rules.reset_ends_time_wait)); }},
    Option{
        {"syn-waits", "TIMES", "Stack",
         "Waits after each try of a SYN, the last included: 3s,6s,12s or 5*1s,2s,4s.",
         "the profile's (nt4: 3s,6s,12s,24s)"},
        false,
        [](std::string_view text, Draft& d) { return store(parse_waits(text), d.scenario.stack.syn_waits); },
        [](const Scenario& s) { return Text(waits_text(s.stack.syn_waits)); }},
    Option{{"syn-give-up", "TIME", "Stack",
            "The first of these waits to end so long after connect() or later is the last; none: all run.",
            "the profile's (nt4: none)"},
           false,
           [](std::string_view text, Draft& d) {
             return store_or_none(text, parse_duration, d.scenario.stack.syn_give_up, "127s");
           },
           [](const Scenario& s) { return time_or_none(s.stack.syn_give_up); }},
    Option{{"timer-hz", "N", "Stack",
            "Ticks per second of the timer wheel by which a Linux kernel rounds its timers (250 is what was "
            "measured); none: timers end on time.",
            "the profile's (nt4: none)"},
           false,
           [](std::string_view text, Draft& d) {
             return store_or_none(text, parse_hz, d.scenario.stack.timer_hz, "250");
           },
           [](const Scenario& s) { return count_or_none(s.stack.timer_hz); }},
    Option{{"timer-offset", "TIME", "Stack",
            "Origin of the grid on which the wheel's timers end: 1.188s, or drawn (from the seed).", "drawn"},
           false,
           store_offset,
           [](const Scenario& s) { return Text(s.timer_offset ? duration_text(*s.timer_offset) : "drawn"); }},

    Option{
        {"ports", "RANGES", "Ports", "Ephemeral ports, both ends included: 1024-5000 or 1024-5000,6000-6999.",
         "the profile's (nt4: 1024-5000)"},
        false,
        [](std::string_view text, Draft& d) { return store(parse_ranges(text), d.scenario.ports); },
        [](const Scenario& s) { return Text(ranges_text(s.ports)); }},
    Option{{"reserved-ports", "RANGES", "Ports", "Ports that no connection is given; none: all may be used.",
            "none"},
           false,
           [](std::string_view text, Draft& d) {
             return store_or_none(text, parse_ranges, d.scenario.reserved_ports, "1433,3000-3010");
           },
           [](const Scenario& s) {
             return Text(s.reserved_ports.empty() ? "none" : ranges_text(s.reserved_ports));
           }},
    Option{{"ports-in-use", "N", "Ports", "Ports that other programs hold all the time.", "0"},
           false,
           [](std::string_view text, Draft& d) {
             return store(parse_count(text, 0, 65535), d.scenario.ports_in_use);
           },
           [](const Scenario& s) { return Text(std::to_string(s.ports_in_use)); }},
    Option{{"scope", "SCOPE", "Ports",
            "What a local port is unique in: host, address (the local one) or tuple (local and remote).",
            "the profile's (nt4: host)"},
           false,
           [](std::string_view text, Draft& d) { return store(parse_scope(text), d.scenario.scope); },
           [](const Scenario& s) { return Text(scope_text(s.scope)); }},
    Option{{"selection", "ALGORITHM", "Ports",
            "How a free port is found: sequential, sequential-from-random, descending, parity-first, or by "
            "RFC 6056: random-start, random-pick, hash, double-hash, random-increment.",
            "the profile's (nt4: sequential)"},
           false,
           [](std::string_view text, Draft& d) { return store(parse_selection(text), d.scenario.selection); },
           [](const Scenario& s) { return Text(selection_text(s.selection)); }},
    Option{{"bind", "HOW", "Ports",
            "What the program does before connect(): none, port0 (bind() to an address and port 0) or noport "
            "(the same with IP_BIND_ADDRESS_NO_PORT).",
            "none"},
           false,
           [](std::string_view text, Draft& d) { return store(parse_bind(text), d.scenario.bind); },
           [](const Scenario& s) { return Text(bind_text(s.bind)); }},
    Option{
        {"reuse-address", "YES", "Ports", "Whether programs set SO_REUSEADDR before bind().", "no"},
        false,
        [](std::string_view text, Draft& d) { return store(parse_yes_no(text), d.scenario.reuse_address); },
        [](const Scenario& s) { return Text(yes_no_text(s.reuse_address)); }},
    Option{{"autobind-reuse", "YES", "Ports",
            "Whether bind() to port 0 with SO_REUSEADDR may share a port (Linux ip_autobind_reuse).",
            "the profile's (nt4: no)"},
           false,
           [](std::string_view text, Draft& d) {
             return store(parse_yes_no(text), d.scenario.stack.autobind_reuse);
           },
           [](const Scenario& s) { return Text(yes_no_text(s.stack.autobind_reuse)); }},
    Option{
        {"source-addresses", "N", "Ports", "Local addresses, used in turn.", "1"},
        true,
        [](std::string_view text, Draft& d) {
          return store(parse_count(text, 1, 65536), d.scenario.source_addresses);
        },
        [](const Scenario& s) { return generated(s) ? Text(std::to_string(s.source_addresses)) : Text(); }},
    Option{{"destinations", "N", "Ports", "Remote addresses (with port), used in turn.", "1"},
           true,
           [](std::string_view text, Draft& d) {
             return store(parse_count(text, 1, 65536), d.scenario.destinations);
           },
           [](const Scenario& s) { return generated(s) ? Text(std::to_string(s.destinations)) : Text(); }},
    Option{{"destination-skew", "SHARE", "Ports",
            "Share of the connections that go to the hottest destination, from 0 to 1; even: all the same.",
            "even"},
           true,
           [](std::string_view text, Draft& d) { return store_skew(text, d); },
           [](const Scenario& s) {
             return !generated(s) ? Text()
                                  : Text(s.destination_skew ? number_text(*s.destination_skew) : "even");
           }},

    Option{{"nat", "NAME", "Ports",
            "The address translator that hosts share: a second pool, behind their own. A profile such as "
            "azure-nat, or none.",
            "none"},
           false,
           store_nat,
           [](const Scenario& s) { return Text(s.nat ? s.nat->stack.name : "none"); }},
    Option{{"nat-hosts", "N", "Ports", "Hosts behind the translator, which connect in turn.", "1"},
           true,
           [](std::string_view text, Draft& d) { return store(parse_count(text, 1, 10000), d.nat_hosts); },
           [](const Scenario& s) {
             return generated(s) && s.nat ? Text(std::to_string(s.nat->hosts)) : Text();
           }},
    Option{
        {"nat-addresses", "N", "Ports", "Public addresses of the translator, each with all its ports.", "1"},
        false,
        [](std::string_view text, Draft& d) { return store(parse_count(text, 1, 65536), d.nat_addresses); },
        [](const Scenario& s) { return s.nat ? Text(std::to_string(s.nat->addresses)) : Text(); }},

    Option{
        {"lifetime", "DURATION", "Connection",
         "Time ESTABLISHED before the first FIN: 100ms, exp:MEAN, uniform:LOW,HIGH, lognormal:MEDIAN,SIGMA, "
         "pareto:MINIMUM,SHAPE, or a mix, 0.8*100ms+0.2*exp:30s.",
         "100ms"},
        false,
        [](std::string_view text, Draft& d) { return store(parse_distribution(text), d.scenario.lifetime); },
        [](const Scenario& s) { return Text(distribution_text(s.lifetime)); }},
    Option{{"rtt", "DURATION", "Connection", "Round-trip time, in the forms of --lifetime.", "10ms"},
           false,
           [](std::string_view text, Draft& d) { return store(parse_distribution(text), d.scenario.rtt); },
           [](const Scenario& s) { return Text(distribution_text(s.rtt)); }},
    Option{{"peer-close-delay", "DURATION", "Connection",
            "Time from the peer's receipt of our FIN to its own, in the forms of --lifetime.", "0s"},
           false,
           [](std::string_view text, Draft& d) {
             return store(parse_distribution(text), d.scenario.peer_close_delay);
           },
           [](const Scenario& s) { return Text(distribution_text(s.peer_close_delay)); }},
    Option{{"client-close-delay", "DURATION", "Connection",
            "Time from the server's FIN to our own, in the forms of --lifetime.", "0s"},
           false,
           [](std::string_view text, Draft& d) {
             return store(parse_distribution(text), d.scenario.client_close_delay);
           },
           [](const Scenario& s) { return Text(distribution_text(s.client_close_delay)); }},
    Option{
        {"close", "WHO", "Connection",
         "Who closes first: client, server, both, reset or unreachable; or weights, client=0.9,server=0.1.",
         "client"},
        false,
        [](std::string_view text, Draft& d) { return store(parse_closers(text), d.scenario.closers); },
        [](const Scenario& s) { return Text(closers_text(s.closers)); }},
    Option{{"unreachable", "SHARE", "Connection", "Share of peers that never answer, from 0 to 1.", "0"},
           false,
           [](std::string_view text, Draft& d) { return store(parse_number(text, "0.01"), d.unreachable); },
           [](const Scenario&) { return Text(); }},
    Option{{"loss", "PROBABILITY", "Connection", "Probability that one segment is lost, from 0 to below 1.",
            "0"},
           false,
           [](std::string_view text, Draft& d) { return store(parse_number(text, "0.01"), d.scenario.loss); },
           [](const Scenario& s) { return Text(number_text(s.loss)); }},
    Option{
        {"time-wait-resets", "SHARE", "Connection",
         "Share of connections whose TIME_WAIT an RST of the peer ends, one RTT after it began, from 0 to 1.",
         "0"},
        false,
        [](std::string_view text, Draft& d) {
          return store(parse_number(text, "0.001"), d.scenario.time_wait_resets);
        },
        [](const Scenario& s) { return Text(number_text(s.time_wait_resets)); }},
    Option{{"connect-timeout", "TIME", "Connection",
            "After which the program gives up connect(); none: never.", "none"},
           false,
           [](std::string_view text, Draft& d) {
             return store_or_none(text, parse_duration, d.scenario.connect_timeout, "30s");
           },
           [](const Scenario& s) { return Text(time_or_none(s.connect_timeout)); }},

    Option{{"duration", "TIME", "Run", "Length of the run; with a log, by default up to its last connection.",
            "1h"},
           false,
           [](std::string_view text, Draft& d) { return store(parse_duration(text), d.scenario.duration); },
           [](const Scenario& s) { return Text(duration_text(s.duration)); }},
    Option{{"warm-up", "TIME", "Run",
            "First part of the run, which is not counted; auto: as a run shows it (not in a sweep).", "0s"},
           false,
           [](std::string_view text, Draft& d) {
             return text == "auto" ? std::optional(Wrong{"auto is for a single run, which shows it", "0"})
                                   : store(parse_duration(text), d.scenario.warm_up);
           },
           [](const Scenario& s) { return Text(duration_text(s.warm_up)); }},
    Option{{"seed", "N", "Run", "Names the random draws: the same seed gives the same run.", "1"},
           false,
           [](std::string_view text, Draft& d) {
             return store(parse_count(text, 0, std::numeric_limits<std::uint64_t>::max()), d.scenario.seed);
           },
           [](const Scenario& s) { return Text(std::to_string(s.seed)); }},
    Option{{"target", "CONDITION", "Run",
            "What is good enough where a solution is sought: failure_ratio<1e-3, failed<=10, "
            "first_failure>=10min, longest_outage<1s.",
            "no failure; of a random load none"},
           false,
           [](std::string_view text, Draft& d) { return store(parse_target(text), d.scenario.target); },
           [](const Scenario& s) { return s.target ? Text(s.target->text) : Text(); }},
};

}  // namespace

std::span<const Option> option_table() { return kTable; }

const Option* find_option(std::string_view name) {
  const auto row = std::find_if(kTable.begin(), kTable.end(),
                                [&](const Option& option) { return option.description.name == name; });
  return row == kTable.end() ? nullptr : &*row;
}

std::span<const OptionDescription> scenario_options() {
  static const std::vector<OptionDescription> descriptions = [] {
    std::vector<OptionDescription> all;
    for (const Option& option : kTable) {
      all.push_back(option.description);
    }
    return all;
  }();
  return descriptions;
}

Scenario default_scenario(const Stack& stack) {
  Scenario s;
  s.stack = stack;
  s.ports = stack.ports;
  s.time_wait = stack.time_wait;
  s.fin_wait_2_timeout = stack.fin_wait_2_timeout;
  s.session_limit = stack.session_limit;
  s.scope = stack.scope;
  s.selection = stack.selection;
  s.lifetime = Distribution::constant(100ms);
  s.rtt = Distribution::constant(10ms);
  s.closers[static_cast<std::size_t>(Closer::client)] = 1;
  s.duration = 1h;
  return s;
}

Draft default_draft(const Stack& stack) {
  Draft draft;
  draft.scenario = default_scenario(stack);
  return draft;
}

}  // namespace portsim
