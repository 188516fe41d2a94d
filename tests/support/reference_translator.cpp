#include "reference_translator.hpp"

#include <algorithm>

namespace portsim::reference {
namespace {

/// `time` + `delay`; never if there is no delay.
std::optional<Nanoseconds> after(Nanoseconds time, const std::optional<Duration>& delay) {
  return delay.has_value() ? std::optional{time + delay->count()} : std::nullopt;
}

/// True in the states in which one side has closed and waits for the other.
bool is_silent(TcpState state) { return state == TcpState::fin_wait_2 || state == TcpState::close_wait; }

}  // namespace

std::uint64_t translations_per_key(const Scenario& scenario) {
  std::uint64_t ports = 0;
  for (const PortRange& range : scenario.nat->stack.ports) {
    ports += std::uint64_t{1} + range.last - range.first;
  }
  return ports * scenario.nat->addresses;
}

TranslationKey translation_key_of(const Scenario& scenario, const PortWish& wish) {
  const Stack& stack = scenario.nat->stack;
  return {stack.nat->is_per_host ? wish.host : 0, stack.scope == Scope::tuple ? wish.destination : 0};
}

Translation translation_of(const Scenario& scenario, const PortWish& wish, const Life& life,
                           Nanoseconds begin) {
  const Stack& stack = scenario.nat->stack;
  const Nat& nat = *stack.nat;
  Translation translation{translation_key_of(scenario, wish), begin, std::nullopt, LastSeen::fin};
  const auto end = [&translation](std::optional<Nanoseconds> time, LastSeen last_seen) {
    translation.end = time;
    translation.last_seen = last_seen;
    return translation;
  };
  if (life.outcome == Outcome::timed_out) {
    return end(after(life.last_syn, nat.half_open.has_value() ? nat.half_open : nat.idle), LastSeen::syn);
  }
  Nanoseconds now = begin;
  for (std::size_t i = 0; i < life.phases.size(); ++i) {
    const Phase& phase = life.phases[i];
    if (phase.state == TcpState::time_wait) {
      break;
    }
    if (nat.idle.has_value() && is_silent(phase.state)) {
      const bool ends_in_silence = i + 1 == life.phases.size() && life.ending == Ending::fin_wait_2_timeout;
      if (ends_in_silence || !phase.ends.has_value() || *phase.ends - now > nat.idle->count()) {
        return end(after(now, nat.idle), LastSeen::silence);
      }
    }
    if (!phase.ends.has_value()) {
      return end(std::nullopt, LastSeen::silence);
    }
    now = *phase.ends;
  }
  if (life.closer == Closer::refused || life.closer == Closer::reset) {
    return end(after(now, nat.after_reset), LastSeen::reset);
  }
  return end(after(now, stack.time_wait), LastSeen::fin);
}

bool has_room(const Scenario& scenario, const std::vector<Translation>& translations,
              const TranslationKey& key, Nanoseconds now) {
  const auto held =
      std::count_if(translations.begin(), translations.end(), [&](const Translation& translation) {
        return translation.key == key && (!translation.end.has_value() || *translation.end > now);
      });
  return static_cast<std::uint64_t>(held) < translations_per_key(scenario);
}

}  // namespace portsim::reference
