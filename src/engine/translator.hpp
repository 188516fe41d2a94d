// An address translator: the second pool that hosts behind it share.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "engine/census.hpp"
#include "engine/course.hpp"
#include "portsim/scenario.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// Counts translations. Which port one has does not matter: every port of a key of the scope is as good as
/// any other.
class Translator {
 public:
  explicit Translator(const NatGateway& gateway);

  /// The key of the scope that a connection of `host` to `destination` needs a translation in.
  [[nodiscard]] std::uint32_t key(std::uint32_t host, std::uint32_t destination);

  /// Makes a translation; false when every one of the key is in use.
  [[nodiscard]] bool take(std::uint32_t key, TimePoint now);
  void release(std::uint32_t key, TimePoint now);

  /// How long the translation of a connection is kept, from its first SYN on; kNever: for ever.
  [[nodiscard]] Duration keeps(const Course& course) const;

  void settle(TimePoint now);
  /// Starts counting anew; what is held goes on. To be called when settled.
  void restart();
  /// Writes what was counted of the translations. To be called when settled.
  void report(NatResult& result) const;

 private:
  const Stack& stack_;
  std::uint64_t capacity_;  ///< of a key
  std::unordered_map<std::uint64_t, std::uint32_t> key_numbers_;
  std::vector<Gauge> keys_;
  Gauge all_;
};

}  // namespace portsim
