// The probability laws of the durations in a connection's life.
#pragma once

#include <variant>
#include <vector>

#include "portsim/time.hpp"

namespace portsim {

/// Always the same duration.
struct Constant {
  Duration value{};
  friend bool operator==(const Constant&, const Constant&) = default;
};

/// Exponential with the given mean (> 0).
struct Exponential {
  Duration mean{};
  friend bool operator==(const Exponential&, const Exponential&) = default;
};

/// Uniform between `low` and `high`, both included (low <= high).
struct Uniform {
  Duration low{};
  Duration high{};
  friend bool operator==(const Uniform&, const Uniform&) = default;
};

/// Lognormal: `median` * exp(`sigma` * Z) with Z standard normal (sigma >= 0, no unit).
struct Lognormal {
  Duration median{};
  double sigma = 0;
  friend bool operator==(const Lognormal&, const Lognormal&) = default;
};

/// Pareto (type I): P(X > x) = (`minimum` / x)^`shape` for x >= minimum (shape > 0, no unit).
struct Pareto {
  Duration minimum{};
  double shape = 1;
  friend bool operator==(const Pareto&, const Pareto&) = default;
};

/// One of the five laws.
using Law = std::variant<Constant, Exponential, Uniform, Lognormal, Pareto>;

/// A law, or a mix of laws of which each draw picks one by weight.
struct Distribution {
  struct Component {
    double weight = 1;  ///< >= 0; divided by the sum of all
    Law law;
    friend bool operator==(const Component&, const Component&) = default;
  };

  std::vector<Component> components{{1.0, Constant{}}};  ///< never empty

  /// The distribution that always gives `value`.
  [[nodiscard]] static Distribution constant(Duration value) { return {{{1.0, Constant{value}}}}; }

  /// True when every draw gives the same duration.
  [[nodiscard]] bool is_constant() const {
    return components.size() == 1 && std::holds_alternative<Constant>(components.front().law);
  }

  /// The value of a constant distribution; must not be called on another.
  [[nodiscard]] Duration constant_value() const { return std::get<Constant>(components.front().law).value; }

  friend bool operator==(const Distribution&, const Distribution&) = default;
};

}  // namespace portsim
