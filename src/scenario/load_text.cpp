#include "scenario/load_text.hpp"

#include <array>
#include <limits>

#include "base/number_text.hpp"
#include "scenario/schedule_file.hpp"

namespace portsim {
namespace {

constexpr std::array<std::string_view, kCloserCount> kCloserNames{
    "client", "server", "both", "reset", "unreachable", "refused", "shutdown"};

constexpr std::string_view kClosersExample =
    "client, server, both, reset, unreachable or client=0.9,server=0.1";

/// A keyword and what follows its colon: `batch:5` is {batch, 5}.
struct Form {
  std::string_view keyword;
  std::optional<std::string_view> arguments;
};

Form split_form(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return {text, std::nullopt};
  }
  return {text.substr(0, colon), text.substr(colon + 1)};
}

Parsed<Arrivals> parse_batch(std::string_view text) {
  const Parsed<std::uint64_t> size = parse_count(text, 1, 1'000'000'000);
  if (!holds_value(size)) {
    return Wrong{std::get<Wrong>(size).what, "batch:100"};
  }
  return Arrivals{BatchArrivals{std::get<std::uint64_t>(size)}};
}

Parsed<Arrivals> parse_on_off(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ',');
  if (parts.size() != 2) {
    return Wrong{"onoff takes two times, ON and OFF", "onoff:10s,50s"};
  }
  const Parsed<Duration> on = parse_duration(parts[0]);
  const Parsed<Duration> off = parse_duration(parts[1]);
  if (!holds_value(on) || !holds_value(off)) {
    return Wrong{std::get<Wrong>(holds_value(on) ? off : on).what, "onoff:10s,50s"};
  }
  return Arrivals{OnOffArrivals{std::get<Duration>(on), std::get<Duration>(off)}};
}

/// The weights of `client=0.9,server=0.1`; a bare name has the weight 1 and stands alone.
Parsed<std::pair<Closer, double>> parse_weight(std::string_view text, bool alone) {
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  const std::optional<Closer> closer = find_closer(name);
  if (!closer || *closer == Closer::refused || *closer == Closer::shutdown) {
    return Wrong{quoted(name) + (closer ? " is for recorded connections only" : " closes no connection"),
                 std::string(kClosersExample)};
  }
  if (equals == std::string_view::npos) {
    if (!alone) {
      return Wrong{"with several closers each needs a weight, and " + quoted(name) + " has none",
                   std::string(kClosersExample)};
    }
    return std::pair{*closer, 1.0};
  }
  const Parsed<double> weight = parse_number(text.substr(equals + 1), kClosersExample);
  if (!holds_value(weight)) {
    return std::get<Wrong>(weight);
  }
  return std::pair{*closer, std::get<double>(weight)};
}

}  // namespace

Parsed<Arrivals> parse_arrivals(std::string_view text) {
  const Form form = split_form(text);
  if (form.keyword == "deterministic" && !form.arguments) {
    return Arrivals{DeterministicArrivals{}};
  }
  if (form.keyword == "poisson" && !form.arguments) {
    return Arrivals{PoissonArrivals{}};
  }
  if (form.keyword == "batch" && form.arguments) {
    return parse_batch(*form.arguments);
  }
  if (form.keyword == "onoff" && form.arguments) {
    return parse_on_off(*form.arguments);
  }
  if (form.keyword == "schedule" && form.arguments && !form.arguments->empty()) {
    auto schedule = read_schedule(std::string(*form.arguments));
    if (!holds_value(schedule)) {
      return std::get<Wrong>(std::move(schedule));
    }
    return Arrivals{ScheduledArrivals{std::get<std::shared_ptr<const Schedule>>(std::move(schedule))}};
  }
  return Wrong{quoted(text) + " is no arrival process",
               "deterministic, poisson, batch:100, onoff:10s,50s or schedule:FILE"};
}

std::string arrivals_text(const Arrivals& arrivals) {
  struct Visitor {
    std::string operator()(const DeterministicArrivals&) const { return "deterministic"; }
    std::string operator()(const PoissonArrivals&) const { return "poisson"; }
    std::string operator()(const BatchArrivals& a) const { return "batch:" + std::to_string(a.size); }
    std::string operator()(const OnOffArrivals& a) const {
      return "onoff:" + duration_text(a.on) + "," + duration_text(a.off);
    }
    std::string operator()(const ScheduledArrivals& a) const { return "schedule:" + a.schedule->file.path; }
  };
  return std::visit(Visitor{}, arrivals);
}

Parsed<RetryPolicy> parse_retry(std::string_view text) {
  constexpr std::string_view kExample = "none, fixed:1s,3 or backoff:100ms,5";
  if (text == "none") {
    return RetryPolicy{};
  }
  const Form form = split_form(text);
  const std::vector<std::string_view> parts = split(form.arguments.value_or(""), ',');
  if ((form.keyword != "fixed" && form.keyword != "backoff") || parts.size() != 2) {
    return Wrong{quoted(text) + " is no way to retry: none, fixed:DELAY,TRIES or backoff:DELAY,TRIES",
                 std::string(kExample)};
  }
  const Parsed<Duration> delay = parse_duration(parts[0]);
  if (!holds_value(delay)) {
    return Wrong{std::get<Wrong>(delay).what, std::string(kExample)};
  }
  const Parsed<std::uint64_t> tries = parse_count(parts[1], 1, std::numeric_limits<std::uint32_t>::max());
  if (!holds_value(tries)) {
    return Wrong{quoted(parts[1]) + " is not a number of further tries", std::string(kExample)};
  }
  return RetryPolicy{form.keyword == "fixed" ? RetryPolicy::Kind::fixed : RetryPolicy::Kind::backoff,
                     std::get<Duration>(delay), static_cast<std::uint32_t>(std::get<std::uint64_t>(tries))};
}

std::string retry_text(const RetryPolicy& retry) {
  const std::string arguments = duration_text(retry.delay) + "," + std::to_string(retry.further_tries);
  switch (retry.kind) {
    case RetryPolicy::Kind::none: return "none";
    case RetryPolicy::Kind::fixed: return "fixed:" + arguments;
    case RetryPolicy::Kind::backoff: return "backoff:" + arguments;
  }
  return {};
}

Parsed<CloserWeights> parse_closers(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ',');
  CloserWeights weights{};
  std::array<bool, kCloserCount> named{};
  for (const std::string_view part : parts) {
    const Parsed<std::pair<Closer, double>> parsed = parse_weight(part, parts.size() == 1);
    if (!holds_value(parsed)) {
      return std::get<Wrong>(parsed);
    }
    const auto [closer, weight] = std::get<std::pair<Closer, double>>(parsed);
    const auto index = static_cast<std::size_t>(closer);
    if (named[index]) {
      return Wrong{quoted(closer_name(closer)) + " is named twice", std::string(kClosersExample)};
    }
    named[index] = true;
    weights[index] = parts.size() == 1 && weight > 0 ? 1.0 : weight;
  }
  return weights;
}

std::string closers_text(const CloserWeights& weights) {
  std::string text;
  std::size_t named = 0;
  std::string_view last_name;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) {
      ++named;
      last_name = kCloserNames[i];
      text += (text.empty() ? "" : ",") + std::string(last_name) + "=" + number_text(weights[i]);
    }
  }
  return named == 1 ? std::string(last_name) : text;
}

std::optional<Closer> find_closer(std::string_view name) {
  for (std::size_t i = 0; i < kCloserNames.size(); ++i) {
    if (kCloserNames[i] == name) {
      return static_cast<Closer>(i);
    }
  }
  return std::nullopt;
}

std::string_view closer_name(Closer closer) { return kCloserNames[static_cast<std::size_t>(closer)]; }

}  // namespace portsim
