#include "scenario/condition.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/exact_ratio.hpp"

namespace portsim {
namespace {

using Quantity = Condition::Quantity;
using Comparison = Condition::Comparison;

struct Operator {
  std::string_view sign;
  Comparison comparison;
};

/// The longer signs first, as each begins with a shorter one.
constexpr std::array kOperators{Operator{"<=", Comparison::less_or_equal},
                                Operator{">=", Comparison::greater_or_equal}, Operator{"<", Comparison::less},
                                Operator{">", Comparison::greater}};

/// A quantity that is compared with a limit, and a condition on it as an example.
struct NamedQuantity {
  std::string_view name;
  Quantity quantity;
  std::string_view example;
};

constexpr std::array kQuantities{
    NamedQuantity{"failed", Quantity::failed, "failed>100"},
    NamedQuantity{"failure_ratio", Quantity::failure_ratio, "failure_ratio>0.01"},
    NamedQuantity{"first_failure", Quantity::first_failure, "first_failure<60s"},
    NamedQuantity{"longest_outage", Quantity::longest_outage, "longest_outage>1min"}};

constexpr std::string_view kExample = "exhausted, failure_ratio>0.01 or first_failure<60s";
constexpr std::string_view kTargetExample = "failure_ratio<1e-3, failed<=0 or first_failure>=10min";

const NamedQuantity* find_quantity(std::string_view name) {
  const auto* const found = std::find_if(kQuantities.begin(), kQuantities.end(),
                                         [&](const NamedQuantity& known) { return known.name == name; });
  return found == kQuantities.end() ? nullptr : found;
}

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

Parsed<Condition> parse_limit(Condition condition, std::string_view name, std::string_view limit) {
  if (name == "exhausted") {
    return Wrong{"exhausted is compared with nothing", "exhausted"};
  }
  const NamedQuantity* const known = find_quantity(name);
  if (known == nullptr) {
    return Wrong{quoted(name) + " is no quantity of a condition", std::string(kExample)};
  }
  condition.quantity = known->quantity;
  const auto store = [&](const auto& parsed, auto& target) -> Parsed<Condition> {
    if (const Wrong* wrong = std::get_if<Wrong>(&parsed)) {
      return Wrong{wrong->what, std::string(known->example)};
    }
    target = std::get<0>(parsed);
    return condition;
  };
  switch (known->quantity) {
    case Quantity::failed:
      return store(parse_count(limit, 0, std::numeric_limits<std::uint64_t>::max()), condition.count);
    case Quantity::failure_ratio: return store(parse_number(limit, known->example), condition.ratio);
    case Quantity::first_failure:
    case Quantity::longest_outage: return store(parse_duration(limit), condition.time);
    case Quantity::exhausted: break;
  }
  return condition;
}

bool asks_for_less(Comparison comparison) {
  return comparison == Comparison::less || comparison == Comparison::less_or_equal;
}

/// True for a limit below which nothing lies.
bool is_below_nothing(const Condition& target) {
  return target.comparison == Comparison::less &&
         ((target.quantity == Quantity::failed && target.count == 0) ||
          (target.quantity == Quantity::failure_ratio && target.ratio == 0) ||
          (target.quantity == Quantity::longest_outage && target.time == Duration{}));
}

/// True for a limit that every result meets.
bool is_always_met(const Condition& target) {
  const bool is_strict = target.comparison == Comparison::less;
  return (target.quantity == Quantity::failure_ratio &&
          (target.ratio > 1 || (target.ratio == 1 && !is_strict))) ||
         (target.quantity == Quantity::first_failure && target.comparison == Comparison::greater_or_equal &&
          target.time == Duration{});
}

}  // namespace

Parsed<Condition> parse_condition(std::string_view text) {
  Condition condition;
  condition.text = std::string(trimmed(text));
  const std::string_view whole = condition.text;
  const std::size_t at = whole.find_first_of("<>=!");
  if (at == std::string_view::npos) {
    if (whole == "exhausted") {
      return condition;
    }
    if (find_quantity(whole) != nullptr) {
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

Parsed<Condition> parse_target(std::string_view text) {
  Parsed<Condition> parsed = parse_condition(text);
  if (Wrong* wrong = std::get_if<Wrong>(&parsed)) {
    wrong->example = kTargetExample;
    return parsed;
  }
  const auto& target = std::get<Condition>(parsed);
  if (target.quantity == Quantity::exhausted) {
    return Wrong{"a target says what is good, and exhausted is not", "failed<=0"};
  }
  const bool wants_less = target.quantity != Quantity::first_failure;
  if (asks_for_less(target.comparison) != wants_less) {
    return Wrong{std::string("a target asks for ") + (wants_less ? "less: < or <=" : "more: > or >="),
                 std::string(kTargetExample)};
  }
  if (is_below_nothing(target)) {
    return Wrong{"no result is below 0", "failed<=0"};
  }
  if (is_always_met(target)) {
    return Wrong{target.text + " always holds, whatever fails", std::string(kTargetExample)};
  }
  return parsed;
}

bool holds(const Condition& condition, const Result& result) {
  switch (condition.quantity) {
    case Quantity::exhausted: return result.exhausted();
    case Quantity::failed: return compare(result.failed, condition.comparison, condition.count);
    case Quantity::failure_ratio:
      return ratio_meets(condition,
                         result.attempts == 0 ? 0.0 : nearest_double(result.failed, result.attempts));
    case Quantity::first_failure:
      return result.first_failure &&
             compare(result.first_failure->time.time_since_epoch(), condition.comparison, condition.time);
    case Quantity::longest_outage:
      return compare(result.outages.longest, condition.comparison, condition.time);
  }
  return false;
}

bool meets(const Condition& target, const Result& result) {
  const bool never_fails = target.quantity == Quantity::first_failure && !result.first_failure;
  return never_fails || holds(target, result);
}

bool ratio_meets(const Condition& target, double ratio) {
  return compare(ratio, target.comparison, target.ratio);
}

Condition no_failure() {
  Condition target;
  target.text = "failed<=0";
  target.quantity = Quantity::failed;
  target.comparison = Comparison::less_or_equal;
  return target;
}

bool asks_for_no_failure(const Condition& target) {
  switch (target.quantity) {
    case Quantity::failed:
      return target.count == 0 || (target.count == 1 && target.comparison == Comparison::less);
    case Quantity::failure_ratio: return target.ratio == 0;
    case Quantity::longest_outage: return target.time == Duration{};
    case Quantity::exhausted:
    case Quantity::first_failure: return false;
  }
  return false;
}

}  // namespace portsim
