#include <cstddef>
#include <vector>

#include "base/utf8.hpp"
#include "report/fields.hpp"
#include "report/json_fields.hpp"
#include "report/json_writer.hpp"
#include "report/report.hpp"

namespace portsim {
namespace {

/// Writes fields as JSON; what lies in an absent object is passed over.
class JsonSink final : public FieldSink {
 public:
  explicit JsonSink(JsonWriter& writer) : writer_(writer) {}

  void begin(std::string_view name, Group group) override {
    if (absent_depth_ > 0) {
      ++absent_depth_;
      return;
    }
    write_name(name);
    switch (group) {
      case Group::object:
        writer_.begin_object();
        open_.push_back(group);
        break;
      case Group::array:
      case Group::interval:
        writer_.begin_array();
        open_.push_back(Group::array);
        break;
      case Group::absent_object:
        writer_.null();
        absent_depth_ = 1;
        break;
    }
  }

  void end() override {
    if (absent_depth_ > 0) {
      --absent_depth_;
      return;
    }
    if (open_.back() == Group::array) {
      writer_.end_array();
    } else {
      writer_.end_object();
    }
    open_.pop_back();
  }

  void value(std::string_view name, const FieldValue& value) override {
    if (absent_depth_ > 0) {
      return;
    }
    write_name(name);
    write_value(writer_, value);
  }

 private:
  void write_name(std::string_view name) {
    if (open_.empty() || open_.back() != Group::array) {
      writer_.name(name);
    }
  }

  JsonWriter& writer_;
  std::vector<Group> open_;  // groups below the top-level object
  int absent_depth_ = 0;
};

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string valid;
  valid.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = utf8_sequence_length(bytes);
    if (length == 0) {
      valid.append("\xEF\xBF\xBD");
      bytes.remove_prefix(1);
    } else {
      valid.append(bytes.substr(0, length));
      bytes.remove_prefix(length);
    }
  }
  return valid;
}

void write_json_object(const FieldVisit& visit, std::ostream& out) {
  JsonWriter writer(out);
  JsonSink sink(writer);
  writer.begin_object();
  visit(sink);
  writer.end_object();
  out << '\n';
}

void write_json(const Report& report, std::ostream& out) {
  write_json_object([&](FieldSink& sink) { visit_fields(report, FieldSet::all, sink); }, out);
}

}  // namespace portsim
