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
#include "portsim/recorded.hpp"
#include "portsim/stack.hpp"
#include "portsim/time.hpp"

namespace portsim {

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

/// A file that was read, so that a later run can tell whether it is still the same.
struct InputFile {
  std::string path{};
  std::uint64_t size = 0;  ///< bytes as they are stored: of a gzip file the compressed ones
  std::string sha256{};    ///< of these bytes, 64 hexadecimal digits

  friend bool operator==(const InputFile&, const InputFile&) = default;
};

/// A rate over time. Attempts are those of the deterministic process if time ran as fast as the rate: with
/// E(t) the connections expected up to t (the rate's integral), attempt k is at the floor, in ns, of the last
/// t with E(t) = k * requests_per_connection. So a second with n connections has them evenly spaced from its
/// start on, and one step alone is `DeterministicArrivals`.
struct Schedule {
  /// A rate that holds from `start` to the next step, or for ever.
  struct Step {
    TimePoint start{};
    std::uint64_t rate = 0;  ///< in 10^-9 connections per second, 0 to 10^18
  };
  InputFile file;
  std::vector<Step> steps;  ///< starts ascend from 0; at least one rate is above 0
  Duration length{};        ///< > 0; the default duration of a run
};

struct ScheduledArrivals {
  std::shared_ptr<const Schedule> schedule;  ///< never null

  friend bool operator==(const ScheduledArrivals& a, const ScheduledArrivals& b) {
    return a.schedule->file == b.schedule->file;
  }
};

using Arrivals =
    std::variant<DeterministicArrivals, PoissonArrivals, BatchArrivals, OnOffArrivals, ScheduledArrivals>;

/// A load that is made up from a rate.
struct GeneratedLoad {
  Rate rate;  ///< of no meaning beside a schedule, which says it itself
  Arrivals arrivals;
  std::uint32_t requests_per_connection = 1;  ///< keep-alive: divides the rate of connections

  friend bool operator==(const GeneratedLoad&, const GeneratedLoad&) = default;
};

/// A load that was recorded.
struct RecordedLoad {
  std::vector<InputFile> files;
  RecordedRows connections;  ///< in order of `start`
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
