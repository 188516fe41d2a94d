// The course of one connection: what happens to it, and when, fixed at the moment it gets its port.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "engine/draws.hpp"
#include "portsim/scenario.hpp"
#include "portsim/tcp.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// A wait that never ends.
inline constexpr Duration kNever = Duration::max();

/// How an attempt ended. The numbers are part of the fingerprint.
enum class Outcome : std::uint8_t { failed = 0, connected = 1, refused = 2, timed_out = 3 };

/// The events of a connection after connect(), each with the wait in the state before it. The last event
/// leads to CLOSED.
struct Course {
  static constexpr std::size_t kLongest = 5;

  std::array<Duration, kLongest> waits{};  ///< kNever: the event does not come
  std::array<TcpEvent, kLongest> events{};
  std::uint8_t length = 0;
  Outcome outcome = Outcome::connected;
  std::uint8_t draws_capped = 0;  ///< random delays that were cut to 10^9 s

  void then(Duration wait, TcpEvent event) {
    waits[length] = wait;
    events[length] = event;
    ++length;
  }
};

/// Works out courses: a pure function of the scenario, the draws and the caller's ordinal. The phases are
/// those of the model: README, "What is simulated".
class CoursePlanner {
 public:
  /// Keeps a reference to `scenario`.
  CoursePlanner(const Scenario& scenario, const Draws& draws);

  /// The course of caller `caller`; `row` holds what its log says of it, if there is one.
  [[nodiscard]] Course plan(std::uint64_t caller, const RecordedConnection* row) const;

 private:
  /// An exchange of a segment and its answer under loss: tries until one is answered.
  struct Exchange {
    bool answered = true;
    Duration lasts{};
  };

  [[nodiscard]] Duration draw(const Distribution& law, Purpose purpose, std::uint64_t caller,
                              Course& course) const;
  [[nodiscard]] Exchange exchange(const std::vector<Duration>& waits, Purpose purpose, std::uint64_t caller,
                                  Duration answer_time) const;
  [[nodiscard]] Exchange open(Closer closer, std::uint64_t caller, const RecordedConnection* row,
                              Duration rtt) const;
  void close_by_client(Course& course, Closer closer, std::uint64_t caller, const RecordedConnection* row,
                       Duration rtt) const;
  void close_by_server(Course& course, std::uint64_t caller, Duration rtt) const;
  void close_by_both(Course& course, std::uint64_t caller, Duration rtt) const;

  const Scenario& scenario_;
  Draws draws_;
};

}  // namespace portsim
