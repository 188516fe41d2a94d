// Runs that repeat themselves, so that most of a long one need not be carried out.
//
// Where nothing is random and all ports are held equally long, what becomes of an attempt depends on the
// connections within one hold before it and on nothing else. So when these lie as they lay before an earlier
// attempt, at the same place in the cycle of the arrivals, everything from here on repeats what came since,
// for ever: after a while each overload is such a square wave. `CycleFinder` finds that out; BulkRun then
// goes on from cycle to cycle in one step.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/attempt_block.hpp"
#include "portsim/time.hpp"

namespace portsim {

class Instants;

/// After so many attempts, and so much time, something repeats.
struct Cycle {
  std::uint64_t attempts = 0;
  Duration span{};

  friend bool operator==(const Cycle&, const Cycle&) = default;
};

/// Watches a run, block by block, until it repeats itself.
class CycleFinder {
 public:
  /// For connections that hold their ports for `hold`; `arrivals` repeat, or nothing does.
  CycleFinder(std::optional<Cycle> arrivals, Duration hold) : arrivals_(arrivals), hold_(hold) {}

  /// True when there is still something to be found.
  [[nodiscard]] bool is_looking() const { return arrivals_ && !found_; }

  /// The next block of the run was served; its connections are the last ones of `taken`.
  void look(const AttemptBlock& block, const Instants& taken);

  /// The run repeats itself from the block that was looked at last.
  [[nodiscard]] const std::optional<Cycle>& found() const { return found_; }

 private:
  /// An attempt that got a port after others had failed.
  struct Resumption {
    std::uint64_t attempt = 0;
    std::int64_t time = 0;
    std::vector<std::int64_t> ages{};  ///< of the ports in use
  };

  void look_at_resumption(const AttemptBlock& block, const Instants& taken);

  std::optional<Cycle> arrivals_;
  Duration hold_;
  std::optional<Cycle> found_;
  std::int64_t last_failure_ = 0;  ///< or the start of the run
  Resumption known_;               ///< later ones are compared with it
  std::uint64_t compared_ = 0;     ///< resumptions, with `known_` ...
  std::uint64_t to_compare_ = 0;   ///< ... before another one takes its place
};

}  // namespace portsim
