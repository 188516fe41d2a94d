#include "scenario/distribution_text.hpp"

#include <array>

#include "base/number_text.hpp"

namespace portsim {
namespace {

constexpr std::string_view kExample = "100ms, exp:100ms or 0.8*100ms+0.2*exp:30s";

Wrong wrong_form(std::string_view text, std::string_view form) {
  return {quoted(text) + " has not the form " + std::string(form), std::string(kExample)};
}

Parsed<Law> parse_constant(std::string_view text) {
  const Parsed<Duration> value = parse_duration(text);
  if (!holds_value(value)) {
    return std::get<Wrong>(value);
  }
  return Law{Constant{std::get<Duration>(value)}};
}

Parsed<Law> parse_exponential(std::string_view text) {
  const Parsed<Duration> mean = parse_duration(text);
  if (!holds_value(mean)) {
    return std::get<Wrong>(mean);
  }
  return Law{Exponential{std::get<Duration>(mean)}};
}

Parsed<Law> parse_uniform(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ',');
  if (parts.size() != 2) {
    return wrong_form("uniform:" + std::string(text), "uniform:LOW,HIGH");
  }
  const Parsed<Duration> low = parse_duration(parts[0]);
  const Parsed<Duration> high = parse_duration(parts[1]);
  if (!holds_value(low) || !holds_value(high)) {
    return std::get<Wrong>(holds_value(low) ? high : low);
  }
  return Law{Uniform{std::get<Duration>(low), std::get<Duration>(high)}};
}

/// A time and a number, as lognormal and Pareto have them.
template <class LawType>
Parsed<Law> parse_time_and_number(std::string_view name, std::string_view form, std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ',');
  if (parts.size() != 2) {
    return wrong_form(std::string(name) + ":" + std::string(text), form);
  }
  const Parsed<Duration> time = parse_duration(parts[0]);
  if (!holds_value(time)) {
    return std::get<Wrong>(time);
  }
  const Parsed<double> number = parse_number(parts[1], kExample);
  if (!holds_value(number)) {
    return std::get<Wrong>(number);
  }
  return Law{LawType{std::get<Duration>(time), std::get<double>(number)}};
}

Parsed<Law> parse_law(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view name = text.substr(0, colon);
  const std::string_view arguments = text.substr(std::min(colon + 1, text.size()));
  if (name == "exp") {
    return arguments.empty() ? wrong_form(text, "exp:MEAN") : parse_exponential(arguments);
  }
  if (name == "uniform") {
    return parse_uniform(arguments);
  }
  if (name == "lognormal") {
    return parse_time_and_number<Lognormal>(name, "lognormal:MEDIAN,SIGMA", arguments);
  }
  if (name == "pareto") {
    return parse_time_and_number<Pareto>(name, "pareto:MINIMUM,SHAPE", arguments);
  }
  if (colon == text.size()) {
    return parse_constant(text);
  }
  return Wrong{
      "there is no distribution " + quoted(name) + ": exp, uniform, lognormal, pareto or a bare time",
      std::string(kExample)};
}

Parsed<Distribution::Component> parse_component(std::string_view text) {
  const std::size_t star = text.find('*');
  if (star == std::string_view::npos) {
    return Wrong{"every part of a mix has the form WEIGHT*DURATION, and " + quoted(text) + " has no weight",
                 std::string(kExample)};
  }
  const Parsed<double> weight = parse_number(text.substr(0, star), kExample);
  if (!holds_value(weight)) {
    return std::get<Wrong>(weight);
  }
  const Parsed<Law> law = parse_law(text.substr(star + 1));
  if (!holds_value(law)) {
    return std::get<Wrong>(law);
  }
  return Distribution::Component{std::get<double>(weight), std::get<Law>(law)};
}

/// The parts of a mix. A plus sign behind an `e` belongs to a number's exponent: `1e+21*100ms`.
std::vector<std::string_view> split_mix(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '+' && text[i - 1] != 'e' && text[i - 1] != 'E') {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string law_text(const Law& law) {
  struct Visitor {
    std::string operator()(const Constant& c) const { return duration_text(c.value); }
    std::string operator()(const Exponential& e) const { return "exp:" + duration_text(e.mean); }
    std::string operator()(const Uniform& u) const {
      return "uniform:" + duration_text(u.low) + "," + duration_text(u.high);
    }
    std::string operator()(const Lognormal& l) const {
      return "lognormal:" + duration_text(l.median) + "," + number_text(l.sigma);
    }
    std::string operator()(const Pareto& p) const {
      return "pareto:" + duration_text(p.minimum) + "," + number_text(p.shape);
    }
  };
  return std::visit(Visitor{}, law);
}

}  // namespace

Parsed<Distribution> parse_distribution(std::string_view text) {
  const std::vector<std::string_view> parts = split_mix(text);
  if (parts.size() == 1 && text.find('*') == std::string_view::npos) {
    const Parsed<Law> law = parse_law(text);
    if (!holds_value(law)) {
      return std::get<Wrong>(law);
    }
    return Distribution{{{1.0, std::get<Law>(law)}}};
  }
  Distribution mix;
  mix.components.clear();
  for (const std::string_view part : parts) {
    const Parsed<Distribution::Component> component = parse_component(part);
    if (!holds_value(component)) {
      return std::get<Wrong>(component);
    }
    mix.components.push_back(std::get<Distribution::Component>(component));
  }
  if (mix.components.size() == 1 && mix.components.front().weight > 0) {
    mix.components.front().weight = 1;
  }
  return mix;
}

std::string distribution_text(const Distribution& distribution) {
  if (distribution.components.size() == 1) {
    return law_text(distribution.components.front().law);
  }
  std::string text;
  for (const Distribution::Component& component : distribution.components) {
    text += text.empty() ? "" : "+";
    text += number_text(component.weight) + "*" + law_text(component.law);
  }
  return text;
}

}  // namespace portsim
