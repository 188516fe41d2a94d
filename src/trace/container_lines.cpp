#include "trace/container_lines.hpp"

#include <rapidjson/reader.h>

#include <algorithm>
#include <cstddef>

#include "trace/log_text.hpp"
#include "trace/log_time.hpp"

namespace portsim {

namespace {

constexpr std::string_view kDocker = "{\"log\":\"";

/// Finds the text of an object's field `log`.
class LogField : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, LogField> {
 public:
  std::string_view text;

  bool Key(const char* name, rapidjson::SizeType length, bool) {
    is_log_ = std::string_view(name, length) == "log";
    return true;
  }
  bool String(const char* value, rapidjson::SizeType length, bool) {
    text = is_log_ ? std::string_view(value, length) : text;
    return true;
  }

 private:
  bool is_log_ = false;
};

/// What follows `TIME stdout F `; the line itself if it begins with something else.
std::string_view behind_cri(std::string_view line) {
  constexpr std::size_t kDate = 10;  // characters
  if (line.size() <= kDate || line[4] != '-' || line[kDate] != 'T') {
    return line;
  }
  std::string_view rest = line;
  const std::string_view time = take_word(rest);
  const std::string_view stream = take_word(rest);
  const std::string_view tag = take_word(rest);
  const bool is_cri = (stream == "stdout" || stream == "stderr") && (tag == "F" || tag == "P") &&
                      parse_iso_time(time).has_value();
  return is_cri ? rest.substr(std::min<std::size_t>(rest.size(), 1)) : line;
}

}  // namespace

std::string_view ContainerLines::message_of(std::string_view line) {
  if (!line.starts_with(kDocker)) {
    return behind_cri(line);
  }
  buffer_ = line;
  rapidjson::InsituStringStream stream(buffer_.data());
  LogField field;
  if (rapidjson::Reader()
          .Parse<rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag>(stream, field)
          .IsError()) {
    return line;
  }
  return field.text.substr(0, field.text.find_last_not_of("\r\n") + 1);
}

}  // namespace portsim
