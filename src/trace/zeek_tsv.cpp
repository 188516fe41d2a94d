#include "trace/zeek_tsv.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/number_text.hpp"
#include "scenario/value_text.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/zeek_row.hpp"

namespace portsim {

namespace {

std::string_view without_leading_blanks(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
}

/// The columns of conn.log as Zeek writes it unless told otherwise; later versions have more behind them.
constexpr std::string_view kUsualColumns =
    "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\t"
    "conn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\t"
    "resp_ip_bytes\ttunnel_parents";

/// A row of conn.log whose header was cut off, as by tail(1).
bool is_row_without_header(std::string_view line) {
  constexpr std::string_view kProtocols = "\ttcp\tudp\ticmp\t";
  constexpr std::ptrdiff_t kTabs = 20;
  if (std::count(line.begin(), line.end(), '\t') != kTabs) {
    return false;
  }
  const std::vector<std::string_view> cells = split(line, '\t');
  return cells[0].find('.') != std::string_view::npos && parse_log_seconds(cells[0]) &&
         parse_port(cells[3]) && parse_port(cells[5]) &&
         kProtocols.find("\t" + std::string(cells[6]) + "\t") != std::string_view::npos &&
         (cells[11].find_first_not_of("SFRTOEJH0123") == std::string_view::npos);
}

/// `ts,uid,id.orig_h,...`: the names alone, as exports have them, with tabs or commas.
bool is_bare_header(std::string_view line) {
  return line.starts_with("ts") && line.size() > 2 && (line[2] == '\t' || line[2] == ',') &&
         line.find("orig_h") != std::string_view::npos;
}

class ZeekTsv final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (is_bare_header(line)) {
      separator_ = line[2];
      read_columns(line);
      return;
    }
    if (const std::string_view text = without_leading_blanks(line); text.empty() || text.front() == '#') {
      read_header(text);
    } else if (columns_.empty() && !is_row_without_header(line)) {
      sink.damaged();
    } else if (columns_.empty()) {
      read_columns(kUsualColumns);
      read(line, sink);
    } else if (!has_addresses_) {
      sink.skip();
    } else if (!split_row(line)) {
      sink.damaged();
    } else {
      add_zeek_row(values_, kind_, sink);
    }
  }

 private:
  void read_header(std::string_view line) {
    constexpr std::string_view kSeparator = "#separator ";
    constexpr std::string_view kFields = "#fields";
    constexpr std::string_view kUnset = "#unset_field";
    constexpr std::string_view kPath = "#path";
    if (line.starts_with(kSeparator)) {
      read_separator(line.substr(kSeparator.size()));
    } else if (line.starts_with(kFields) && line.size() > kFields.size() + 1) {
      read_columns(line.substr(kFields.size() + 1));
    } else if (line.starts_with(kUnset) && line.size() > kUnset.size() + 1) {
      unset_ = line.substr(kUnset.size() + 1);
    } else if (line.starts_with(kPath) && line.size() > kPath.size() + 1) {
      path_ = line.substr(kPath.size() + 1);
    }
  }

  /// `\x09`, or the character itself.
  void read_separator(std::string_view text) {
    if (text.starts_with("\\x") && text.size() >= 4) {
      const auto code = parse_unsigned("0x" + std::string(text.substr(2, 2)));
      separator_ = code ? static_cast<char>(*code) : separator_;
    } else if (!text.empty()) {
      separator_ = text.front();
    }
  }

  void read_columns(std::string_view names) {
    columns_.clear();
    std::array<bool, kZeekFieldCount> has{};
    while (true) {
      const std::size_t end = names.find(separator_);
      columns_.push_back(find_zeek_field(names.substr(0, end)));
      if (columns_.back()) {
        has[static_cast<std::size_t>(*columns_.back())] = true;
      }
      if (end == std::string_view::npos) {
        break;
      }
      names.remove_prefix(end + 1);
    }
    const auto knows = [&](ZeekField field) { return has[static_cast<std::size_t>(field)]; };
    has_addresses_ = knows(ZeekField::ts) && knows(ZeekField::source) && knows(ZeekField::destination) &&
                     knows(ZeekField::destination_port);
    kind_ = zeek_kind(
        path_, knows(ZeekField::duration) || knows(ZeekField::conn_state) || knows(ZeekField::history));
    path_.clear();  // of the next header
  }

  /// False when the line has more or fewer columns than the header.
  bool split_row(std::string_view line) {
    values_ = ZeekValues{};
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::size_t end = line.find(separator_);
      if ((end == std::string_view::npos) != (i + 1 == columns_.size())) {
        return false;
      }
      if (columns_[i]) {
        const std::string_view value = line.substr(0, end);
        values_[static_cast<std::size_t>(*columns_[i])] = value == unset_ ? std::string_view() : value;
      }
      line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    }
    return true;
  }

  char separator_ = '\t';
  std::string unset_ = "-";
  std::vector<std::optional<ZeekField>> columns_;  // empty for a column that is not read
  bool has_addresses_ = false;
  std::string path_;
  ZeekKind kind_ = ZeekKind::connections;
  ZeekValues values_{};
};

}  // namespace

bool is_zeek_tsv(std::string_view line) {
  const std::string_view text = without_leading_blanks(line);
  return text.starts_with("#separator ") || text.starts_with("#fields\t") || is_bare_header(line) ||
         is_row_without_header(line);
}

std::unique_ptr<LogReader> make_zeek_tsv_reader() { return std::make_unique<ZeekTsv>(); }

}  // namespace portsim
