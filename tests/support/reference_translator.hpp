// The second of two pools in a row: the translations of a translator that hosts share.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "portsim/scenario.hpp"
#include "reference_connection.hpp"

namespace portsim::reference {

/// What a translator saw last of a connection before it forgot it.
enum class LastSeen : std::uint8_t {
  syn,      ///< that nobody answered
  reset,    ///< of a refused or a broken connection
  silence,  ///< in FIN_WAIT_2 or CLOSE_WAIT, for too long
  fin,      ///< the last one of the close, or its acknowledgement
};

/// Host and destination; those that the translator does not tell apart are 0.
using TranslationKey = std::pair<std::uint32_t, std::uint32_t>;

/// A public port while it is given to one connection.
struct Translation {
  TranslationKey key;
  Nanoseconds begin = 0;
  std::optional<Nanoseconds> end;  ///< empty: never
  LastSeen last_seen = LastSeen::fin;
};

/// How many translations one key can have at once; `scenario` has a translator.
[[nodiscard]] std::uint64_t translations_per_key(const Scenario& scenario);

/// The key of an attempt's translation; `scenario` has a translator.
[[nodiscard]] TranslationKey translation_key_of(const Scenario& scenario, const PortWish& wish);

/// The translation that connect() of a connection needs from `begin` on, which has `life` as long as nothing
/// cuts it short; what the host does to its own port early, the translator does not see.
[[nodiscard]] Translation translation_of(const Scenario& scenario, const PortWish& wish, const Life& life,
                                         Nanoseconds begin);

/// True if one more translation of the key can begin at `now` beside those of `translations`; one that ends
/// at that instant has gone.
[[nodiscard]] bool has_room(const Scenario& scenario, const std::vector<Translation>& translations,
                            const TranslationKey& key, Nanoseconds now);

}  // namespace portsim::reference
