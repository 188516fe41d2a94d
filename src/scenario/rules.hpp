// The rules that a scenario must obey, whatever it was made from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "portsim/scenario.hpp"

namespace portsim {

/// A rule that a scenario breaks.
struct Breach {
  std::string where;   ///< the option to blame (`delay`), or what a fault quotes (`load.csv`) if it is none
  std::string what;    ///< as in `Fault`
  std::string remedy;  ///< as in `Fault`
  std::vector<std::string_view> depends_on = {};  ///< other options that the rule looks at
};

/// Every rule that `scenario` breaks.
[[nodiscard]] std::vector<Breach> find_breaches(const Scenario& scenario);

/// The part of `find_breaches` about ports.
void find_port_breaches(const Scenario& scenario, std::vector<Breach>& breaches);

/// The part of `find_breaches` about rates, arrivals, retries and logs.
void find_load_breaches(const Scenario& scenario, std::vector<Breach>& breaches);

/// The ports of the ranges less the reserved ones, ascending; those in use by others are still in it.
/// The ranges must be in order (first <= last).
[[nodiscard]] std::vector<std::uint16_t> unreserved_ports(const Scenario& scenario);

/// `unreserved_ports` less the lowest ones, which other programs hold.
[[nodiscard]] std::vector<std::uint16_t> make_pool(const Scenario& scenario);

/// How many hosts there are, and of what a key of the uniqueness scope can be made on each.
struct AddressCounts {
  std::uint64_t hosts = 1;
  std::uint64_t sources = 1;
  std::uint64_t destinations = 1;
};

[[nodiscard]] AddressCounts count_addresses(const Scenario& scenario);

/// In how many keys of the uniqueness scope the pool can be used, all hosts together.
[[nodiscard]] std::uint64_t count_keys(const Scenario& scenario);

/// True for a finite number of weights >= 0 whose sum is finite and above 0.
[[nodiscard]] bool are_weights(const std::vector<double>& weights);

/// True for a time that an option can hold: 0 to 10^9 s.
[[nodiscard]] bool is_delay(Duration value);

}  // namespace portsim
