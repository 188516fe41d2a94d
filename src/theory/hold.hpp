// How long a connection holds its port, from the phases of its life.
#pragma once

#include <optional>

#include "portsim/scenario.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// The closer that alone has a weight above 0; empty if there are several.
[[nodiscard]] std::optional<Closer> only_closer(const CloserWeights& weights);

/// True when nothing but the phases of its life decides how long a connection of a made-up load holds its
/// port: timers end on time, and no port is given up early or shared.
[[nodiscard]] bool is_undisturbed(const Scenario& scenario);

/// The scenario with all that taken away which `is_undisturbed` forbids, but for what is random.
[[nodiscard]] Scenario undisturbed(Scenario scenario);

/// The hold of every connection that `closer` closes, when it is one constant: undisturbed, no loss, and
/// every duration that occurs in its life constant. Exact. Empty otherwise.
[[nodiscard]] std::optional<Duration> constant_hold(const Scenario& scenario, Closer closer);

/// The hold of every connection of a generated load, when it is one constant: `only_closer` and a
/// constant hold with it. Empty otherwise, and for a recorded load.
[[nodiscard]] std::optional<Duration> constant_hold(const Scenario& scenario);

/// The mean hold in nanoseconds over all connections of a generated load that get a port, with loss, timeouts
/// and the mix of closers. Empty where it is disturbed, where it is infinite (a port that may never be
/// freed), where a duration has no mean in closed form (`partial_mean.hpp`), and for a recorded load.
[[nodiscard]] std::optional<double> mean_hold_ns(const Scenario& scenario);

}  // namespace portsim
