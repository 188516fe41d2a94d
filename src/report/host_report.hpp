// What `portsim host` tells of a machine: plain values, and text, JSON and CSV of them.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "portsim/result.hpp"
#include "portsim/stack.hpp"
#include "report/report.hpp"

namespace portsim {

/// The connections from one local address to one destination.
struct HostDestination {
  std::string from;  ///< local address
  std::string to;    ///< `192.0.2.1:443`, `[2001:db8::1]:443`
  std::uint64_t in_use = 0;
  StateCounts states{};
};

/// Connections that share one set of ports.
struct HostPool {
  std::string from;  ///< empty where all local addresses share the ports
  std::string to;    ///< empty where all destinations do
  std::uint64_t in_use = 0;
  StateCounts states{};
  std::optional<double> opens_per_s;          ///< connections that take a port; empty: not known
  std::optional<double> growth_per_s;         ///< those among them that keep it
  std::optional<Duration> exhausted_after;    ///< from now; empty: not at this rate, or the rate is not known
  std::vector<HostDestination> destinations;  ///< most ports first
};

/// A setting that would change the answer for the tightest pool.
struct HostAdvice {
  std::string setting;                      ///< by its own name
  std::string value;                        ///< what to set it to
  std::optional<Duration> exhausted_after;  ///< then; empty: not at this rate
};

/// Where the rate is from.
enum class RateSource : std::uint8_t {
  unknown,
  given,      ///< --rate, shared among the pools by the ports that they hold
  snapshots,  ///< what is new in the second of two lists of sockets
  timers,     ///< how many entered TIME_WAIT lately, by the time they have left
};

/// What the kernel counts of its sockets, beside those in its list, which is not read at one instant.
struct KernelCounts {
  std::uint64_t in_use = 0;            ///< sockets that are not closed
  std::uint64_t orphans = 0;           ///< of them those that no process holds any more
  std::uint64_t time_wait = 0;         ///< in TIME_WAIT, or closed in FIN_WAIT_2
  std::uint64_t time_wait_listed = 0;  ///< of these, how many the list of sockets has
};

/// All that is said about a machine.
struct HostReport {
  std::string version;
  std::string sockets_from;   ///< for people: `/proc/net/tcp`, `ss`
  std::string settings_from;  ///< `/proc/sys`, `machine.conf`; empty: those of the profile
  std::vector<std::pair<std::string, std::string>> settings;  ///< knobs that were read, with their values
  std::string profile;
  Scope scope = Scope::host;
  std::string scope_name;             ///< as --scope takes it
  std::string ports;                  ///< the ranges as text
  std::uint64_t pool_size = 0;        ///< ports in them, less reserved ones
  std::uint64_t listening_ports = 0;  ///< of the pool: no connection can have them
  Duration time_wait{};
  std::string application_error;

  std::uint64_t sockets = 0;  ///< read; those below hold no port of a connection that the machine opened
  std::uint64_t listening = 0;
  std::uint64_t accepted = 0;
  std::uint64_t outside_range = 0;
  std::uint64_t not_connected = 0;
  std::optional<KernelCounts> kernel;  ///< empty: not this machine, or it does not tell

  RateSource rate_source = RateSource::unknown;
  Duration interval{};  ///< between two lists, or looked back; 0: none
  std::optional<double>
      active_opens_per_s;  ///< calls of connect(), those whose port came back at once included
  Duration horizon{};      ///< how far was simulated
  std::uint64_t pools_in_all = 0;
  std::vector<HostPool> pools;  ///< the tightest first, as many as are shown
  std::vector<HostAdvice> advice;

  /// Ports that one pool can give to connections.
  [[nodiscard]] std::uint64_t capacity() const { return pool_size - listening_ports; }
};

/// Text for an operator: the answer, the machine, its destinations, what would change it.
void write_host_text(const HostReport& report, const TextStyle& style, std::ostream& out);

/// One JSON object (schema `portsim.host/1`).
void write_host_json(const HostReport& report, std::ostream& out);

/// A header, and a row for each destination with the numbers of its pool.
void write_host_csv(const HostReport& report, std::ostream& out);

}  // namespace portsim
