#include "study/lever_values.hpp"

#include <algorithm>
#include <bitset>

#include "base/exact_ratio.hpp"
#include "scenario/rules.hpp"
#include "scenario/settings.hpp"
#include "study/rate_grid.hpp"
#include "study/target_runs.hpp"

namespace portsim {
namespace {

constexpr std::uint64_t kLastPort = 65535;
constexpr std::uint64_t kMostAddresses = 65536;
constexpr std::uint64_t kMostRequests = 1'000'000'000;
constexpr std::uint64_t kSixDigits = 1'000'000;  // steps of the grid of 12 digits
constexpr std::uint64_t kFourDigits = 100'000'000;
constexpr Duration kDelayGranule = std::chrono::milliseconds(1);

bool is_larger_harder(Lever lever) { return lever == Lever::rate || lever == Lever::delay; }

std::bitset<kLastPort + 1> reserved_ports(const Scenario& scenario) {
  std::bitset<kLastPort + 1> reserved;
  for (const PortRange& range : scenario.reserved_ports) {
    for (std::size_t port = range.first; port <= range.last; ++port) {
      reserved.set(port);
    }
  }
  return reserved;
}

/// One range of `size` ports that are not reserved, from the lowest port of the pool on, or as high as they
/// can be. Empty if there are not so many.
std::vector<PortRange> range_of_size(const Scenario& scenario, std::uint64_t size) {
  const auto reserved = reserved_ports(scenario);
  std::uint64_t first = kLastPort;
  for (const PortRange& range : scenario.ports) {
    first = std::min<std::uint64_t>(first, range.first);
  }
  std::uint64_t last = first;
  std::uint64_t found = reserved.test(first) ? 0 : 1;
  while (found < size && last < kLastPort) {
    found += reserved.test(++last) ? 0 : 1;
  }
  while (found < size && first > 1) {
    found += reserved.test(--first) ? 0 : 1;
  }
  return found < size
             ? std::vector<PortRange>()
             : std::vector<PortRange>{{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last)}};
}

}  // namespace

LeverValues::LeverValues(const ValidScenario& scenario, Lever lever, Fineness fineness)
    : scenario_(*scenario), lever_(lever) {
  std::uint64_t last = 0;
  switch (lever) {
    case Lever::rate:
      granule_ = fineness == Fineness::exact ? 1 : fineness == Fineness::six ? kSixDigits : kFourDigits;
      last = (kGridRates - 1) / granule_;
      break;
    case Lever::delay: {
      const TimeLimits& limits = scenario->stack.time_wait_limits;
      Duration step = std::max(limits.step, Duration{1});
      step = fineness == Fineness::exact ? step : std::max(step, kDelayGranule);
      granule_ = static_cast<std::uint64_t>(step.count());
      first_ = static_cast<std::uint64_t>((limits.least + step - Duration{1}) / step);
      last = static_cast<std::uint64_t>(limits.most / step);
      break;
    }
    case Lever::ports:
      first_ = scenario->ports_in_use + 1;
      last = kLastPort - (reserved_ports(*scenario).count());
      break;
    case Lever::source_addresses:
    case Lever::destinations:
    case Lever::nat_addresses:
      first_ = 1;
      last = kMostAddresses;
      break;
    case Lever::requests_per_connection:
      first_ = 1;
      last = kMostRequests;
      break;
  }
  size_ = last < first_ ? 0 : last - first_ + 1;
}

LeverValue LeverValues::at(std::uint64_t rank) const {
  const std::uint64_t number = is_larger_harder(lever_) ? first_ + rank : first_ + size_ - 1 - rank;
  if (lever_ == Lever::rate) {
    return grid_rate(number * granule_);
  }
  if (lever_ == Lever::delay) {
    return Duration(static_cast<Duration::rep>(number * granule_));
  }
  return number;
}

Scenario LeverValues::with(std::uint64_t rank) const { return with_value(scenario_, lever_, at(rank)); }

double magnitude(const LeverValue& value) {
  if (const auto* rate = std::get_if<Rate>(&value)) {
    const Fraction exact = per_second(*rate);
    return nearest_double(exact.numerator, exact.denominator);
  }
  if (const auto* delay = std::get_if<Duration>(&value)) {
    return static_cast<double>(delay->count());
  }
  return static_cast<double>(std::get<std::uint64_t>(value));
}

std::uint64_t LeverValues::rank_near(double wanted) const {
  const bool up = is_larger_harder(lever_);
  std::uint64_t low = 0;
  std::uint64_t high = size_ - 1;
  while (low < high) {
    const std::uint64_t middle = high - (high - low) / 2;
    if (up ? magnitude(at(middle)) <= wanted : magnitude(at(middle)) >= wanted) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

Scenario with_value(Scenario scenario, Lever lever, const LeverValue& value) {
  auto* load = std::get_if<GeneratedLoad>(&scenario.load);
  const auto count = [&] { return static_cast<std::uint32_t>(std::get<std::uint64_t>(value)); };
  switch (lever) {
    case Lever::rate:
      if (load != nullptr) {
        load->rate = std::get<Rate>(value);
      }
      break;
    case Lever::delay: scenario.time_wait = std::get<Duration>(value); break;
    case Lever::ports: scenario.ports = range_of_size(scenario, std::get<std::uint64_t>(value)); break;
    case Lever::source_addresses: scenario.source_addresses = count(); break;
    case Lever::destinations: scenario.destinations = count(); break;
    case Lever::requests_per_connection:
      if (load != nullptr) {
        load->requests_per_connection = count();
      }
      break;
    case Lever::nat_addresses:
      if (scenario.nat) {
        scenario.nat->addresses = count();
      }
      break;
  }
  return scenario;
}

std::string option_text(const Scenario& scenario, std::string_view name) {
  for (const auto& [option, text] : describe(scenario)) {
    if (option == name) {
      return "--" + option + " " + text;
    }
  }
  return "";
}

std::string typed(const Scenario& scenario, Lever lever, const LeverValue& value) {
  return option_text(with_value(scenario, lever, value), option_name(lever));
}

LeverValue present_value(const ValidScenario& scenario, Lever lever) {
  const auto* load = std::get_if<GeneratedLoad>(&scenario->load);
  switch (lever) {
    case Lever::rate: return load != nullptr ? load->rate : Rate{};
    case Lever::delay: return scenario->time_wait;
    case Lever::ports: return std::uint64_t{scenario.pool().size() + scenario->ports_in_use};
    case Lever::source_addresses: return std::uint64_t{scenario->source_addresses};
    case Lever::destinations: return std::uint64_t{scenario->destinations};
    case Lever::requests_per_connection:
      return std::uint64_t{load != nullptr ? load->requests_per_connection : 1};
    case Lever::nat_addresses: return std::uint64_t{scenario->nat ? scenario->nat->addresses : 1};
  }
  return std::uint64_t{0};
}

std::optional<std::string> why_without_effect(const ValidScenario& scenario, Lever lever) {
  if (lever == Lever::delay || lever == Lever::ports) {
    return std::nullopt;
  }
  if (lever == Lever::nat_addresses) {
    return scenario->nat ? std::nullopt : std::optional<std::string>("there is no translator (--nat)");
  }
  if (std::holds_alternative<RecordedLoad>(scenario->load)) {
    return "a log says itself when its connections are opened, from where and to where";
  }
  if (lever == Lever::rate && steady_load(*scenario) == nullptr) {
    return "a schedule says itself at which rate connections are opened";
  }
  Scenario doubled = *scenario;
  if (lever == Lever::source_addresses) {
    doubled.source_addresses *= 2;
  } else if (lever == Lever::destinations) {
    doubled.destinations *= 2;
  } else {
    return std::nullopt;
  }
  if (count_keys(doubled) > count_keys(*scenario)) {
    return std::nullopt;
  }
  return scenario->scope == Scope::host
             ? "a local port serves one connection on the whole host (--scope host), whatever the addresses"
             : "a local port serves one connection for each source address, whatever the destination";
}

std::string_view question(Lever lever) {
  switch (lever) {
    case Lever::rate: return "max-rate";
    case Lever::delay: return "max-delay";
    case Lever::ports: return "min-ports";
    case Lever::source_addresses: return "min-source-addresses";
    case Lever::destinations: return "min-destinations";
    case Lever::requests_per_connection: return "min-requests-per-connection";
    case Lever::nat_addresses: return "min-nat-addresses";
  }
  return "";
}

std::string_view option_name(Lever lever) { return question(lever).substr(4); }

}  // namespace portsim
