// What is simulated: one load on one host.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "portsim/condition.hpp"
#include "portsim/distribution.hpp"
#include "portsim/rate.hpp"
#include "portsim/stack.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// How a connection ends, or why it never begins.
enum class Closer : std::uint8_t {
  client,       ///< the client sends the first FIN: its port passes through TIME_WAIT
  server,       ///< the server sends the first FIN: no TIME_WAIT on this side
  both,         ///< the two FINs cross
  reset,        ///< RST in ESTABLISHED: no TIME_WAIT
  unreachable,  ///< no answer to any SYN
  refused,      ///< the SYN is answered with RST (recorded connections only)
  shutdown,     ///< as `client`, but the socket stays open: no FIN_WAIT_2 timeout (recorded connections only)
};

inline constexpr std::size_t kCloserCount = 7;

/// Weights of the closers: each >= 0, not all 0; divided by their sum. Indexed by `Closer`.
using CloserWeights = std::array<double, kCloserCount>;

/// Attempt k at floor(k * 10^9 / rate) ns.
struct DeterministicArrivals {
  friend bool operator==(const DeterministicArrivals&, const DeterministicArrivals&) = default;
};

/// Exponential gaps of mean 1 / rate; the first attempt comes after the first gap.
struct PoissonArrivals {
  friend bool operator==(const PoissonArrivals&, const PoissonArrivals&) = default;
};

/// `size` attempts at once: batch j at floor(j * size * 10^9 / rate) ns.
struct BatchArrivals {
  std::uint64_t size = 1;  ///< 1 to 10^9
  friend bool operator==(const BatchArrivals&, const BatchArrivals&) = default;
};

/// Cycles of `on` (deterministic at the rate, counted anew in each cycle) and `off` (silence).
struct OnOffArrivals {
  Duration on{};   ///< > 0
  Duration off{};  ///< >= 0
  friend bool operator==(const OnOffArrivals&, const OnOffArrivals&) = default;
};

using Arrivals = std::variant<DeterministicArrivals, PoissonArrivals, BatchArrivals, OnOffArrivals>;

/// A load that is made up from a rate.
struct GeneratedLoad {
  Rate rate;
  Arrivals arrivals;
  std::uint32_t requests_per_connection = 1;  ///< keep-alive: divides the rate of connections

  friend bool operator==(const GeneratedLoad&, const GeneratedLoad&) = default;
};

/// One connection of a log. Empty fields take the scenario's value.
struct RecordedConnection {
  TimePoint start{};
  std::optional<Closer> closer;
  std::optional<Duration> lifetime;          ///< time ESTABLISHED before the first FIN
  std::optional<Duration> peer_close_delay;  ///< longer than the run: the peer's FIN never comes
  std::optional<Duration> connect_timeout;
  std::uint32_t source = 0;       ///< local address, by number from 0
  std::uint32_t destination = 0;  ///< remote address and port, by number from 0
  bool is_loopback = false;       ///< one of the addresses lies in 127.0.0.0/8
  std::optional<BindMode> bind;
  std::uint16_t local_port = 0;       ///< the port asked for with bind(); 0: the stack picks
  std::optional<bool> reuse_address;  ///< SO_REUSEADDR
};

/// A load that was recorded.
struct RecordedLoad {
  std::vector<std::string> paths;
  std::shared_ptr<const std::vector<RecordedConnection>> connections;  ///< in order of `start`
};

using Load = std::variant<GeneratedLoad, RecordedLoad>;

/// What a caller does after an attempt that found no port.
struct RetryPolicy {
  enum class Kind : std::uint8_t {
    none,
    fixed,    ///< further tries `delay` apart
    backoff,  ///< further tries after delay, 2 delay, 4 delay ...
  };
  Kind kind = Kind::none;
  Duration delay{};                 ///< > 0 unless none
  std::uint32_t further_tries = 0;  ///< 1 to 62 for backoff, 1 to 10^6 for fixed

  friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

/// A translator that hosts share: their second pool.
struct NatGateway {
  Stack stack;                  ///< with `nat`
  std::uint32_t hosts = 1;      ///< behind it, each with a pool of its own, 1 to 10,000; they connect in turn
  std::uint32_t addresses = 1;  ///< public ones, each with all ports of the stack, 1 to 65,536
};

/// Everything that decides the outcome of a run, every default resolved.
struct Scenario {
  Stack stack;
  Load load;
  std::vector<PortRange> ports;           ///< no overlaps
  std::vector<PortRange> reserved_ports;  ///< taken out of `ports`
  Scope scope = Scope::host;
  Selection selection = Selection::sequential;
  BindMode bind = BindMode::none;
  bool reuse_address = false;              ///< programs set SO_REUSEADDR before bind()
  std::uint32_t source_addresses = 1;      ///< 1 to 65,536
  std::uint32_t destinations = 1;          ///< 1 to 65,536
  std::optional<double> destination_skew;  ///< share of destination 0, in [0, 1]; empty: all have the same
  std::uint32_t ports_in_use = 0;          ///< the lowest ports left, held by other programs all the time
  Duration time_wait{};
  std::optional<Duration> fin_wait_2_timeout;
  std::optional<Duration> connect_timeout;
  Distribution lifetime;
  Distribution rtt;
  Distribution peer_close_delay;
  Distribution client_close_delay;
  CloserWeights closers{};
  double loss = 0;              ///< probability that one segment is lost, 0 <= loss < 1
  double time_wait_resets = 0;  ///< share of connections whose TIME_WAIT an RST ends, one RTT after it began
  bool timestamps = true;       ///< both ends use TCP timestamps: without them no TIME_WAIT is reused
  std::optional<Duration> timer_offset;  ///< origin of the timers' grid; empty: drawn from the seed
  RetryPolicy retry;
  std::optional<NatGateway> nat;
  std::optional<std::uint64_t> session_limit;
  Duration duration{};  ///< the window is [0, duration)
  Duration warm_up{};   ///< not counted: [0, warm_up), less than duration
  std::uint64_t seed = 1;
  std::uint32_t replication = 1;
  /// What solutions aim at; no run depends on it. Empty: no failure; of a random load nothing.
  std::optional<Condition> target;
};

/// One thing that is wrong with the input: where, what, and what to do about it.
struct Fault {
  std::string where;   ///< `--delay 20`, or `load.csv:17`
  std::string what;    ///< `TcpTimedWaitDelay must be 30 to 300 seconds on profile nt4`
  std::string remedy;  ///< `try --delay 30`; may be empty

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// A scenario that was found to be free of faults. Only `validate` makes one.
class ValidScenario {
 public:
  [[nodiscard]] const Scenario& operator*() const { return scenario_; }
  [[nodiscard]] const Scenario* operator->() const { return &scenario_; }

  /// The local ports that connections may use, ascending: ranges less reserved ports less ports in use.
  [[nodiscard]] const std::vector<std::uint16_t>& pool() const { return pool_; }

  /// In how many keys of the uniqueness scope the pool can be used: 1 under host scope, else the number of
  /// source addresses, under tuple scope times that of destinations (bind() to port 0 ties a port to its
  /// address, whatever the destination, unless the stack lets it share ports); behind a translator times that
  /// of hosts.
  [[nodiscard]] std::uint64_t keys() const { return keys_; }

  /// Hosts with a pool each: 1 unless they share a translator. Of a recorded load each source is one then.
  [[nodiscard]] std::uint32_t hosts() const { return hosts_; }

  /// How many connections can hold a port at once: the pool once for each key.
  [[nodiscard]] std::uint64_t capacity() const { return pool_.size() * keys_; }

 private:
  friend std::variant<ValidScenario, std::vector<Fault>> validate(Scenario scenario);
  ValidScenario(Scenario scenario, std::vector<std::uint16_t> pool, std::uint64_t keys, std::uint32_t hosts)
      : scenario_(std::move(scenario)), pool_(std::move(pool)), keys_(keys), hosts_(hosts) {}

  Scenario scenario_;
  std::vector<std::uint16_t> pool_;
  std::uint64_t keys_;
  std::uint32_t hosts_;
};

/// Checks every rule that a scenario must obey; reports all faults at once.
[[nodiscard]] std::variant<ValidScenario, std::vector<Fault>> validate(Scenario scenario);

}  // namespace portsim
