#include "report/saved_run.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/number_text.hpp"

namespace portsim {
namespace {

using Json = rapidjson::Value;

constexpr std::string_view kSchema = "portsim.run/1";
constexpr std::string_view kOutageList = "outages.list.";  // the one list whose length depends on the run

std::string text_of(const Json& value) { return {value.GetString(), value.GetStringLength()}; }

/// Null if there is none of that name, or if the value is no object.
const Json* member_of(const Json& value, const char* name) {
  return value.IsObject() && value.HasMember(name) ? &value[name] : nullptr;
}

/// Numbers are read as texts, which keeps every digit; what looks like one is taken for one.
FieldValue scalar_of(const Json& value) {
  if (value.IsNull()) {
    return {};
  }
  if (value.IsBool()) {
    return {FieldValue::Kind::flag, value.GetBool() ? "true" : "false"};
  }
  std::string text = text_of(value);
  const std::string_view digits = std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
  const bool is_number = parse_real(digits).has_value();
  return {is_number ? FieldValue::Kind::number : FieldValue::Kind::text, std::move(text)};
}

constexpr int kDeepest = 32;  // several times what a result has

/// False, with some of the values, where they are nested too deeply.
bool flatten(const Json& value, const std::string& name, std::vector<Scalar>& values, int depth = 0) {
  if (depth > kDeepest) {
    return false;
  }
  bool is_whole = true;
  const std::string prefix = name.empty() ? "" : name + ".";
  if (value.IsObject()) {
    for (const auto& member : value.GetObject()) {
      is_whole = is_whole && flatten(member.value, prefix + text_of(member.name), values, depth + 1);
    }
  } else if (value.IsArray()) {
    for (rapidjson::SizeType index = 0; index < value.Size(); ++index) {
      is_whole = is_whole && flatten(value[index], prefix + std::to_string(index), values, depth + 1);
    }
  } else {
    values.push_back({name, scalar_of(value)});
  }
  return is_whole;
}

std::vector<std::pair<std::string, std::string>> texts_of(const Json& object) {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& member : object.GetObject()) {
    if (member.value.IsString()) {
      texts.emplace_back(text_of(member.name), text_of(member.value));
    }
  }
  return texts;
}

/// The files below `name` in a scenario; older results have a path alone there.
std::vector<InputFile> files_of(const Json& scenario, const char* name) {
  std::vector<InputFile> files;
  const Json* found = member_of(scenario, name);
  if (found != nullptr && found->IsString()) {
    files.push_back({.path = text_of(*found)});
  } else if (found != nullptr && found->IsArray()) {
    for (const Json& entry : found->GetArray()) {
      const Json* path = member_of(entry, "path");
      const Json* sha256 = member_of(entry, "sha256");
      if (path != nullptr && path->IsString()) {
        const bool has_hash = sha256 != nullptr && sha256->IsString();
        files.push_back({text_of(*path), 0, has_hash ? text_of(*sha256) : ""});
      }
    }
  }
  return files;
}

double number_of(const FieldValue& value) {
  const bool is_negative = value.text.starts_with('-');
  const double size = parse_real(std::string_view(value.text).substr(is_negative ? 1 : 0)).value_or(0);
  return is_negative ? -size : size;
}

bool are_numbers(const FieldValue& left, const FieldValue& right) {
  return left.kind == FieldValue::Kind::number && right.kind == FieldValue::Kind::number;
}

bool are_same(const FieldValue& was, const FieldValue& is, double tolerance) {
  if (was.kind == is.kind && was.text == is.text) {
    return true;
  }
  if (tolerance == 0 || !are_numbers(was, is)) {
    return false;  // a double may not hold every digit of a number
  }
  const double left = number_of(was);
  const double right = number_of(is);
  return std::abs(left - right) <= tolerance * std::max(std::abs(left), std::abs(right));
}

std::string value_text(const std::optional<FieldValue>& value) {
  if (!value) {
    return "missing";
  }
  return value->kind == FieldValue::Kind::null ? "null" : value->text;
}

}  // namespace

const FieldValue* SavedRun::find(std::string_view name) const {
  const auto found =
      std::find_if(values.begin(), values.end(), [&](const Scalar& value) { return value.name == name; });
  return found == values.end() ? nullptr : &found->value;
}

bool SavedRun::holds(std::string_view name) const {
  const std::string below = std::string(name) + ".";
  return std::any_of(values.begin(), values.end(), [&](const Scalar& value) {
    return value.name == name || value.name.starts_with(below);
  });
}

std::uint64_t SavedRun::listed_outages() const {
  return static_cast<std::uint64_t>(std::count_if(values.begin(), values.end(), [](const Scalar& value) {
    return value.name.starts_with(kOutageList) && value.name.ends_with(".start_s");
  }));
}

std::variant<SavedRun, std::string> read_saved_run(const std::string& json) {
  rapidjson::Document document;
  constexpr unsigned kFlags =
      rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag;  // however deep it is nested
  document.Parse<kFlags>(json.c_str(), json.size());
  if (document.HasParseError()) {
    const auto end =
        json.begin() + static_cast<std::ptrdiff_t>(std::min(document.GetErrorOffset(), json.size()));
    return "is not JSON: line " + std::to_string(1 + std::count(json.begin(), end, '\n')) + ": " +
           rapidjson::GetParseError_En(document.GetParseError());
  }
  const Json* schema = member_of(document, "schema");
  if (schema == nullptr || !schema->IsString()) {
    return "is no result of portsim: it has no schema";
  }
  if (text_of(*schema) != kSchema) {
    return "has the schema " + text_of(*schema) + ", and not " + std::string(kSchema);
  }
  const Json* scenario = member_of(document, "scenario");
  if (scenario == nullptr || !scenario->IsObject()) {
    return "holds no scenario that could be run again";
  }
  SavedRun run;
  run.scenario = texts_of(*scenario);
  run.logs = files_of(*scenario, "replay");
  if (const auto files = files_of(*scenario, "schedule"); !files.empty()) {
    run.schedule = files.front();
  }
  if (const Json* stack = member_of(*scenario, "stack"); stack != nullptr && stack->IsObject()) {
    run.stack = texts_of(*stack);
  }
  if (const Json* nat = member_of(*scenario, "nat_stack"); nat != nullptr && nat->IsObject()) {
    run.nat = texts_of(*nat);
  }
  if (!flatten(document, "", run.values)) {
    return "is no result of portsim: it is nested too deeply";
  }
  return run;
}

std::vector<Difference> differences(const SavedRun& was, const SavedRun& is, double tolerance) {
  std::map<std::string_view, const FieldValue*> present;
  for (const Scalar& value : is.values) {
    present.emplace(value.name, &value.value);
  }
  std::vector<Difference> found;
  std::set<std::string_view> known;
  for (const Scalar& value : was.values) {
    known.insert(value.name);
    // How a machine's settings are called depends on the profiles of today, not on the result.
    const bool is_name_of_setting =
        value.name.starts_with("advice.") && value.name.find(".settings.") != std::string::npos;
    if (value.name == "version" || is_name_of_setting) {
      continue;
    }
    const auto now = present.find(value.name);
    if (now != present.end() && are_same(value.value, *now->second, tolerance)) {
      continue;
    }
    std::optional<FieldValue> now_is;
    if (now != present.end()) {
      now_is = *now->second;
    } else if (is.holds(value.name)) {
      now_is = FieldValue{FieldValue::Kind::text, "present"};  // a group that was null as a whole
    } else if (value.value.kind == FieldValue::Kind::null) {
      continue;
    }
    found.push_back({value.name, value.value, std::move(now_is)});
  }
  for (const Scalar& value : is.values) {
    if (value.name.starts_with(kOutageList) && !known.contains(value.name)) {
      found.push_back({value.name, std::nullopt, value.value});
    }
  }
  return found;
}

std::string difference_text(const Difference& difference) {
  std::string text =
      difference.name + ": was " + value_text(difference.was) + ", is " + value_text(difference.is);
  if (difference.was && difference.is && are_numbers(*difference.was, *difference.is)) {
    const double was = number_of(*difference.was);
    const double change = number_of(*difference.is) - was;
    text += fmt::format(" ({:+.6g}", change);
    text += was == 0 ? ")" : fmt::format(", {:+.3g} %)", change / std::abs(was) * 100);
  }
  return text;
}

}  // namespace portsim
