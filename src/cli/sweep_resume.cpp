#include "cli/sweep_resume.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>
#include <variant>

#include "base/number_text.hpp"
#include "cli/row_file.hpp"
#include "report/phrases.hpp"
#include "scenario/value_text.hpp"
#include "trace/csv_cells.hpp"

namespace portsim::cli {
namespace {

constexpr std::string_view kRemedy = "give the options of the first run, or write into another file: -o FILE";

bool is_start_of(std::string_view part, std::string_view whole) { return whole.starts_with(part); }

/// Reads one file and checks it line by line.
class Reader {
 public:
  Reader(const std::string& path, const SweepTable& table, const ExpectedRows& expected, RowsOnFile& found)
      : where_("--resume " + path), path_(path), table_(table), expected_(expected), found_(found) {}

  std::optional<Fault> read(const std::function<void(const std::string&)>& visit) {
    std::error_code ignored;
    if (!std::filesystem::exists(path_, ignored)) {
      return std::nullopt;
    }
    if (const std::string problem = open_rows(path_, in_); !problem.empty()) {
      return Fault{where_, problem, "name a file of rows, or one that is not there yet"};
    }
    const std::string head = table_.head();
    if (!head.empty() && !next_line()) {
      return is_start_of(line_, head) ? std::nullopt : fault("holds no rows of this sweep");
    }
    if (!head.empty() && line_ + '\n' != head) {
      return fault("has other columns than this sweep");
    }
    found_.bytes = head.size();
    std::string first;
    std::string last;
    while (next_line()) {
      if (found_.rows == expected_.rows) {
        return fault("has more rows than this sweep, which has " + grouped(expected_.rows));
      }
      if (!is_start_of(expected_.start(found_.rows), line_)) {
        return fault_of_row(found_.rows, "begins with other values");
      }
      visit(line_);
      first = found_.rows == 0 ? line_ : first;
      last = line_;
      ++found_.rows;
      found_.bytes += line_.size() + 1;
    }
    auto cut = check_cut_row();
    return cut ? cut : check_whole_rows(first, last);
  }

 private:
  /// False at the end of the file; `line_` then holds what stands behind the last line end.
  bool next_line() { return next_row_line(in_, line_); }

  std::optional<Fault> check_cut_row() {
    if (line_.empty()) {
      return std::nullopt;
    }
    if (found_.rows == expected_.rows) {
      return fault("holds more than the rows of this sweep");
    }
    const std::string start = expected_.start(found_.rows);
    if (!is_start_of(start, line_) && !is_start_of(line_, start)) {
      return fault_of_row(found_.rows, "begins with other values");
    }
    return std::nullopt;
  }

  std::optional<Fault> check_whole_rows(const std::string& first, const std::string& last) {
    if (found_.rows > 0 && expected_.whole(0) != first + '\n') {
      return fault_of_row(0, "does not come out again: some option, or the version of portsim, is another");
    }
    if (found_.rows > 1 && expected_.whole(found_.rows - 1) != last + '\n') {
      return fault_of_row(found_.rows - 1,
                          "does not come out again: some option, or the version of portsim, is another");
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Fault> fault(std::string what) const {
    return Fault{where_, std::move(what), std::string(kRemedy)};
  }

  [[nodiscard]] std::optional<Fault> fault_of_row(std::uint64_t row, const std::string& what) const {
    return fault("is not of this sweep: its row " + grouped(row + 1) + " " + what);
  }

  std::string where_;
  std::string path_;
  std::ifstream in_;
  const SweepTable& table_;
  const ExpectedRows& expected_;
  RowsOnFile& found_;
  std::string line_;
};

/// The value of a column in a row of JSON or CSV; empty for null.
class RowValues {
 public:
  RowValues(SweepForm form, const std::vector<std::string>& columns, const std::string& row)
      : columns_(columns) {
    if (form == SweepForm::json_lines) {
      document_.Parse<rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag>(row.c_str());
      is_whole_ = !document_.HasParseError() && document_.IsObject();
    } else {
      is_whole_ = split_csv_line(row, cells_) && cells_.size() == columns.size();
    }
  }

  [[nodiscard]] bool is_whole() const { return is_whole_; }

  [[nodiscard]] std::string value(const char* column) const {
    if (document_.IsObject()) {
      return document_.HasMember(column) && document_[column].IsString() ? document_[column].GetString() : "";
    }
    const auto place = std::find(columns_.begin(), columns_.end(), column);
    return place == columns_.end() ? "" : cells_[static_cast<std::size_t>(place - columns_.begin())];
  }

 private:
  const std::vector<std::string>& columns_;
  rapidjson::Document document_;
  std::vector<std::string> cells_;
  bool is_whole_ = false;
};

}  // namespace

std::optional<Fault> read_rows(const std::string& path, const SweepTable& table, const ExpectedRows& expected,
                               const std::function<void(const std::string&)>& visit, RowsOnFile& found) {
  return Reader(path, table, expected, found).read(visit);
}

std::optional<Result> judged_part(SweepForm form, const std::vector<std::string>& columns,
                                  const std::string& row) {
  const RowValues values(form, columns, row);
  if (!values.is_whole()) {
    return std::nullopt;
  }
  const auto attempts = parse_unsigned(values.value("attempts"));
  const auto failed = parse_unsigned(values.value("failed"));
  if (!attempts || !failed) {
    return std::nullopt;
  }
  Result result;
  result.attempts = *attempts;
  result.failed = *failed;
  const Parsed<Duration> longest = parse_duration(values.value("outages.longest_s"));
  if (!holds_value(longest)) {
    return std::nullopt;
  }
  result.outages.longest = std::get<Duration>(longest);
  if (const std::string time = values.value("first_failure.time_s"); !time.empty()) {
    const Parsed<Duration> parsed = parse_duration(time);
    if (!holds_value(parsed)) {
      return std::nullopt;
    }
    result.first_failure = FirstFailure{.time = TimePoint{std::get<Duration>(parsed)}};
  }
  return result;
}

}  // namespace portsim::cli
