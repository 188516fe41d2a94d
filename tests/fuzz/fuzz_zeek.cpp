// Zeek's logs, line by line: the form with tabs, and JSON.
#include "checked_sink.hpp"
#include "scenario/value_text.hpp"
#include "trace/zeek_json.hpp"
#include "trace/zeek_tsv.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  const std::string_view text = fuzz::text_of(data, size);
  const auto reader = is_zeek_json(text.substr(0, text.find('\n'))) ? make_zeek_json_reader()
                      : is_zeek_tsv(text)                           ? make_zeek_tsv_reader()
                                                                    : nullptr;
  if (!reader) {
    return 0;
  }
  fuzz::CheckedSink sink;
  std::size_t lines = 0;
  for (const std::string_view line : split(text, '\n')) {
    sink.at(++lines);
    reader->read(line, sink);
  }
  reader->finish(sink);
  fuzz::require(sink.calls() <= lines, "a line is one row at most");
  return 0;
}
