#include "report/plot/scale.hpp"

#include <algorithm>
#include <array>

#include "portsim/wide.hpp"
#include "report/json_writer.hpp"

namespace portsim::plot {
namespace {

using namespace std::chrono_literals;

constexpr std::array<Duration, 27> kTimeSteps{1s,    2s,    5s,    10s,  15s,   30s,   1min,  2min,   5min,
                                              10min, 15min, 30min, 1h,   2h,    3h,    6h,    12h,    24h,
                                              48h,   168h,  336h,  720h, 2160h, 4320h, 8760h, 17520h, 87600h};

/// The least of 1, 2, 5 times a power of ten of which at most `count` steps make `most`.
std::uint64_t decimal_step(std::uint64_t most, std::uint64_t count) {
  for (std::uint64_t decade = 1;; decade *= 10) {
    for (const std::uint64_t digit : {1U, 2U, 5U}) {
      if (most / (digit * decade) <= count || decade >= 1'000'000'000'000'000'000) {
        return digit * decade;
      }
    }
  }
}

/// Times that people count in, each about twice the one before, from 1 ns to beyond the longest run.
std::vector<Duration> round_times() {
  std::vector<Duration> times;
  for (Duration decade{1}; decade < 1s; decade *= 10) {
    times.insert(times.end(), {decade, 2 * decade, 5 * decade});
  }
  times.insert(times.end(), kTimeSteps.begin(), kTimeSteps.end());
  while (times.back() <= Duration::max() / 2) {
    times.push_back(2 * times.back());
  }
  return times;
}

}  // namespace

Tenths Scale::at(std::uint64_t value) const {
  const std::uint64_t inside = std::min(value, most_);
  const auto length = static_cast<Uint128>(to_ > from_ ? to_ - from_ : from_ - to_);
  const auto part = static_cast<Tenths>(length * inside / most_);
  return to_ > from_ ? from_ + part : from_ - part;
}

std::vector<std::uint64_t> count_ticks(std::uint64_t most, std::uint64_t count) {
  const std::uint64_t step = decimal_step(most, count);
  std::vector<std::uint64_t> ticks;
  for (std::uint64_t tick = 0; tick <= most; tick += step) {
    ticks.push_back(tick);
  }
  return ticks;
}

std::vector<Duration> time_ticks(Duration length, std::int64_t count) {
  Duration step{};
  if (length < count * kTimeSteps.front()) {
    step = Duration{static_cast<std::int64_t>(
        decimal_step(static_cast<std::uint64_t>(length.count()), static_cast<std::uint64_t>(count)))};
  } else {
    const auto* const found = std::find_if(kTimeSteps.begin(), kTimeSteps.end() - 1,
                                           [&](Duration candidate) { return length / count <= candidate; });
    step = std::max(*found, length / (2 * count));  // beyond ten years a round number is no help
  }
  std::vector<Duration> ticks;
  for (Duration tick{}; tick <= length; tick += step) {
    ticks.push_back(tick);
  }
  return ticks;
}

std::vector<Duration> time_classes(Duration earliest, Duration latest, std::size_t count) {
  constexpr std::int64_t kMostSteps =
      20;  // from 0 to the latest: so an end is round even if all times are one
  constexpr std::int64_t kNear = 10;
  const std::vector<Duration> round = round_times();
  const auto most = static_cast<std::int64_t>(count);
  std::vector<Duration> ends;
  if (latest / kNear <= earliest && latest > Duration{}) {
    for (const Duration step : round) {
      const Duration lower = earliest / step * step;
      if ((latest - lower) / step < most && latest / step < kMostSteps) {
        for (ends = {lower}; ends.back() < latest || ends.size() < 2;) {
          ends.push_back(ends.back() + step);
        }
        return ends;
      }
    }
  }
  const auto last = std::lower_bound(round.begin(), round.end(), latest);
  const auto first = last - std::min<std::ptrdiff_t>(last - round.begin(), most - 1);
  ends.assign(std::max(first, std::lower_bound(round.begin(), last, earliest)), last + 1);
  ends.insert(ends.begin(), Duration{});
  return ends;
}

std::string tenths_text(Tenths value) {
  const Tenths whole = value / 10;
  const Tenths rest = value < 0 ? -(value % 10) : value % 10;
  std::string text = (value < 0 && whole == 0 ? "-" : "") + std::to_string(whole);
  return rest == 0 ? text : text + "." + std::to_string(rest);
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c; break;
    }
  }
  return result;
}

}  // namespace portsim::plot
