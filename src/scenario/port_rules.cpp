#include <algorithm>
#include <bitset>
#include <utility>

#include "scenario/rules.hpp"
#include "scenario/value_text.hpp"

namespace portsim {
namespace {

constexpr std::uint64_t kMostAddresses = 65536;
constexpr std::uint64_t kMostHosts = 10'000;

/// True if every range is a range and none overlaps another.
bool check_ranges(const std::string& option, std::vector<PortRange> ranges, std::vector<Breach>& breaches) {
  bool is_legal = true;
  for (const PortRange& range : ranges) {
    if (range.first == 0 || range.last == 0) {
      breaches.push_back({option, "ports lie within 1 to 65535", "try --" + option + " 1024-5000"});
      is_legal = false;
    } else if (range.first > range.last) {
      breaches.push_back({option, "the range " + ranges_text({range}) + " ends before it begins",
                          "try --" + option + " " + ranges_text({{range.last, range.first}})});
      is_legal = false;
    }
  }
  std::sort(ranges.begin(), ranges.end(),
            [](const PortRange& a, const PortRange& b) { return a.first < b.first; });
  for (std::size_t i = 1; is_legal && i < ranges.size(); ++i) {
    if (ranges[i].first <= ranges[i - 1].last) {
      breaches.push_back({option,
                          ranges_text({ranges[i - 1]}) + " and " + ranges_text({ranges[i]}) + " overlap",
                          "name each port once"});
      is_legal = false;
    }
  }
  return is_legal;
}

/// `size`: of the pool, with what other programs hold.
void check_pool(const Scenario& s, std::size_t size, std::vector<Breach>& breaches) {
  if (size == 0) {
    breaches.push_back({"reserved-ports",
                        "every port of " + ranges_text(s.ports) + " is reserved: none is left",
                        "reserve fewer, or widen --ports",
                        {"ports", "profile"}});
  } else if (s.ports_in_use >= size) {
    breaches.push_back({"ports-in-use",
                        "the pool has " + std::to_string(size) + (size == 1 ? " port" : " ports") +
                            ", and at least one must be left",
                        "try --ports-in-use " + std::to_string(size - 1) + " or less, or widen --ports",
                        {"ports", "reserved-ports", "profile"}});
  }
}

void check_addresses(const Scenario& s, std::vector<Breach>& breaches) {
  const auto check_count = [&](const std::string& option, std::uint64_t count) {
    if (count < 1 || count > kMostAddresses) {
      breaches.push_back({option, "there can be 1 to 65536 of them", "try --" + option + " 4"});
    }
  };
  check_count("source-addresses", s.source_addresses);
  check_count("destinations", s.destinations);
  if (s.destination_skew && !(*s.destination_skew >= 0 && *s.destination_skew <= 1)) {
    breaches.push_back({"destination-skew", "the share of the hottest destination lies from 0 to 1",
                        "try --destination-skew 0.5"});
  }
  if (s.nat) {
    check_count("nat-addresses", s.nat->addresses);
    if (s.nat->hosts < 1 || s.nat->hosts > kMostHosts) {
      breaches.push_back({"nat-hosts", "there can be 1 to 10000 of them", "try --nat-hosts 50"});
    }
    if (!s.nat->stack.nat) {
      breaches.push_back(
          {"nat", "profile " + s.nat->stack.name + " is no address translator", "try --nat azure-nat"});
    }
  }
}

/// Of a log the combinations count that are met: no more than it has connections.
void check_tuples(const Scenario& s, std::size_t size, std::vector<Breach>& breaches) {
  if (std::holds_alternative<RecordedLoad>(s.load)) {
    return;
  }
  constexpr std::uint64_t kMostTuples = std::uint64_t{1} << 32;
  const std::size_t free = size - std::min<std::size_t>(s.ports_in_use, size);
  if (const std::uint64_t tuples = free * count_keys(s); tuples > kMostTuples) {
    breaches.push_back(
        {"destinations",
         "the pool has " + std::to_string(tuples) + " combinations of port and addresses, above 2^32",
         "simulate fewer destinations or source addresses at a lower rate",
         {"ports", "reserved-ports", "source-addresses", "scope", "profile"}});
  }
}

}  // namespace

AddressCounts count_addresses(const Scenario& scenario) {
  const bool is_port_shared = scenario.reuse_address && scenario.stack.autobind_reuse;
  const bool is_tied_to_address = scenario.bind == BindMode::port0 && !is_port_shared;
  AddressCounts counts{.hosts = scenario.nat ? scenario.nat->hosts : 1,
                       .sources = scenario.source_addresses,
                       .destinations = is_tied_to_address ? 1 : scenario.destinations};
  if (const auto* log = std::get_if<RecordedLoad>(&scenario.load); log != nullptr && log->connections) {
    counts.sources = 1;
    counts.destinations = 1;
    log->connections->for_each([&counts](const RecordedConnection& connection) {
      counts.sources = std::max<std::uint64_t>(counts.sources, std::uint64_t{connection.source} + 1);
      counts.destinations =
          std::max<std::uint64_t>(counts.destinations, std::uint64_t{connection.destination} + 1);
    });
    if (scenario.nat) {
      counts.hosts = std::exchange(counts.sources, 1);
    }
  }
  return counts;
}

std::uint64_t count_keys(const Scenario& scenario) {
  const AddressCounts counts = count_addresses(scenario);
  switch (scenario.scope) {
    case Scope::host: return counts.hosts;
    case Scope::address: return counts.hosts * counts.sources;
    case Scope::tuple: return counts.hosts * counts.sources * counts.destinations;
  }
  return 1;
}

std::vector<std::uint16_t> unreserved_ports(const Scenario& scenario) {
  std::bitset<65536> reserved;
  for (const PortRange& range : scenario.reserved_ports) {
    for (std::uint32_t port = range.first; port <= range.last; ++port) {
      reserved.set(port);
    }
  }
  std::vector<std::uint16_t> ports;
  ports.reserve(count_ports(scenario.ports));
  for (const PortRange& range : scenario.ports) {
    for (std::uint32_t port = range.first; port <= range.last; ++port) {
      if (!reserved.test(port)) {
        ports.push_back(static_cast<std::uint16_t>(port));
      }
    }
  }
  if (!std::is_sorted(ports.begin(), ports.end())) {  // seldom: sorting costs more than all the rest
    std::sort(ports.begin(), ports.end());
  }
  return ports;
}

std::vector<std::uint16_t> make_pool(const Scenario& scenario) {
  std::vector<std::uint16_t> pool = unreserved_ports(scenario);
  const std::size_t held = std::min<std::size_t>(scenario.ports_in_use, pool.size());
  pool.erase(pool.begin(), pool.begin() + static_cast<std::ptrdiff_t>(held));
  return pool;
}

void find_port_breaches(const Scenario& scenario, std::vector<Breach>& breaches) {
  if (scenario.ports.empty()) {
    breaches.push_back({"ports", "there are no ports", "try --ports 1024-5000"});
    return;
  }
  const bool is_range = check_ranges("ports", scenario.ports, breaches);
  const bool is_reserved = check_ranges("reserved-ports", scenario.reserved_ports, breaches);
  check_addresses(scenario, breaches);
  if (is_range && is_reserved) {
    const std::size_t size = unreserved_ports(scenario).size();
    check_pool(scenario, size, breaches);
    check_tuples(scenario, size, breaches);
  }
}

}  // namespace portsim
