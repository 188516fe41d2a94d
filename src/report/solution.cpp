#include "report/solution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string_view>

#include "report/csv.hpp"
#include "report/field_values.hpp"
#include "report/layout.hpp"
#include "report/phrases.hpp"

namespace portsim {
namespace {

constexpr unsigned kLeastColumns = 40;

std::string_view means_name(Means means) {
  switch (means) {
    case Means::closed_form: return "closed form";
    case Means::steady_state: return "closed form of the steady state";
    case Means::runs: return "runs";
  }
  return "";
}

/// What is asked for, in words.
std::string_view subject(Lever lever) {
  switch (lever) {
    case Lever::rate: return "largest rate";
    case Lever::delay: return "longest TIME_WAIT delay";
    case Lever::ports: return "smallest number of ports";
    case Lever::source_addresses: return "smallest number of source addresses";
    case Lever::destinations: return "smallest number of destinations";
    case Lever::requests_per_connection: return "smallest number of requests per connection";
    case Lever::nat_addresses: return "smallest number of public addresses";
  }
  return "";
}

FieldValue lever_field(const std::optional<LeverValue>& value) {
  return or_null(value, [](const LeverValue& known) { return number(lever_digits(known)); });
}

void visit_confidence(const std::optional<Confidence>& confidence, FieldSink& sink) {
  sink.begin("confidence", confidence ? Group::object : Group::absent_object);
  sink.value("level", or_null(confidence, [](const Confidence& known) { return real(known.level); }));
  sink.value("replications", or_null(confidence, [](const Confidence& known) { return count(known.runs); }));
  sink.value("fails_at", confidence ? lever_field(confidence->fails_at) : FieldValue{});
  sink.value("share_of_runs", confidence ? or_null(confidence->share, real) : FieldValue{});
  sink.end();
}

void visit_solution(const Solution& solution, FieldSink& sink) {
  const Answer& answer = solution.answer;
  sink.value("schema", text("portsim.solve/1"));
  sink.value("version", text(solution.version));
  visit_scenario(solution.load, solution.scenario_echo, solution.stack_echo, solution.nat_echo, sink);
  sink.value("question", text(question(answer.lever)));
  sink.value("target", text(solution.target));
  sink.value("answer", lever_field(answer.value));
  sink.value("unit", text(lever_unit(answer.lever)));
  sink.value("setting", answer.value ? text(answer.setting) : FieldValue{});
  sink.value("now", lever_field(solution.now));
  sink.value("means", answer.value ? text(means_name(answer.means)) : FieldValue{});
  sink.value("no_harder_value_is_legal", flag(answer.is_extreme));
  sink.value("reason", answer.value ? FieldValue{} : text(answer.reason));
  sink.value("runs", count(answer.runs));
  sink.value("attempts", count(answer.attempts));
  visit_confidence(answer.confidence, sink);
}

/// The target in words that follow `for`.
std::string target_text(const Solution& solution) {
  return solution.is_target_given ? solution.target : "a run without failure";
}

std::string confidence_text(const Answer& answer, const std::string& target) {
  const Confidence& confidence = *answer.confidence;
  if (confidence.share) {
    return fmt::format(
        "{} runs with other random draws, each from an empty pool, all met it: with {} confidence at least "
        "{} "
        "of such runs do.",
        confidence.runs, ratio_percent(confidence.level, 0), ratio_percent(*confidence.share, 0));
  }
  std::string words = fmt::format(
      "{} runs with other random draws, each from an empty pool: with {} confidence their mean meets "
      "{} at this value",
      confidence.runs, ratio_percent(confidence.level, 0), target);
  return words + (confidence.fails_at
                      ? fmt::format(", and no longer at {}.", lever_text(*confidence.fails_at))
                      : std::string("."));
}

std::string means_text(const Answer& answer, const std::string& target) {
  switch (answer.means) {
    case Means::closed_form: return "By closed form, exact; confirmed by a run.";
    case Means::steady_state:
      return "By closed form: Erlang B, the failure ratio in steady state. A run starts empty, so its own "
             "ratio "
             "also depends on its length and on chance (--means runs).";
    case Means::runs: break;
  }
  const std::string cost = fmt::format("By simulation: {}, {}. ", counted(answer.runs, "run"),
                                       counted(answer.attempts, "attempt"));
  return cost + (answer.confidence
                     ? confidence_text(answer, target)
                     : std::string("A run with this value meets the target; with the next harder "
                                   "one that was tried it does not."));
}

}  // namespace

std::string_view lever_unit(Lever lever) {
  switch (lever) {
    case Lever::rate: return "per second";
    case Lever::delay: return "s";
    case Lever::ports: return "ports";
    case Lever::source_addresses: return "source addresses";
    case Lever::destinations: return "destinations";
    case Lever::requests_per_connection: return "requests per connection";
    case Lever::nat_addresses: return "public addresses";
  }
  return "";
}

std::string lever_digits(const LeverValue& value) {
  if (const auto* known = std::get_if<Rate>(&value)) {
    return to_text(Decimal{known->mantissa, known->decimals});
  }
  if (const auto* delay = std::get_if<Duration>(&value)) {
    return seconds_text(delay->count());
  }
  return integer_text(std::get<std::uint64_t>(value));
}

std::string lever_text(const LeverValue& value) {
  if (std::holds_alternative<Rate>(value)) {
    return lever_digits(value) + "/s";
  }
  if (std::holds_alternative<Duration>(value)) {
    return lever_digits(value) + " s";
  }
  return grouped(std::get<std::uint64_t>(value));
}

void write_solution_text(const Solution& solution, const TextStyle& style, std::ostream& out) {
  const Answer& answer = solution.answer;
  TextLayout layout(out, std::max(style.columns, kLeastColumns));
  if (!answer.value) {
    layout.painted_paragraph(fmt::format("There is no {} for {}: {}.", subject(answer.lever),
                                         target_text(solution), answer.reason),
                             Ink::red, style.color);
    return;
  }
  std::string first = fmt::format("The {} for {} is {}", subject(answer.lever), target_text(solution),
                                  lever_text(*answer.value));
  if (solution.now) {
    first += fmt::format(" (now {})", lever_text(*solution.now));
  }
  layout.painted_paragraph(first + (answer.is_extreme ? "; no harder value is legal." : "."), Ink::green,
                           style.color);
  layout.paragraph(means_text(answer, solution.target));
  layout.row("as an option", answer.setting);
}

void write_solution_json(const Solution& solution, std::ostream& out) {
  write_json_object([&](FieldSink& sink) { visit_solution(solution, sink); }, out);
}

void write_solution_csv(const Solution& solution, std::ostream& out) {
  const std::vector<Scalar> fields = scalars_of([&](FieldSink& sink) { visit_solution(solution, sink); });
  write_csv_header(fields, out);
  write_csv_row(fields, out);
}

}  // namespace portsim
