#include "trace/zeek_json.hpp"

#include <rapidjson/reader.h>

#include <optional>
#include <string>

#include "trace/log_text.hpp"
#include "trace/zeek_row.hpp"

namespace portsim {

namespace {

/// Keeps the fields that are wanted out of one object, as text: a time has to be exact.
class Fields : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Fields> {
 public:
  ZeekValues values{};
  std::string_view path;  ///< the kind of log, if it is told
  bool is_conn = false;   ///< it has fields that conn.log alone has

  bool StartObject() {
    ++depth_;
    if (depth_ == 2 && is_first_ && key_ != "id") {
      path = key_;  // `{"conn": {...}}`: a log named around its row, as the Kafka plugin writes it
      depth_ = 1;
      is_wrapped_ = true;
    }
    is_first_ = depth_ == 1;
    is_id_ = depth_ == 2 && key_ == "id";
    return true;
  }

  bool EndObject(rapidjson::SizeType) {
    is_first_ = false;
    is_id_ = false;
    if (depth_ == 1 && is_wrapped_) {
      is_wrapped_ = false;  // what follows stands beside it
      path = values[static_cast<std::size_t>(ZeekField::source)].empty() ? std::string_view() : path;
      return true;
    }
    --depth_;
    return true;
  }

  bool StartArray() {
    ++depth_;
    return true;
  }

  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }

  bool Key(const char* text, rapidjson::SizeType length, bool) {
    if (depth_ == 1 || is_id_) {
      key_ = std::string_view(text, length);
    }
    return true;
  }

  bool String(const char* text, rapidjson::SizeType length, bool) { return keep({text, length}); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) { return keep({text, length}); }

 private:
  bool keep(std::string_view value) {
    is_first_ = false;
    if (depth_ == 1 && (key_ == "_path" || key_ == "@stream")) {
      path = value;
    } else if (depth_ == 1 || (depth_ == 2 && is_id_)) {
      if (const auto field = is_id_ ? find_nested() : find_zeek_field(key_)) {
        values[static_cast<std::size_t>(*field)] = value;
        is_conn = is_conn || *field == ZeekField::duration || *field == ZeekField::conn_state ||
                  *field == ZeekField::history;
      }
    }
    return true;
  }

  [[nodiscard]] std::optional<ZeekField> find_nested() const {
    if (key_ == "orig_h") {
      return ZeekField::source;
    }
    if (key_ == "orig_p") {
      return ZeekField::source_port;
    }
    if (key_ == "resp_h") {
      return ZeekField::destination;
    }
    return key_ == "resp_p" ? std::optional(ZeekField::destination_port) : std::nullopt;
  }

  int depth_ = 0;
  bool is_first_ = false;  // no value was met yet
  bool is_wrapped_ = false;
  bool is_id_ = false;
  std::string_view key_;
};

/// The line without what stands around an object where all of them are one array.
std::string_view without_array(std::string_view line) {
  constexpr std::string_view kAround = " \t[],";
  const std::size_t begin = line.find_first_not_of(kAround);
  return begin == std::string_view::npos ? std::string_view()
                                         : line.substr(begin, line.find_last_not_of(kAround) + 1 - begin);
}

/// The object on a line, in `buffer`, to which the values then point; empty if it is none.
std::optional<Fields> parse_object(std::string_view line, std::string& buffer) {
  buffer.assign(line);
  rapidjson::InsituStringStream stream(buffer.data());
  rapidjson::Reader reader;
  Fields fields;
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseIterativeFlag;  // however deep it is nested
  if (!line.starts_with('{') || reader.Parse<kFlags>(stream, fields).IsError()) {
    return std::nullopt;
  }
  return fields;
}

std::string_view value_of(const Fields& fields, ZeekField field) {
  return fields.values[static_cast<std::size_t>(field)];
}

class ZeekJson final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    const std::string_view object = without_array(line);
    if (object.empty()) {
      const std::string_view word = take_word(line);
      if (!word.empty() && word != "[" && word != "]") {
        sink.damaged();
      }
      return;
    }
    const std::optional<Fields> fields = parse_object(object, buffer_);
    if (!fields) {
      sink.damaged();
    } else if (!fields->path.empty() && value_of(*fields, ZeekField::source).empty()) {
      sink.skip();  // a log without addresses, or about something else than connections
    } else {
      add_zeek_row(fields->values, zeek_kind(fields->path, fields->is_conn), sink);
    }
  }

 private:
  std::string buffer_;
};

}  // namespace

bool is_zeek_json(std::string_view line) {
  std::string buffer;
  const std::optional<Fields> fields = parse_object(without_array(line), buffer);
  return fields && !value_of(*fields, ZeekField::ts).empty() &&
         (!fields->path.empty() || !value_of(*fields, ZeekField::source).empty());
}

std::unique_ptr<LogReader> make_zeek_json_reader() { return std::make_unique<ZeekJson>(); }

}  // namespace portsim
