// When connections do what, for whole blocks of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/attempt_block.hpp"
#include "engine/course.hpp"
#include "engine/instants.hpp"
#include "engine/list_gauge.hpp"
#include "portsim/scenario.hpp"
#include "portsim/tcp.hpp"

namespace portsim {

/// The random parts of a connection's course.
enum class Part : std::uint8_t { rtt, lifetime, peer_close_delay, client_close_delay };

inline constexpr std::size_t kPartCount = 4;

/// An instant in a connection's life, from connect() on: constants and random parts.
struct Moment {
  Duration constant{};
  std::array<std::uint8_t, kPartCount> wholes{};  ///< how often each random part is in it
  std::uint8_t half_rtts = 0;                     ///< rounded down

  [[nodiscard]] bool is_constant() const { return is_like(Moment{}); }

  /// True when the two differ by a constant only.
  [[nodiscard]] bool is_like(const Moment& other) const {
    return wholes == other.wholes && half_rtts == other.half_rtts;
  }
};

/// Connections that go through the same states: those of one closer.
struct Kind {
  struct Phase {
    TcpState state{};
    Moment begin;
    Moment end;
    TcpEvent event{};  ///< that ends it
    TcpState next{};
  };

  Closer closer{};
  Outcome outcome{};
  std::vector<Phase> phases;

  [[nodiscard]] const Moment& hold() const { return phases.back().end; }
};

/// Works out when the connections of a block enter and leave each state, and keeps the lists of these
/// instants.
///
/// What the steps are and which delays they add up comes from `CoursePlanner`, which is asked once for each
/// closer; what is left for a connection is to draw its random delays and add. Instants that differ by a
/// constant share a list: with constant phases there is one list in all, with random lifetimes there are two.
class Timetable {
 public:
  /// True when the closer alone decides which states a connection goes through.
  [[nodiscard]] static bool can_tell(const Scenario& scenario);

  /// For blocks of at most `block` attempts. Keeps a reference to `scenario`.
  Timetable(const Scenario& scenario, std::size_t block);

  /// Nothing will be asked any more about what happened before `time`, but how much it was.
  void forget_before(TimePoint time);

  /// The kinds that are met.
  [[nodiscard]] const std::vector<Kind>& kinds() const { return kinds_; }

  /// When connections got their ports: the one list that is not filled here, but before.
  [[nodiscard]] const Instants& taken() const { return lists_.front()->instants; }
  [[nodiscard]] Instants& taken() { return lists_.front()->instants; }

  /// True when each connection has draws of its own.
  [[nodiscard]] bool draws() const;

  /// The shortest time for which a port may be held, and whether all are held as long.
  [[nodiscard]] Duration shortest_hold() const;
  [[nodiscard]] bool has_constant_hold() const;

  /// The entries into a state, and the exits: what `phases` of every kind begin or end there.
  template <typename Chosen>
  Flow entries(Chosen chosen) {
    return flow(moments(chosen, &Kind::Phase::begin));
  }
  template <typename Chosen>
  Flow exits(Chosen chosen) {
    return flow(moments(chosen, &Kind::Phase::end));
  }

  /// Draws what the attempts of a block need if they get a port, and works out when they would give it back.
  void draw(const AttemptBlock& block);

  /// When the attempts of the block that was drawn would give their ports back, in nanoseconds; after `keep`
  /// those that got one.
  [[nodiscard]] const std::int64_t* due() const { return due_.data(); }

  /// Forgets what was drawn for attempts that got no port, and adds the instants of the others to all lists
  /// but `taken`, where they are already; to one that has numbers with `numbers`. Time has come to `now`, up
  /// to which all is ranked.
  void keep(const AttemptBlock& block, TimePoint now, const std::uint32_t* numbers);

  /// Ranks all instants up to `now`, before which nothing will be added any more.
  void rank_up_to(TimePoint now);

  /// The instants of a flow's list.
  [[nodiscard]] Instants& instants_of(const Flow& flow);

  /// Of the block's connections: the kind, and how many of their delays were cut to 10^9 s.
  [[nodiscard]] const Kind& kind(std::size_t index) const { return kinds_[kind_of(index)]; }
  [[nodiscard]] std::uint64_t draws_capped(std::size_t count) const;

  /// In which state one of them is at the instant at which it begins, after all that happens then.
  [[nodiscard]] TcpState first_state(std::size_t index) const;
  [[nodiscard]] std::uint64_t of_kind(std::size_t kind, std::size_t count) const;

 private:
  /// A moment of each kind; empty where connections of the kind do not come to it.
  using Moments = std::vector<std::optional<Moment>>;

  /// The instants at which connections of some kinds come to one moment of their lives.
  struct List {
    Moments of_kind;
    bool is_in_order = false;  ///< as the connections began
    Instants instants;
    Duration least_shift{};     ///< of the flows that it serves
    Duration greatest_shift{};  ///< likewise
  };

  template <typename Chosen>
  Moments moments(Chosen chosen, Moment Kind::Phase::*end) const {
    Moments found(kinds_.size());
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
      for (const Kind::Phase& phase : kinds_[i].phases) {
        if (chosen(phase)) {
          found[i] = phase.*end;
        }
      }
    }
    return found;
  }

  Flow flow(Moments of_kind);
  void read_kind(Closer closer);
  void draw_kinds(const AttemptBlock& block);
  void keep_drawn(const AttemptBlock& block);
  [[nodiscard]] std::size_t kind_of(std::size_t index) const {
    return kinds_.size() == 1 ? 0 : kind_numbers_[index];
  }
  void write(const Moments& of_kind, const std::int64_t* times, std::size_t count, std::int64_t* room) const;
  std::size_t drop_other_kinds(const Moments& of_kind, std::size_t count, std::int64_t* room) const;

  const Scenario& scenario_;
  Draws draws_;
  std::vector<Kind> kinds_;
  std::vector<std::unique_ptr<List>> lists_;

  Moments holds_;
  std::vector<std::int64_t> due_;  ///< of the block; empty where no connection draws
  std::vector<std::int64_t> room_;
  std::vector<std::uint8_t> kind_numbers_;                   ///< of the block; empty with one kind
  std::array<std::vector<std::int64_t>, kPartCount> drawn_;  ///< empty where the part is constant
  std::array<std::vector<std::uint8_t>, kPartCount> drawn_capped_;
};

}  // namespace portsim
