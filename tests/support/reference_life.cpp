#include "reference_life.hpp"

#include "engine/sampling.hpp"

namespace portsim::reference {
namespace {

/// The exchange of a SYN or FIN: time lost until the try that gets through, or until the last wait is over.
struct Exchange {
  bool answered = true;
  Nanoseconds waited = 0;
};

/// Writes the phases of one connection in the order of the model's table.
class LifeWriter {
 public:
  LifeWriter(const Scenario& scenario, const Draws& draws, std::uint64_t caller,
             const RecordedConnection* recorded)
      : scenario_(scenario), draws_(draws), caller_(caller), recorded_(recorded) {}

  Life write() {
    const bool names_closer = recorded_ != nullptr && recorded_->closer.has_value();
    life_.closer = names_closer ? *recorded_->closer : sample_closer(scenario_.closers, draws_, caller_);
    if (life_.closer != Closer::unreachable) {
      rtt_ = draw(scenario_.rtt, Purpose::rtt);
    }
    write_opening();
    if (life_.outcome == Outcome::connected) {
      const bool names_lifetime = recorded_ != nullptr && recorded_->lifetime.has_value();
      add(TcpState::established,
          names_lifetime ? recorded_->lifetime->count() : draw(scenario_.lifetime, Purpose::lifetime));
      write_closing();
    }
    return life_;
  }

 private:
  void add(TcpState state, std::optional<Nanoseconds> lasts) { life_.phases.push_back({state, lasts}); }

  Nanoseconds draw(const Distribution& distribution, Purpose purpose) {
    const Sample drawn = sample(distribution, draws_, purpose, caller_);
    life_.capped_draws += drawn.capped ? 1 : 0;
    return drawn.value.count();
  }

  Exchange exchange(const std::vector<Duration>& waits, Purpose purpose) const {
    Exchange result;
    for (std::uint32_t i = 0; i < waits.size(); ++i) {
      if (scenario_.loss == 0 || !sample_loss(scenario_.loss, draws_, purpose, caller_, i)) {
        return result;
      }
      result.waited += waits[i].count();
    }
    result.answered = false;
    return result;
  }

  void write_opening() {
    Exchange syn;
    if (life_.closer == Closer::unreachable) {
      syn.answered = false;
      for (const Duration wait : scenario_.stack.syn_waits) {
        syn.waited += wait.count();
      }
    } else {
      syn = exchange(scenario_.stack.syn_waits, Purpose::syn_loss);
    }
    Nanoseconds length = syn.waited;
    if (syn.answered) {
      length += rtt_;
      life_.outcome = life_.closer == Closer::refused ? Outcome::refused : Outcome::connected;
    } else {
      life_.outcome = Outcome::timed_out;
    }
    const bool names_timeout = recorded_ != nullptr && recorded_->connect_timeout.has_value();
    const std::optional<Duration> limit =
        names_timeout ? recorded_->connect_timeout : scenario_.connect_timeout;
    if (limit.has_value() && limit->count() < length) {
      length = limit->count();
      life_.outcome = Outcome::timed_out;
    }
    if (life_.outcome == Outcome::timed_out) {
      life_.ending = Ending::syn_timeout;
    }
    add(TcpState::syn_sent, length);
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
    const Exchange fin = exchange(scenario_.stack.fin_waits, Purpose::fin_loss);
    if (!fin.answered) {
      add(TcpState::fin_wait_1, fin.waited);
      life_.ending = Ending::fin_timeout;
      return;
    }
    add(TcpState::fin_wait_1, fin.waited + rtt_);
    const std::optional<Nanoseconds> peer_fin = time_to_peer_fin();
    const std::optional<Duration> limit =
        life_.closer == Closer::client ? scenario_.fin_wait_2_timeout : std::nullopt;
    if (limit.has_value() && (!peer_fin.has_value() || *peer_fin > limit->count())) {
      add(TcpState::fin_wait_2, limit->count());
      life_.ending = Ending::fin_wait_2_timeout;
      return;
    }
    add(TcpState::fin_wait_2, peer_fin);
    if (peer_fin.has_value()) {
      add(TcpState::time_wait, scenario_.time_wait.count());
    }
  }

  /// From FIN_WAIT_2 to the peer's FIN; empty: it never comes.
  std::optional<Nanoseconds> time_to_peer_fin() {
    const bool names_delay = recorded_ != nullptr && recorded_->peer_close_delay.has_value();
    const Nanoseconds delay = names_delay ? recorded_->peer_close_delay->count()
                                          : draw(scenario_.peer_close_delay, Purpose::peer_close_delay);
    const Exchange peer_fin = exchange(scenario_.stack.fin_waits, Purpose::peer_fin_loss);
    if (!peer_fin.answered || (names_delay && delay > scenario_.duration.count())) {
      return std::nullopt;
    }
    return delay + peer_fin.waited;
  }

  void write_server_close() {
    add(TcpState::close_wait, draw(scenario_.client_close_delay, Purpose::client_close_delay));
    const Exchange fin = exchange(scenario_.stack.fin_waits, Purpose::fin_loss);
    add(TcpState::last_ack, fin.answered ? fin.waited + rtt_ : fin.waited);
    if (!fin.answered) {
      life_.ending = Ending::fin_timeout;
    }
  }

  void write_simultaneous_close() {
    const Exchange fin = exchange(scenario_.stack.fin_waits, Purpose::fin_loss);
    const Nanoseconds length = fin.answered ? fin.waited + rtt_ : fin.waited;
    const Nanoseconds crossing = rtt_ / 2;
    if (!fin.answered) {
      life_.ending = Ending::fin_timeout;
      if (length <= crossing) {
        add(TcpState::fin_wait_1, length);
        return;
      }
    }
    add(TcpState::fin_wait_1, crossing);
    add(TcpState::closing, length - crossing);
    if (fin.answered) {
      add(TcpState::time_wait, scenario_.time_wait.count());
    }
  }

  const Scenario& scenario_;
  const Draws& draws_;
  std::uint64_t caller_;
  const RecordedConnection* recorded_;
  Nanoseconds rtt_ = 0;
  Life life_;
};

}  // namespace

Life life_of(const Scenario& scenario, const Draws& draws, std::uint64_t caller,
             const RecordedConnection* recorded) {
  return LifeWriter(scenario, draws, caller, recorded).write();
}

}  // namespace portsim::reference
