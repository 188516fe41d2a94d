#include "trace/csv_log.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/number_text.hpp"
#include "portsim/wide.hpp"
#include "scenario/load_text.hpp"
#include "scenario/scope_text.hpp"
#include "scenario/settings.hpp"
#include "scenario/value_text.hpp"
#include "trace/addresses.hpp"
#include "trace/csv_cells.hpp"
#include "trace/line_reader.hpp"
#include "trace/quoted_cell.hpp"

namespace portsim {

namespace {

enum class Column : std::uint8_t {
  start,
  duration,
  src,
  dst,
  dport,
  closer,
  peer_close_delay,
  bind,
  sport,
  reuseaddr,
  connect_timeout,
  late_reset,
};

/// The columns' names, indexed by `Column`.
constexpr std::array<std::string_view, 12> kColumnNames{"start_s",
                                                        "duration_s",
                                                        "src",
                                                        "dst",
                                                        "dport",
                                                        "closer",
                                                        "peer_close_delay_s",
                                                        "bind",
                                                        "sport",
                                                        "reuseaddr",
                                                        "connect_timeout_s",
                                                        "late_reset"};

constexpr std::size_t kFaultsInFull = 20;
constexpr std::size_t kLongestAddress = 253;  // of a host name (RFC 1035)
constexpr std::uint64_t kHighestPort = 65535;

std::optional<Column> find_column(std::string_view name) {
  const auto* found = std::find(kColumnNames.begin(), kColumnNames.end(), name);
  if (found == kColumnNames.end()) {
    return std::nullopt;
  }
  return static_cast<Column>(found - kColumnNames.begin());
}

std::array<std::string_view, kCloserCount> closer_names() {
  std::array<std::string_view, kCloserCount> names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    names[i] = closer_name(static_cast<Closer>(i));
  }
  return names;
}

/// `try client` when a name is near, else the list of all.
template <std::size_t count>
std::string suggest(std::string_view wrong, const std::array<std::string_view, count>& names) {
  if (const std::string_view near = nearest(wrong, names); !near.empty()) {
    return "did you mean " + std::string(near) + "?";
  }
  std::string list = "use one of";
  for (const std::string_view name : names) {
    list += (name == names.front() ? " " : ", ") + std::string(name);
  }
  return list;
}

bool is_blank_or_comment(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  return begin == std::string_view::npos || line[begin] == '#';
}

/// Reads one file; made for one call of `read`.
class CsvLog {
 public:
  CsvLog(const std::string& path, LineReader& lines) : path_(path), lines_(lines) {}

  std::variant<RecordedLoad, std::vector<Fault>> read();

 private:
  void add_fault(std::string what, std::string remedy);
  void add_cell_fault(Column column, std::string_view text, std::string_view what, std::string remedy);
  bool read_line();
  bool read_header();
  void read_column_name(const std::string& name);
  void read_rows();
  void read_row();
  void read_cell(Column column, const std::string& text);
  std::optional<Duration> read_time(Column column, std::string_view text);
  std::optional<std::uint64_t> read_number(Column column, std::string_view text, std::uint64_t least,
                                           std::uint64_t most);
  void read_address(Column column, std::string_view text);
  void check_row();
  std::variant<RecordedLoad, std::vector<Fault>> outcome();

  std::string path_;
  LineReader& lines_;
  std::vector<std::string> cells_;
  std::vector<std::optional<Column>> columns_;  // empty for a column that is not known
  RecordedConnection row_;
  std::string remote_address_;
  std::uint64_t remote_port_ = 0;
  Numbering sources_;
  Numbering destinations_;
  std::vector<RecordedConnection> rows_;
  std::vector<Fault> faults_;
  std::size_t fault_count_ = 0;
};

void CsvLog::add_fault(std::string what, std::string remedy) {
  if (++fault_count_ <= kFaultsInFull) {
    std::string where = lines_.number() > 0 ? path_ + ":" + std::to_string(lines_.number()) : path_;
    faults_.push_back({std::move(where), std::move(what), std::move(remedy)});
  }
}

void CsvLog::add_cell_fault(Column column, std::string_view text, std::string_view what, std::string remedy) {
  if (fault_count_ < kFaultsInFull) {
    const std::string name(kColumnNames[static_cast<std::size_t>(column)]);
    add_fault(name + " " + quoted_cell(text) + " " + std::string(what), std::move(remedy));
  } else {
    ++fault_count_;  // a damaged file of millions of lines need not be put in words
  }
}

/// Cuts the next line that is neither blank nor a comment into `cells_`; a line that cannot be cut is a fault
/// and skipped.
bool CsvLog::read_line() {
  while (lines_.next()) {
    if (lines_.is_cut()) {
      add_fault("the line is longer than 1 MiB", "is this a CSV file with one connection a line?");
    } else if (is_blank_or_comment(lines_.line())) {
      continue;
    } else if (!split_csv_line(lines_.line(), cells_)) {
      add_fault("a quoted cell does not end as it should in " + quoted_cell(lines_.line()),
                "close every quote; write a quote inside a quoted cell twice");
    } else {
      return true;
    }
    if (columns_.empty()) {
      return false;  // without a header the rest has no meaning
    }
  }
  return false;
}

void CsvLog::read_column_name(const std::string& name) {
  const std::optional<Column> column = find_column(name);
  if (!column) {
    add_fault("unknown column " + quoted_cell(name), suggest(name, kColumnNames));
  } else if (std::find(columns_.begin(), columns_.end(), column) != columns_.end()) {
    add_fault("column " + name + " stands twice", "name each column once");
  }
  columns_.push_back(column);
}

bool CsvLog::read_header() {
  if (!read_line()) {
    if (fault_count_ == 0 && lines_.error().empty()) {
      add_fault("the file is empty", "begin it with a header line such as start_s,duration_s");
    }
    return false;
  }
  const auto is_column = [](const std::string& name) { return find_column(name).has_value(); };
  if (std::none_of(cells_.begin(), cells_.end(), is_column)) {
    add_fault("the first line names no known column: " + quoted_cell(lines_.line()),
              "begin the file with a header line such as start_s,duration_s");
    return false;
  }
  for (const std::string& name : cells_) {
    read_column_name(name);
  }
  if (std::find(columns_.begin(), columns_.end(), Column::start) == columns_.end()) {
    add_fault("there is no column start_s", "add start_s, the start of each connection in seconds");
    return false;
  }
  return true;
}

std::optional<Duration> CsvLog::read_time(Column column, std::string_view text) {
  const bool is_start = column == Column::start;  // the others are lengths
  if (text.starts_with('-')) {
    add_cell_fault(column, text, "is negative",
                   is_start ? "times count from the start of the run"
                            : "write a length of 0 or more, or leave the cell empty");
    return std::nullopt;
  }
  constexpr unsigned kDecimalsOfNanosecond = 9;
  NumberFault fault{};
  const std::optional<Decimal> value = parse_decimal(text, fault);
  const bool is_too_fine = value ? value->decimals > kDecimalsOfNanosecond : fault == NumberFault::too_fine;
  if (is_too_fine) {
    add_cell_fault(column, text, "is finer than a nanosecond", "write at most 9 decimals");
    return std::nullopt;
  }
  if (!value && fault == NumberFault::not_a_number) {
    add_cell_fault(column, text, "is not a time", "write seconds as a plain decimal such as 12.345");
    return std::nullopt;
  }
  Uint128 nanoseconds = value ? value->mantissa : 0;
  for (unsigned decimals = value ? value->decimals : 0; decimals < kDecimalsOfNanosecond; ++decimals) {
    nanoseconds *= 10;
  }
  if (!value || nanoseconds > static_cast<Uint128>(kLongestDelay.count())) {
    add_cell_fault(column, text, "is above 1000000000 seconds",
                   is_start ? "count from the start of the run, not from 1970"
                            : "write a length in seconds; no run is longer than that");
    return std::nullopt;
  }
  return Duration{static_cast<std::int64_t>(nanoseconds)};
}

std::optional<std::uint64_t> CsvLog::read_number(Column column, std::string_view text, std::uint64_t least,
                                                 std::uint64_t most) {
  const std::optional<std::uint64_t> value = parse_unsigned(text);
  if (!value || *value < least || *value > most) {
    add_cell_fault(column, text,
                   "is not a number from " + std::to_string(least) + " to " + std::to_string(most),
                   "or leave the cell empty");
    return std::nullopt;
  }
  return value;
}

void CsvLog::read_address(Column column, std::string_view text) {
  const auto is_plain = [](char c) { return c > 0x20 && c < 0x7f; };
  if (text.size() > kLongestAddress || !std::all_of(text.begin(), text.end(), is_plain)) {
    add_cell_fault(column, text, "is not an address",
                   "write it without spaces, such as 192.0.2.1 or 2001:db8::1");
  }
  row_.is_loopback = row_.is_loopback || is_loopback_address(text);
}

void CsvLog::read_cell(Column column, const std::string& text) {
  switch (column) {
    case Column::start:
      if (const auto time = read_time(column, text)) {
        row_.start = TimePoint{*time};
      }
      break;
    case Column::duration: row_.lifetime = read_time(column, text); break;
    case Column::peer_close_delay: row_.peer_close_delay = read_time(column, text); break;
    case Column::connect_timeout:
      row_.connect_timeout = read_time(column, text);
      if (row_.connect_timeout == Duration::zero()) {
        add_cell_fault(column, text, "must be above 0",
                       "leave the cell empty for the value of --connect-timeout");
      }
      break;
    case Column::closer:
      row_.closer = find_closer(text);
      if (!row_.closer) {
        add_cell_fault(column, text, "is not known", suggest(text, closer_names()));
      }
      break;
    case Column::bind:
      if (const Parsed<BindMode> bind = parse_bind(text); holds_value(bind)) {
        row_.bind = std::get<BindMode>(bind);
      } else {
        add_cell_fault(column, text, "is not known", "try " + std::get<Wrong>(bind).example);
      }
      break;
    case Column::sport:
      row_.local_port = static_cast<std::uint16_t>(read_number(column, text, 0, kHighestPort).value_or(0));
      break;
    case Column::reuseaddr:
      if (const auto flag = read_number(column, text, 0, 1)) {
        row_.reuse_address = *flag == 1;
      }
      break;
    case Column::late_reset: row_.has_late_reset = read_number(column, text, 0, 1) == 1; break;
    case Column::src:
      read_address(column, text);
      row_.source = sources_.number_of(text);
      break;
    case Column::dst:
      read_address(column, text);
      remote_address_ = text;
      break;
    case Column::dport: remote_port_ = read_number(column, text, 1, kHighestPort).value_or(0); break;
  }
}

/// Rules that concern several cells of a row.
void CsvLog::check_row() {
  if (row_.start.time_since_epoch() == kLongestDelay) {
    add_fault("start_s is 1000000000, the longest run", "count from the start of the run, not from 1970");
  }
}

void CsvLog::read_row() {
  if (cells_.size() != columns_.size()) {
    add_fault("the row has " + std::to_string(cells_.size()) + (cells_.size() == 1 ? " cell" : " cells") +
                  ", the header " + std::to_string(columns_.size()) + ": " + quoted_cell(lines_.line()),
              "write one cell for each column; it may be empty");
    return;
  }
  row_ = RecordedConnection{};
  remote_address_.clear();
  remote_port_ = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (!columns_[i]) {
      continue;
    }
    if (!cells_[i].empty()) {
      read_cell(*columns_[i], cells_[i]);
    } else if (columns_[i] == Column::start) {
      add_fault("start_s is empty", "every row needs its start in seconds");
    }
  }
  row_.destination = destinations_.number_of(remote_address_ + " " + std::to_string(remote_port_));
  check_row();
  if (fault_count_ == 0) {
    rows_.push_back(row_);
  }
}

void CsvLog::read_rows() {
  while (read_line()) {
    read_row();
  }
  if (rows_.empty() && fault_count_ == 0 && lines_.error().empty()) {
    add_fault("there is no connection below the header", "write one row for each connection");
  }
}

std::variant<RecordedLoad, std::vector<Fault>> CsvLog::outcome() {
  if (fault_count_ > faults_.size()) {
    faults_.push_back({path_, "and " + std::to_string(fault_count_ - faults_.size()) + " more faults", ""});
  }
  if (!lines_.error().empty()) {
    faults_.push_back({path_, "cannot be read: " + lines_.error(), ""});
  }
  if (!faults_.empty()) {
    return std::move(faults_);
  }
  const auto starts_before = [](const RecordedConnection& a, const RecordedConnection& b) {
    return a.start < b.start;
  };
  if (!std::is_sorted(rows_.begin(), rows_.end(), starts_before)) {
    std::stable_sort(rows_.begin(), rows_.end(), starts_before);
  }
  return RecordedLoad{{lines_.input_file(path_)},
                      std::make_shared<const std::vector<RecordedConnection>>(std::move(rows_))};
}

std::variant<RecordedLoad, std::vector<Fault>> CsvLog::read() {
  if (read_header()) {
    read_rows();
  }
  return outcome();
}

}  // namespace

bool is_csv_log(std::string_view line) {
  std::vector<std::string> cells;
  return split_csv_line(line, cells) && std::any_of(cells.begin(), cells.end(), [](const std::string& name) {
           return find_column(name).has_value();
         });
}

std::variant<RecordedLoad, std::vector<Fault>> read_csv_log(const std::string& path, LineReader& lines) {
  return CsvLog(path, lines).read();
}

std::variant<RecordedLoad, std::vector<Fault>> read_csv_log(const std::string& path) {
  LineReader lines(path);
  return read_csv_log(path, lines);
}

}  // namespace portsim
