// The fields of a run's result: their names, their order and their values, described once. JSON and CSV
// are two ways to write what is visited here.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/report.hpp"

namespace portsim {

/// A value as text, with what it takes to write it in JSON.
struct FieldValue {
  enum class Kind : std::uint8_t {
    null,    ///< unknown, or it does not exist
    number,  ///< `text` holds its digits
    flag,    ///< `text` is `true` or `false`
    text,
  };
  Kind kind = Kind::null;
  std::string text;
};

/// What a group of fields is.
enum class Group : std::uint8_t {
  object,
  absent_object,  ///< null in JSON; its fields are visited all the same (as nulls), so that columns stay
  array,          ///< of objects without names
  interval,       ///< two ends: an array in JSON, in columns `low` and `high`
};

/// Receives the fields of a run in order.
class FieldSink {
 public:
  FieldSink() = default;
  FieldSink(const FieldSink&) = delete;
  FieldSink& operator=(const FieldSink&) = delete;
  virtual ~FieldSink() = default;

  virtual void begin(std::string_view name, Group group) = 0;
  virtual void end() = 0;
  virtual void value(std::string_view name, const FieldValue& value) = 0;
};

/// Which fields are wanted.
enum class FieldSet : std::uint8_t {
  all,
  without_scenario,  ///< for the rows of a sweep
};

/// Visits the fields of `report` in the order of the JSON.
void visit_fields(const Report& report, FieldSet set, FieldSink& sink);

/// Visits the group `scenario`: the files of the load, (name, value) of each option, then of each number of
/// the stack, and of the translator if there is one.
void visit_scenario(const Load& load, const std::vector<std::pair<std::string, std::string>>& scenario_echo,
                    const std::vector<std::pair<std::string, std::string>>& stack_echo,
                    const std::vector<std::pair<std::string, std::string>>& nat_echo, FieldSink& sink);

/// Visits the fields of something that is written.
using FieldVisit = std::function<void(FieldSink& sink)>;

/// Writes the fields as one JSON object, newline at the end.
void write_json_object(const FieldVisit& visit, std::ostream& out);

/// A field that is no group.
struct Scalar {
  std::string name;  ///< dotted: `outages.total_s`
  FieldValue value;
};

/// The fields flattened: those of arrays left out. The names depend on the scenario's options alone.
[[nodiscard]] std::vector<Scalar> scalars(const Report& report, FieldSet set);

/// The same of any fields.
[[nodiscard]] std::vector<Scalar> scalars_of(const FieldVisit& visit);

}  // namespace portsim
