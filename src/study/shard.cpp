#include "study/shard.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/number_text.hpp"
#include "engine/draws.hpp"
#include "scenario/profile_file.hpp"
#include "scenario/settings.hpp"

namespace portsim {
namespace {

constexpr std::size_t kHexDigits = 16;
constexpr std::string_view kDigits = "0123456789abcdef";

std::string hex_text(std::uint64_t value) {
  std::string text(kHexDigits, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4) {
    *digit = kDigits[value & 0xF];
  }
  return text;
}

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  std::uint64_t value = 0;
  for (const char digit : text) {
    const std::size_t place = kDigits.find(digit);
    if (place == std::string_view::npos) {
      return std::nullopt;
    }
    value = value << 4 | place;
  }
  return text.size() == kHexDigits ? std::optional(value) : std::nullopt;
}

/// The two numbers of `3/8`, the first from 1 to the second.
std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_place(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto number = parse_unsigned(text.substr(0, slash));
  const auto count = parse_unsigned(text.substr(std::min(slash + 1, text.size())));
  if (!number || !count || *number == 0 || *number > *count || *count > kMostCells) {
    return std::nullopt;
  }
  return std::pair(*number, *count);
}

/// Collects what is hashed. Lengths go in too, so that no two lists of texts run into one.
class Hash {
 public:
  void add(std::uint64_t value) { state_ = mix64(state_ ^ value) + value; }

  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    for (const char character : text) {
      add(std::uint64_t{static_cast<unsigned char>(character)});
    }
  }

  void add(const std::vector<std::pair<std::string, std::string>>& pairs) {
    add(std::uint64_t{pairs.size()});
    for (const auto& [name, value] : pairs) {
      add(name);
      add(value);
    }
  }

  void add(const std::optional<Duration>& time) {
    add(std::uint64_t{time.has_value()});
    add(static_cast<std::uint64_t>(time.value_or(Duration{}).count()));
  }

  void add(const RecordedConnection& row) {
    add(static_cast<std::uint64_t>(row.start.time_since_epoch().count()));
    add(row.closer ? 1 + static_cast<std::uint64_t>(*row.closer) : 0);
    add(row.lifetime);
    add(row.peer_close_delay);
    add(row.connect_timeout);
    add(std::uint64_t{row.source} << 32 | row.destination);
    add(std::uint64_t{row.is_loopback});
    add(row.bind ? 1 + static_cast<std::uint64_t>(*row.bind) : 0);
    add(std::uint64_t{row.local_port});
    add(row.reuse_address ? 1 + std::uint64_t{*row.reuse_address} : 0);
  }

  [[nodiscard]] std::uint64_t value() const { return mix64(state_); }

 private:
  std::uint64_t state_ = 0;
};

/// The scenario of a cell with every number of its stacks.
void add_cell(Hash& hash, const SweepPlan& plan, std::uint64_t cell,
              const std::optional<RecordedLoad>& recorded) {
  const auto built = plan.build(cell, recorded);
  const auto& scenario = std::get<ValidScenario>(built);
  hash.add(describe(*scenario));
  hash.add(describe_stack(scenario->stack));
  if (scenario->nat) {
    hash.add(describe_stack(scenario->nat->stack));
  }
}

}  // namespace

std::uint64_t Shard::cells(std::uint64_t total) const {
  const std::uint64_t blocks = total / count;
  const std::uint64_t rest = total % count;
  return blocks + (cell(blocks) % count < rest ? 1 : 0);
}

std::uint64_t Shard::cell(std::uint64_t row) const {
  return row * count + (number - 1 + count - row % count) % count;
}

std::optional<Shard> parse_shard(std::string_view text) {
  const auto place = parse_place(text);
  return place ? std::optional(Shard{place->first, place->second}) : std::nullopt;
}

std::string to_text(const ShardMark& mark) {
  return hex_text(mark.sweep) + ':' + std::to_string(mark.shard.number) + '/' +
         std::to_string(mark.shard.count) + ':' + std::to_string(mark.cell + 1) + '/' +
         std::to_string(mark.cells);
}

std::optional<ShardMark> parse_shard_mark(std::string_view text) {
  const std::size_t first = std::min(text.find(':'), text.size());
  const std::size_t second = std::min(text.find(':', first + 1), text.size());
  const auto sweep = parse_hex(text.substr(0, first));
  if (second == text.size()) {
    return std::nullopt;
  }
  const auto shard = parse_shard(text.substr(first + 1, second - first - 1));
  const auto place = parse_place(text.substr(second + 1));
  if (!sweep || !shard || !place) {
    return std::nullopt;
  }
  const ShardMark mark{*sweep, *shard, place->first - 1, place->second};
  return mark.shard.number_of(mark.cell) == mark.shard.number ? std::optional(mark) : std::nullopt;
}

std::uint64_t sweep_fingerprint(const SweepPlan& plan, const std::optional<RecordedLoad>& recorded,
                                std::span<const std::string> texts) {
  Hash hash;
  hash.add(PORTSIM_VERSION);
  for (const std::string& text : texts) {
    hash.add(text);
  }
  std::uint64_t stride = plan.cells();
  for (const Axis& axis : plan.axes()) {  // each value once, with the first values of the other options
    hash.add(std::uint64_t{axis.values.size()});
    stride /= axis.values.size();
    for (std::size_t value = 0; value < axis.values.size(); ++value) {
      hash.add(axis.cells[value].text);
      add_cell(hash, plan, stride * value, recorded);
    }
  }
  add_cell(hash, plan, 0, recorded);
  if (recorded) {
    hash.add(std::uint64_t{recorded->connections->size()});
    for (const RecordedConnection& row : *recorded->connections) {
      hash.add(row);
    }
  }
  return hash.value();
}

}  // namespace portsim
