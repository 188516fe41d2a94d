// The one place that knows RapidJSON's writer. Numbers go through as digits, since a double could not
// hold every exact decimal.
#pragma once

#include <rapidjson/ostreamwrapper.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/writer.h>

#include <ostream>
#include <string>
#include <string_view>

namespace portsim {

/// `bytes` with every byte that is not part of valid UTF-8 replaced by U+FFFD (RFC 8259 wants UTF-8; a
/// path may hold any bytes).
[[nodiscard]] std::string valid_utf8(std::string_view bytes);

/// Writes JSON to a stream. Calls must nest as in any JSON writer; names are given inside objects only.
template <template <class> class Layout>
class BasicJsonWriter {
 public:
  explicit BasicJsonWriter(std::ostream& out) : stream_(out), writer_(stream_) {
    if constexpr (requires { writer_.SetIndent(' ', 2); }) {
      writer_.SetIndent(' ', 2);
    }
  }

  void name(std::string_view text) { writer_.Key(text.data(), size_of(text)); }
  void begin_object() { writer_.StartObject(); }
  void end_object() { writer_.EndObject(); }
  void begin_array() { writer_.StartArray(); }
  void end_array() { writer_.EndArray(); }
  void null() { writer_.Null(); }
  void flag(bool value) { writer_.Bool(value); }

  /// `digits` must be a JSON number.
  void number(std::string_view digits) {
    writer_.RawValue(digits.data(), digits.size(), rapidjson::kNumberType);
  }

  void text(std::string_view value) {
    const std::string valid = valid_utf8(value);
    writer_.String(valid.data(), size_of(valid));
  }

 private:
  static rapidjson::SizeType size_of(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }

  rapidjson::OStreamWrapper stream_;
  Layout<rapidjson::OStreamWrapper> writer_;
};

template <class Stream>
using IndentedLayout = rapidjson::PrettyWriter<Stream>;
template <class Stream>
using LineLayout = rapidjson::Writer<Stream>;

using JsonWriter = BasicJsonWriter<IndentedLayout>;  ///< for a file: indented
using JsonLineWriter = BasicJsonWriter<LineLayout>;  ///< for JSON Lines: no line breaks, no blanks

}  // namespace portsim
