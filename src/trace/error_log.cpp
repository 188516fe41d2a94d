#include "trace/error_log.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "trace/csv_cells.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"

namespace portsim {

namespace {

/// EADDRNOTAVAIL of glibc and BSD, of musl, by name; WSAENOBUFS.
constexpr std::array<std::string_view, 5> kNoPort{"t assign requested address", "ddress not available",
                                                  "EADDRNOTAVAIL", "WSAENOBUFS", "(10055"};

bool tells_no_port(std::string_view line) {
  return std::any_of(kNoPort.begin(), kNoPort.end(),
                     [&](std::string_view words) { return line.find(words) != std::string_view::npos; });
}

/// `2024/01/02 03:04:05 [error] 7#7:` of nginx.
bool is_nginx_error(std::string_view line) {
  constexpr std::size_t kDate = 19;
  return line.size() > kDate + 2 && line.substr(kDate, 2) == " [" && parse_iso_time(line.substr(0, kDate));
}

constexpr std::array<std::string_view, 7> kEventMarks{"<Event ",     "<Events", "Event[",      "Event ID",
                                                      "TimeCreated", "EventID", "ProviderName"};

bool has_event_mark(std::string_view line) {
  return std::any_of(kEventMarks.begin(), kEventMarks.end(),
                     [&](std::string_view mark) { return line.find(mark) != std::string_view::npos; });
}

bool is_sign(std::string_view event_id) { return event_id == "4227" || event_id == "4231"; }

/// The number in the line of the field that holds an event's; empty for other lines.
std::string_view id_of_field(std::string_view line) {
  constexpr std::string_view kElement = "<EventID";
  const std::size_t element = line.find(kElement);
  std::size_t from = element == std::string_view::npos ? 0 : line.find('>', element);
  if (element == std::string_view::npos) {
    const std::size_t name = std::min(line.find_first_not_of(" \t"), line.size());
    const std::size_t colon = line.find(':');
    std::string_view key = line.substr(name, line.substr(0, colon).find_last_not_of(" \t") + 1 - name);
    if (key.size() > 2 && key.front() == '"' && key.back() == '"') {
      key = key.substr(1, key.size() - 2);  // JSON
    }
    if (colon == std::string_view::npos || (key != "Event ID" && key != "EventID" && key != "Id")) {
      return {};
    }
    from = colon;
  }
  from = std::min(line.find_first_of("0123456789", from), line.size());
  return line.substr(from, line.find_first_not_of("0123456789", from) - from);
}

/// The first word of digits alone: in a table of events the number behind date and time.
std::string_view first_number(std::string_view line) {
  for (const std::string_view word : split_words(line)) {
    if (word.find_first_not_of("0123456789") == std::string_view::npos) {
      return word;
    }
  }
  return {};
}

class ErrorLog final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    sink.skip();
    if (tells_no_port(line)) {
      sink.exhausted(find_log_time(line));
    } else if (!is_nginx_error(line)) {
      read_event(line, sink);
    }
  }

  void finish(LogSink& sink) override { close(sink); }

 private:
  /// A field of an event, or a whole one.
  void read_event(std::string_view line, LogSink& sink) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (line.starts_with("Event[") || begin == std::string_view::npos || line[begin] == '}') {
      close(sink);
    }
    if (find_header(line)) {
      return;
    }
    // Events of a document without line ends are told apart by their ends.
    constexpr std::string_view kEnd = "</Event>";
    for (std::size_t end = line.find(kEnd); end != std::string_view::npos; end = line.find(kEnd)) {
      read_part(line.substr(0, end));
      close(sink);
      line.remove_prefix(end + kEnd.size());
    }
    read_part(line);
    if (form_ != Form::fields) {
      close(sink);
    }
  }

  /// The first line of a table says where the number of an event stands.
  bool find_header(std::string_view line) {
    if (line.find("Event ID") == std::string_view::npos &&
        line.find("TimeCreated") == std::string_view::npos) {
      return false;
    }
    if (split_csv_line(line, cells_) && cells_.size() > 1) {
      const auto found = std::find_if(cells_.begin(), cells_.end(), [](const std::string& name) {
        return name == "Event ID" || name == "EventID" || name == "Id";
      });
      form_ = found == cells_.end() ? Form::fields : Form::commas;
      id_column_ = static_cast<std::size_t>(found - cells_.begin());
      return form_ == Form::commas;
    }
    const bool is_table = line.starts_with("TimeCreated") && line.find(':') == std::string_view::npos;
    form_ = is_table ? Form::blanks : form_;
    return is_table;
  }

  void read_part(std::string_view part) {
    bool has_time =
        part.find("Date") != std::string_view::npos || part.find("Time") != std::string_view::npos;
    std::string_view id;
    switch (form_) {
      case Form::fields: id = id_of_field(part); break;
      case Form::blanks: id = first_number(part); break;
      case Form::commas:
        if (split_csv_line(part, cells_) && id_column_ < cells_.size()) {
          id = cells_[id_column_];
        }
        break;
    }
    has_time = has_time || form_ != Form::fields;
    is_sign_ = is_sign_ || is_sign(id);
    if (has_time && !time_) {
      time_ = find_log_time(part);
    }
  }

  void close(LogSink& sink) {
    if (is_sign_) {
      sink.exhausted(time_);
    }
    is_sign_ = false;
    time_.reset();
  }

  enum class Form : std::uint8_t { fields, blanks, commas };

  Form form_ = Form::fields;
  std::size_t id_column_ = 0;
  std::vector<std::string> cells_;
  bool is_sign_ = false;
  std::optional<std::int64_t> time_;
};

}  // namespace

bool is_error_log(std::string_view line) {
  return is_nginx_error(line) || tells_no_port(line) || has_event_mark(line);
}

std::unique_ptr<LogReader> make_error_log_reader() { return std::make_unique<ErrorLog>(); }

}  // namespace portsim
