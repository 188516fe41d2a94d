#include "cli/fail_condition.hpp"

#include <array>

#include "base/exact_ratio.hpp"

namespace portsim::cli {
namespace {

using Quantity = FailCondition::Quantity;
using Comparison = FailCondition::Comparison;

struct Operator {
  std::string_view sign;
  Comparison comparison;
};

/// The longer signs first, as each begins with a shorter one.
constexpr std::array kOperators{Operator{"<=", Comparison::less_or_equal},
                                Operator{">=", Comparison::greater_or_equal}, Operator{"<", Comparison::less},
                                Operator{">", Comparison::greater}};

constexpr std::string_view kExample = "exhausted, failure_ratio>0.01 or first_failure<60s";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view{}
                                         : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

template <class T>
bool compare(const T& left, Comparison comparison, const T& right) {
  switch (comparison) {
    case Comparison::less: return left < right;
    case Comparison::less_or_equal: return left <= right;
    case Comparison::greater: return left > right;
    case Comparison::greater_or_equal: return left >= right;
  }
  return false;
}

Parsed<FailCondition> parse_limit(FailCondition condition, std::string_view name, std::string_view limit) {
  if (name == "failure_ratio") {
    condition.quantity = Quantity::failure_ratio;
    const Parsed<double> ratio = parse_number(limit, "failure_ratio>0.01");
    if (const Wrong* wrong = std::get_if<Wrong>(&ratio)) {
      return *wrong;
    }
    condition.ratio = std::get<double>(ratio);
    return condition;
  }
  if (name == "first_failure") {
    condition.quantity = Quantity::first_failure;
    const Parsed<Duration> time = parse_duration(limit);
    if (const Wrong* wrong = std::get_if<Wrong>(&time)) {
      return Wrong{wrong->what, "first_failure<60s"};
    }
    condition.instant = TimePoint{std::get<Duration>(time)};
    return condition;
  }
  if (name == "exhausted") {
    return Wrong{"exhausted is compared with nothing", "exhausted"};
  }
  return Wrong{quoted(name) + " is no quantity of a condition", std::string(kExample)};
}

}  // namespace

Parsed<FailCondition> parse_fail_condition(std::string_view text) {
  FailCondition condition;
  condition.text = std::string(trimmed(text));
  const std::string_view whole = condition.text;
  const std::size_t at = whole.find_first_of("<>=!");
  if (at == std::string_view::npos) {
    if (whole == "exhausted") {
      return condition;
    }
    if (whole == "failure_ratio" || whole == "first_failure") {
      return Wrong{condition.text + " needs a comparison: < <= > or >=", std::string(kExample)};
    }
    return Wrong{quoted(whole) + " is not a condition", std::string(kExample)};
  }
  for (const Operator& candidate : kOperators) {
    if (whole.substr(at).starts_with(candidate.sign)) {
      condition.comparison = candidate.comparison;
      const std::string_view limit = trimmed(whole.substr(at + candidate.sign.size()));
      return parse_limit(condition, trimmed(whole.substr(0, at)), limit);
    }
  }
  return Wrong{"a comparison is < <= > or >=", std::string(kExample)};
}

bool holds(const FailCondition& condition, const Result& result) {
  switch (condition.quantity) {
    case Quantity::exhausted: return result.exhausted();
    case Quantity::failure_ratio: {
      const double ratio = result.attempts == 0 ? 0.0 : nearest_double(result.failed, result.attempts);
      return compare(ratio, condition.comparison, condition.ratio);
    }
    case Quantity::first_failure:
      return result.first_failure &&
             compare(result.first_failure->time, condition.comparison, condition.instant);
  }
  return false;
}

}  // namespace portsim::cli
