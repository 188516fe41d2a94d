// When connections do what, for whole blocks of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/attempt_block.hpp"
#include "engine/course.hpp"
#include "engine/instants.hpp"
#include "engine/list_gauge.hpp"
#include "engine/transition.hpp"
#include "portsim/scenario.hpp"
#include "portsim/tcp.hpp"

namespace portsim {

using TransitionChoice = std::function<bool(const Transition&)>;

/// How the connections of a block end.
struct BlockCounts {
  std::array<std::uint64_t, 4> outcomes{};  ///< by `Outcome`
  std::uint64_t draws_capped = 0;           ///< delays that were cut to 10^9 s
  std::uint64_t never_released = 0;
};

/// Works out when the connections of a block enter and leave each state, and keeps the lists of these
/// instants.
///
/// There are two ways. Where the closer alone decides which states a connection goes through, and its waits
/// are sums of delays, `SummedTimetable` adds them up for all at once. Elsewhere `PlannedTimetable` asks for
/// the course of each connection.
class Timetable {
 public:
  /// True when every connection of `scenario` surely holds its port for some time.
  [[nodiscard]] static bool can_tell(const Scenario& scenario);

  /// The timetable for blocks of at most `block` attempts. Keeps a reference to `scenario`.
  [[nodiscard]] static std::unique_ptr<Timetable> make(const Scenario& scenario, std::size_t block);

  Timetable() = default;
  Timetable(const Timetable&) = delete;
  Timetable& operator=(const Timetable&) = delete;
  virtual ~Timetable() = default;

  /// Nothing will be asked any more about what happened before `time`, but how much it was.
  virtual void forget_before(TimePoint time) = 0;

  /// When connections got their ports: the one list that is not filled here, but before.
  [[nodiscard]] virtual Instants& taken() = 0;

  /// When the chosen transitions come. To be called before the first block.
  [[nodiscard]] virtual Flow flow(const TransitionChoice& chosen) = 0;

  /// When ports are given back.
  [[nodiscard]] virtual Flow releases() = 0;

  /// True when how long an attempt would hold its port is worked out for each (`due`).
  [[nodiscard]] virtual bool has_own_holds() const = 0;

  /// True when all ports are held equally long.
  [[nodiscard]] virtual bool has_constant_hold() const = 0;

  /// No attempt of the block that was drawn would hold its port for less.
  [[nodiscard]] virtual Duration shortest_hold() const = 0;

  /// Draws what the attempts of a block need if they get a port, and works out when they would give it back.
  virtual void draw(const AttemptBlock& block) = 0;

  /// When the attempts of the block that was drawn would give their ports back, in nanoseconds (`kNever` if
  /// they would not); after `keep` those that got one.
  [[nodiscard]] const std::int64_t* due() const { return due_.data(); }

  /// Forgets what was drawn for attempts that got no port, and adds the instants of the others to all lists
  /// but `taken`, where they are already; to one that has numbers with `numbers`. Time has come to `now`, up
  /// to which all is ranked.
  virtual void keep(const AttemptBlock& block, TimePoint now, const std::uint32_t* numbers) = 0;

  /// Ranks all instants up to `now`, before which nothing will be added any more.
  virtual void rank_up_to(TimePoint now) = 0;

  /// The instants of the list of `releases`.
  [[nodiscard]] virtual Instants& released() = 0;

  /// What became of the block's first `count` connections, and of one of them.
  [[nodiscard]] virtual BlockCounts counts(std::size_t count) const = 0;
  [[nodiscard]] virtual Outcome outcome(std::size_t index) const = 0;

  /// In which state one of them is at the instant at which it begins, after all that happens then.
  [[nodiscard]] virtual TcpState first_state(std::size_t index) const = 0;

 protected:
  std::vector<std::int64_t> due_;  ///< of the block; empty where holds are not its own
};

}  // namespace portsim
