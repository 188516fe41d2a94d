// The course of one connection: what happens to it, and when, fixed at the moment it gets its port.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/draws.hpp"
#include "engine/timers.hpp"
#include "portsim/scenario.hpp"
#include "portsim/tcp.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// A wait that never ends.
inline constexpr Duration kNever = Duration::max();

/// How an attempt ended. The numbers are part of the fingerprint.
enum class Outcome : std::uint8_t { failed = 0, connected = 1, refused = 2, timed_out = 3 };

/// What happens to a connection next.
struct CourseStep {
  Duration wait{};                ///< in the state before it; kNever: it does not come
  std::optional<TcpEvent> event;  ///< empty: the state stays
  /// From here on the connection is what Linux calls a mini-socket, closed and in FIN_WAIT_2 or TIME_WAIT, if
  /// it is not one already: one of those that a cap may count.
  bool makes_mini_socket = false;
};

/// The steps of a connection after connect(). The last one leads to CLOSED.
struct Course {
  static constexpr std::size_t kLongest = 6;

  std::array<CourseStep, kLongest> steps{};
  std::uint8_t length = 0;
  Outcome outcome = Outcome::connected;
  std::uint8_t draws_capped = 0;  ///< random delays that were cut to 10^9 s
  Duration last_syn{};            ///< from connect() to the last SYN
};

/// Works out courses: a pure function of the scenario, the draws, the caller's ordinal and the time of its
/// attempt. The phases are those of the model: README, "What is simulated".
class CoursePlanner {
 public:
  /// Keeps a reference to `scenario`.
  CoursePlanner(const Scenario& scenario, const Draws& draws);

  /// The course of caller `caller`, who gets a port at `start`; `row` holds what its log says of it, if there
  /// is one.
  [[nodiscard]] Course plan(std::uint64_t caller, TimePoint start, const RecordedConnection* row) const;

  /// The course of a caller whose SYNs a translator drops: no try is answered, as if there were no peer.
  [[nodiscard]] Course plan_dropped(std::uint64_t caller, TimePoint start,
                                    const RecordedConnection* row) const;

 private:
  /// The tries of one exchange of a segment and its answer.
  struct Tries {
    const std::vector<Duration>& waits;  ///< after each try
    Purpose loss{};                      ///< what the draws of its losses are named
    bool is_hopeless = false;            ///< no try is ever answered
    bool is_ours = true;                 ///< the waits end by the timers of this host
    std::optional<Duration> give_up{};   ///< the first wait to end so late is the last
    std::optional<Duration> patience{};  ///< of the program: it gives up when so much time has passed
  };

  /// How an exchange went.
  struct Exchange {
    bool answered = true;
    Duration waited{};    ///< before the try that was answered; all waits if none was
    Duration last_try{};  ///< when it began

    [[nodiscard]] Duration lasts(Duration rtt) const { return answered ? waited + rtt : waited; }
  };

  /// A course that is being worked out.
  struct Plan {
    std::uint64_t caller = 0;
    const RecordedConnection* row = nullptr;
    TimePoint now{};  ///< when the next phase begins
    Closer closer{};
    Duration rtt{};
    Course course;

    void then(Duration wait, std::optional<TcpEvent> event, bool makes_mini_socket = false) {
      course.steps[course.length] = {wait, event, makes_mini_socket};
      ++course.length;
      now += wait == kNever ? Duration{} : wait;
    }
  };

  [[nodiscard]] Duration draw(const Distribution& law, Purpose purpose, Plan& plan) const;
  [[nodiscard]] Exchange open(const Plan& plan) const;
  [[nodiscard]] Exchange exchange(const Plan& plan, const Tries& tries) const;
  [[nodiscard]] Exchange exchange_fin(const Plan& plan) const;
  [[nodiscard]] Duration until_peer_fin(Plan& plan) const;
  void close_by_client(Plan& plan) const;
  void close_by_server(Plan& plan) const;
  void close_by_both(Plan& plan) const;
  void wait_in_fin_wait_2(Plan& plan, Duration acknowledged_after) const;
  void wait_in_time_wait(Plan& plan) const;

  const Scenario& scenario_;
  Draws draws_;
  Timers timers_;
};

}  // namespace portsim
