#include "reference_life.hpp"

#include "engine/sampling.hpp"

namespace portsim::reference {
namespace {

/// The exchange of a SYN or FIN.
struct Exchange {
  bool answered = true;
  Nanoseconds end = 0;  ///< when the try begins that gets through, or when nothing is tried any more
  std::vector<Nanoseconds> tries;  ///< when each began
  bool gave_up = false;
};

/// Writes the phases of one connection in the order of the model's table.
class LifeWriter {
 public:
  LifeWriter(const Scenario& scenario, const Draws& draws, const Timers& timers, std::uint64_t caller,
             const RecordedConnection* recorded, Nanoseconds start)
      : scenario_(scenario),
        draws_(draws),
        timers_(timers),
        caller_(caller),
        recorded_(recorded),
        now_(start) {}

  Life write_unanswered() {
    life_.closer = Closer::unreachable;
    write_opening();
    return life_;
  }

  Life write() {
    const bool names_closer = recorded_ != nullptr && recorded_->closer.has_value();
    life_.closer = names_closer ? *recorded_->closer : sample_closer(scenario_.closers, draws_, caller_);
    if (life_.closer != Closer::unreachable) {
      rtt_ = draw(scenario_.rtt, Purpose::rtt);
    }
    write_opening();
    if (life_.outcome == Outcome::connected) {
      const bool names_lifetime = recorded_ != nullptr && recorded_->lifetime.has_value();
      add(TcpState::established, now_ + (names_lifetime ? recorded_->lifetime->count()
                                                        : draw(scenario_.lifetime, Purpose::lifetime)));
      write_closing();
    }
    return life_;
  }

 private:
  /// The next phase begins when this one ends; one that never does is the last.
  void add(TcpState state, std::optional<Nanoseconds> ends, bool is_mini_socket = false) {
    life_.phases.push_back({state, ends, is_mini_socket});
    now_ = ends.value_or(now_);
  }

  Nanoseconds draw(const Distribution& distribution, Purpose purpose) {
    const Sample drawn = sample(distribution, draws_, purpose, caller_);
    life_.capped_draws += drawn.capped ? 1 : 0;
    return drawn.value.count();
  }

  [[nodiscard]] bool is_lost(Purpose purpose, std::uint32_t try_index) const {
    return life_.closer == Closer::unreachable ||
           (scenario_.loss > 0 && sample_loss(scenario_.loss, draws_, purpose, caller_, try_index));
  }

  /// Tries from `begin` on, each as soon as the wait after the one before is over.
  [[nodiscard]] Exchange exchange(Nanoseconds begin, const std::vector<Duration>& waits, Purpose purpose,
                                  const Timers& timers,
                                  std::optional<Duration> give_up = std::nullopt) const {
    Exchange result;
    result.end = begin;
    for (std::uint32_t i = 0; i < waits.size() && !result.gave_up; ++i) {
      result.tries.push_back(result.end);
      if (!is_lost(purpose, i)) {
        return result;
      }
      result.end = timers.end_of(result.end, waits[i].count());
      result.gave_up = give_up.has_value() && result.end - begin >= give_up->count() && i + 1 < waits.size();
    }
    result.answered = false;
    return result;
  }

  [[nodiscard]] Exchange own_fin() const {
    return exchange(now_, scenario_.stack.fin_waits, Purpose::fin_loss, timers_);
  }

  void write_opening() {
    const Nanoseconds start = now_;
    const Exchange syn =
        exchange(start, scenario_.stack.syn_waits, Purpose::syn_loss, timers_, scenario_.stack.syn_give_up);
    life_.gave_up_syn = syn.gave_up;
    Nanoseconds end = syn.end;
    if (syn.answered) {
      end += rtt_;
      life_.outcome = life_.closer == Closer::refused ? Outcome::refused : Outcome::connected;
    } else {
      life_.outcome = Outcome::timed_out;
    }
    const bool names_timeout = recorded_ != nullptr && recorded_->connect_timeout.has_value();
    const std::optional<Duration> limit =
        names_timeout ? recorded_->connect_timeout : scenario_.connect_timeout;
    if (limit.has_value() && start + limit->count() < end) {
      end = start + limit->count();
      life_.outcome = Outcome::timed_out;
      life_.gave_up_syn = false;
    }
    life_.last_syn = start;
    for (const Nanoseconds begun : syn.tries) {
      life_.last_syn = !limit.has_value() || begun < start + limit->count() ? begun : life_.last_syn;
    }
    if (life_.outcome == Outcome::timed_out) {
      life_.ending = Ending::syn_timeout;
    }
    add(TcpState::syn_sent, end);
  }

  void write_closing() {
    switch (life_.closer) {
      case Closer::client:
      case Closer::shutdown: write_client_close(); return;
      case Closer::server: write_server_close(); return;
      case Closer::both: write_simultaneous_close(); return;
      case Closer::reset:
      case Closer::unreachable:
      case Closer::refused: return;
    }
  }

  void write_client_close() {
    const Exchange fin = own_fin();
    if (!fin.answered) {
      add(TcpState::fin_wait_1, fin.end);
      life_.ending = Ending::fin_timeout;
      return;
    }
    add(TcpState::fin_wait_1, fin.end + rtt_);
    const std::optional<Nanoseconds> peer_fin = time_of_peer_fin();
    const bool has_timeout = life_.closer == Closer::client && scenario_.fin_wait_2_timeout.has_value();
    if (has_timeout) {
      write_fin_wait_2(peer_fin, scenario_.fin_wait_2_timeout->count());
    } else {
      add(TcpState::fin_wait_2, peer_fin);
    }
    if (peer_fin.has_value() && life_.ending == Ending::regular) {
      write_time_wait();
    }
  }

  /// Empty: it never comes. The peer's own timers end on time.
  std::optional<Nanoseconds> time_of_peer_fin() {
    const bool names_delay = recorded_ != nullptr && recorded_->peer_close_delay.has_value();
    const Nanoseconds delay = names_delay ? recorded_->peer_close_delay->count()
                                          : draw(scenario_.peer_close_delay, Purpose::peer_close_delay);
    const Exchange fin = exchange(now_ + delay, scenario_.stack.fin_waits, Purpose::peer_fin_loss, Timers{});
    if (!fin.answered || (names_delay && delay > scenario_.duration.count())) {
      return std::nullopt;
    }
    return fin.end;
  }

  /// FIN_WAIT_2 of a socket that was close()d. A peer's FIN at the very end of the timeout comes in time only
  /// where the timeout is one exact timer.
  void write_fin_wait_2(std::optional<Nanoseconds> peer_fin, Nanoseconds timeout) {
    const std::optional<Duration> split = scenario_.stack.fin_wait_2_split;
    const bool is_split = split.has_value() && timeout > split->count();
    if (is_split) {
      timeout -= split->count();
      const Nanoseconds middle = timers_.end_of(now_, timeout);
      if (peer_fin.has_value() && *peer_fin < middle) {
        add(TcpState::fin_wait_2, peer_fin);
        return;
      }
      add(TcpState::fin_wait_2, middle);
    }
    const Nanoseconds end = timers_.end_of(now_, timeout);
    const bool is_exact = !is_split && !timers_.are_on_a_grid();
    const bool is_in_time = peer_fin.has_value() && (*peer_fin < end || (is_exact && *peer_fin == end));
    add(TcpState::fin_wait_2, is_in_time ? *peer_fin : end, true);
    if (!is_in_time) {
      life_.ending = Ending::fin_wait_2_timeout;
    }
  }

  void write_time_wait() {
    const Nanoseconds end = timers_.end_of(now_, scenario_.time_wait.count());
    const Nanoseconds reset = now_ + rtt_;
    const bool is_sent = (recorded_ != nullptr && recorded_->has_late_reset) ||
                         (scenario_.time_wait_resets > 0 &&
                          sample_time_wait_reset(scenario_.time_wait_resets, draws_, caller_));
    const bool is_reset = is_sent && scenario_.stack.rules.reset_ends_time_wait && reset < end;
    add(TcpState::time_wait, is_reset ? reset : end, true);
    if (is_reset) {
      life_.ending = Ending::time_wait_reset;
    }
  }

  void write_server_close() {
    add(TcpState::close_wait, now_ + draw(scenario_.client_close_delay, Purpose::client_close_delay));
    const Exchange fin = own_fin();
    add(TcpState::last_ack, fin.answered ? fin.end + rtt_ : fin.end);
    if (!fin.answered) {
      life_.ending = Ending::fin_timeout;
    }
  }

  void write_simultaneous_close() {
    const Exchange fin = own_fin();
    const Nanoseconds end = fin.answered ? fin.end + rtt_ : fin.end;
    const Nanoseconds crossing = now_ + rtt_ / 2;
    if (!fin.answered) {
      life_.ending = Ending::fin_timeout;
      if (end <= crossing) {
        add(TcpState::fin_wait_1, end);
        return;
      }
    }
    add(TcpState::fin_wait_1, crossing);
    add(TcpState::closing, end);
    if (fin.answered) {
      write_time_wait();
    }
  }

  const Scenario& scenario_;
  const Draws& draws_;
  const Timers& timers_;
  std::uint64_t caller_;
  const RecordedConnection* recorded_;
  Nanoseconds now_;  ///< when the next phase begins
  Nanoseconds rtt_ = 0;
  Life life_;
};

}  // namespace

Life unanswered_life_of(const Scenario& scenario, const Draws& draws, const Timers& timers,
                        std::uint64_t caller, const RecordedConnection* recorded, Nanoseconds start) {
  return LifeWriter(scenario, draws, timers, caller, recorded, start).write_unanswered();
}

Life life_of(const Scenario& scenario, const Draws& draws, const Timers& timers, std::uint64_t caller,
             const RecordedConnection* recorded, Nanoseconds start) {
  return LifeWriter(scenario, draws, timers, caller, recorded, start).write();
}

}  // namespace portsim::reference
