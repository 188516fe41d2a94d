#include "cli/help_topics.hpp"

#include <algorithm>
#include <array>

#include "base/ensure.hpp"

namespace portsim::cli {
namespace {

constexpr std::string_view kValues = R"(Values:
  A rate is a number, k or M may follow, then /s, /min, /h or /d; no unit: /s.
  A time is a number with ns, us, ms, s, min, h, d or y (365 d); no unit, or a
  0x number: seconds. In a TOML file an option is written: timeline_step = "1s".
)";

constexpr std::string_view kArrivals = R"(Arrivals (--arrivals): when connections are opened.
  deterministic   evenly spaced, the first at 0
  poisson         at random, each gap exponential and independent of the others
  batch:N         N at once, then a pause, so that the mean is the rate
  onoff:ON,OFF    evenly spaced for the time ON, none for the time OFF, and so
                  on; --rate is the rate while on
With --requests-per-connection N only every Nth request opens a connection. What
a caller does that found no port: --retry none, fixed:DELAY,TIMES or
backoff:DELAY,TIMES, whose delay doubles from try to try.

Examples:
  portsim --rate 16/s --arrivals poisson --seed 7
  portsim --rate 200/s --arrivals onoff:10s,90s
  portsim --rate 20/s --retry backoff:100ms,5
)";

constexpr std::string_view kDistributions =
    R"(Distributions: --lifetime, --rtt, --peer-close-delay, --client-close-delay.
  100ms                    always the same
  exp:100ms                exponential, by its mean
  uniform:50ms,150ms       evenly between two times
  lognormal:100ms,1        by its median and the sigma of the logarithm
  pareto:10ms,1.5          by its minimum and its shape; up to 1 the mean is
                           infinite
  0.8*100ms+0.2*exp:30s    a mix by weights
Draws are rounded to nanoseconds; those above 10^9 s are cut to it, and counted.

Examples:
  portsim --rate 16/s --arrivals poisson --lifetime lognormal:100ms,1
  portsim --rate 20/s --rtt exp:30ms --lifetime 0.8*100ms+0.2*exp:30s
)";

constexpr std::string_view kClosing =
    R"(Closing (--close): who sends the first FIN, and so who waits in TIME_WAIT.
  client        this host: its port waits in TIME_WAIT
  server        the peer: no TIME_WAIT here
  both          both at once: TIME_WAIT here, too
  reset         an RST ends it: no TIME_WAIT
  unreachable   no answer: in SYN_SENT until the stack or --connect-timeout
                gives up
Weights make a mix: client=0.9,server=0.1.

Examples:
  portsim --rate 20/s --close server
  portsim --rate 20/s --close client=0.9,reset=0.1
)";

constexpr std::string_view kScopes = R"(Scopes (--scope): what a local port must be unique for.
  host      one connection on the whole host has it (Windows NT, 4.4BSD, lwIP)
  address   one on each local address
  tuple     one for each local and remote address: connect() on Linux, NATs
So many connections can be held at once: the ports; times --source-addresses
under address; times --destinations, too, under tuple. bind() to port 0 before
connect() takes a port of the address for all destinations: --bind port0.

Examples:
  portsim --rate 2000/s --profile linux --destinations 4
  portsim --rate 500/s --profile linux --bind port0
  portsim --rate 20/s --scope address --source-addresses 2
)";

constexpr std::string_view kFormats = R"(Formats (--format): what a run prints.
  text   the report: the first line says whether ports run out, when, how badly
  json   everything, the whole scenario included: portsim check runs it again
  csv    a header and one row: the scalars of the JSON under dotted names
Times are exact decimals in seconds, counts are integers. --timeline FILE adds a
CSV over time. A sweep prints a table on a terminal, else CSV, or JSON Lines
with json. A file is written under another name and renamed when it is whole.

Examples:
  portsim --rate 20/s --format json -o result.json
  portsim --rate 20/s --timeline ports.csv --timeline-step 1s
)";

constexpr std::string_view kExitStatus = R"(Exit status:
  0    done, also when ports ran out: that is a result
  1    could not finish: an output failed, or portsim itself
  2    bad usage or bad input; nothing was simulated
  3    a condition of --fail-if held; check found a difference; solve no answer;
       --emit no change to write; merge misses rows
  130, 143   ended by SIGINT or SIGTERM; partial output is removed (a sweep's
             rows stay)
)";

constexpr std::string_view kNotModelled = R"(Not modelled:
  - data: segments between the handshake and the first FIN, windows, congestion;
    --lifetime stands for all of it
  - loss of anything but SYN, SYN+ACK, FIN and the answer to a FIN; the last ACK
    always arrives
  - a new SYN of the peer that reaches a port in TIME_WAIT (RFC 6191)
  - simultaneous open, half-open connections, keep-alive probes
  - what else takes ports from the same pool: UDP (on Windows NT), listening
    sockets, other programs; --ports-in-use stands for a constant number of them
  - what a translator does to a connection that it forgets; a SYN that it drops
    is not offered to it again when the host repeats it
  - limits other than ports: memory, file descriptors, control blocks, CPU
)";

constexpr std::array kTopics{
    HelpTopic{"times-and-rates", "how times and rates are written", kValues},
    HelpTopic{"arrivals", "when connections are opened", kArrivals},
    HelpTopic{"distributions", "random durations", kDistributions},
    HelpTopic{"closing", "who closes first", kClosing},
    HelpTopic{"scopes", "what a port is unique for", kScopes},
    HelpTopic{"formats", "what is printed, and where", kFormats},
    HelpTopic{"exit-codes", "what the exit status says", kExitStatus},
    HelpTopic{"not-modelled", "what a run leaves out", kNotModelled},
};

}  // namespace

std::span<const HelpTopic> help_topics() { return kTopics; }

std::string_view topic_text(std::string_view name) {
  const auto found = std::find_if(kTopics.begin(), kTopics.end(),
                                  [&](const HelpTopic& topic) { return topic.name == name; });
  ensure(found != kTopics.end(), "there is no such help topic");
  return found->text;
}

}  // namespace portsim::cli
