#include <algorithm>
#include <bitset>

#include "scenario/rules.hpp"
#include "scenario/value_text.hpp"

namespace portsim {
namespace {

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

void check_pool(const Scenario& s, std::vector<Breach>& breaches) {
  const std::size_t size = unreserved_ports(s).size();
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

}  // namespace

std::vector<std::uint16_t> unreserved_ports(const Scenario& scenario) {
  std::bitset<65536> reserved;
  for (const PortRange& range : scenario.reserved_ports) {
    for (std::uint32_t port = range.first; port <= range.last; ++port) {
      reserved.set(port);
    }
  }
  std::vector<std::uint16_t> ports;
  for (const PortRange& range : scenario.ports) {
    for (std::uint32_t port = range.first; port <= range.last; ++port) {
      if (!reserved.test(port)) {
        ports.push_back(static_cast<std::uint16_t>(port));
      }
    }
  }
  std::sort(ports.begin(), ports.end());
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
  if (is_range && is_reserved) {
    check_pool(scenario, breaches);
  }
}

}  // namespace portsim
