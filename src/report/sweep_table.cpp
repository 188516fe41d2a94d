#include "report/sweep_table.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/number_text.hpp"
#include "report/csv.hpp"
#include "report/json_fields.hpp"
#include "report/json_writer.hpp"
#include "report/layout.hpp"
#include "report/phrases.hpp"

namespace portsim {
namespace {

/// A column of the table for people, wide enough for all but astronomic values.
struct ResultColumn {
  std::string_view title;
  std::size_t width;
};
constexpr std::string_view kFailing = "failing";  // has a colour where attempts fail
constexpr std::array kResultColumns{ResultColumn{"capacity", 9},  ResultColumn{"peak", 9},
                                    ResultColumn{"attempts", 11}, ResultColumn{"failed", 11},
                                    ResultColumn{kFailing, 9},    ResultColumn{"first failure", 15}};
constexpr std::array kSustainableColumns{ResultColumn{"max rate/s", 15}, ResultColumn{"max delay", 11},
                                         ResultColumn{"min ports", 9}};
/// Of replications: means with 95 % intervals, and not what the first one gave.
constexpr std::array kReplicationColumns{ResultColumn{"capacity", 9},     ResultColumn{kFailing, 9},
                                         ResultColumn{"from", 9},         ResultColumn{"to", 9},
                                         ResultColumn{"without any", 11}, ResultColumn{"from", 9},
                                         ResultColumn{"to", 9},           ResultColumn{"half failed by", 15}};
constexpr std::string_view kGap = "  ";

std::vector<ResultColumn> result_columns(bool with_replications, bool with_sustainable) {
  std::vector<ResultColumn> columns;
  if (with_replications) {
    columns.assign(kReplicationColumns.begin(), kReplicationColumns.end());
  } else {
    columns.assign(kResultColumns.begin(), kResultColumns.end());
  }
  if (with_sustainable) {
    columns.insert(columns.end(), kSustainableColumns.begin(), kSustainableColumns.end());
  }
  return columns;
}

std::vector<std::string> run_cells(const Result& result) {
  return {
      grouped(result.capacity),
      grouped(result.ports_in_use.peak),
      grouped(result.attempts),
      grouped(result.failed),
      percent(result.failed, std::max<std::uint64_t>(result.attempts, 1)),
      result.first_failure ? human_time(result.first_failure->time) : "never",
  };
}

std::vector<std::string> replication_cells(const Result& first, const ReplicationResult& all) {
  const auto ratio = [](std::optional<double> share) { return share ? ratio_percent(*share, 2) : "-"; };
  const MeanEstimate failing =
      all.means[static_cast<std::size_t>(Measure::failure_ratio)].value_or(MeanEstimate{});
  const std::optional<TimePoint> median = all.first_failure[1].value;
  return {grouped(first.capacity),
          ratio(failing.mean),
          ratio(failing.low),
          ratio(failing.high),
          ratio(all.without_failure.share),
          ratio(all.without_failure.low),
          ratio(all.without_failure.high),
          median ? human_time(*median) : "later"};
}

std::vector<std::string> result_cells(const Report& report) {
  std::vector<std::string> cells =
      report.replications ? replication_cells(report.result, *report.replications) : run_cells(report.result);
  if (report.remedies) {
    const Sustainable* const found = &report.remedies->sustainable;
    cells.push_back(found->max_rate ? to_text(Decimal{found->max_rate->mantissa, found->max_rate->decimals})
                                    : "-");
    cells.push_back(found->max_delay ? human_time(*found->max_delay) : "-");
    cells.push_back(found->min_ports ? grouped(*found->min_ports) : "-");
  }
  return cells;
}

bool has_failures(const Report& report) {
  const auto ratio = report.replications
                         ? report.replications->means[static_cast<std::size_t>(Measure::failure_ratio)]
                         : std::nullopt;
  return ratio ? ratio->mean > 0 : report.result.failed > 0;
}

void append_cell(std::string& line, std::string_view cell, std::size_t width, bool is_red = false) {
  line.append(line.empty() ? "" : kGap);
  line.append(width - std::min(width, display_width(cell)), ' ').append(painted(cell, Ink::red, is_red));
}

std::string json_line(const std::vector<Scalar>& fields) {
  std::ostringstream out;
  JsonLineWriter writer(out);
  writer.begin_object();
  for (const Scalar& field : fields) {
    writer.name(valid_utf8(field.name));
    write_value(writer, field.value);
  }
  writer.end_object();
  return out.str();
}

std::string csv_line(const std::vector<Scalar>& fields) {
  std::ostringstream out;
  write_csv_row(fields, out);
  return out.str();
}

}  // namespace

SweepTable::SweepTable(SweepForm form, std::vector<SweepColumn> settings, const Report& model,
                       bool with_color)
    : form_(form),
      with_color_(with_color),
      settings_(std::move(settings)),
      with_replications_(model.replications.has_value()),
      with_sustainable_(model.remedies.has_value()) {
  for (Scalar& scalar : scalars(model, FieldSet::without_scenario)) {
    results_.push_back(std::move(scalar.name));
  }
}

std::vector<std::string> SweepTable::columns() const {
  std::vector<std::string> names;
  for (const SweepColumn& column : settings_) {
    names.push_back(column.name);
  }
  names.insert(names.end(), results_.begin(), results_.end());
  return names;
}

std::string SweepTable::head() const {
  switch (form_) {
    case SweepForm::json_lines: return "";
    case SweepForm::csv: {
      std::vector<Scalar> fields;
      for (std::string& name : columns()) {
        fields.push_back({std::move(name), {}});
      }
      std::ostringstream out;
      write_csv_header(fields, out);
      return out.str();
    }
    case SweepForm::table: {
      std::vector<std::string> names;
      for (const SweepColumn& column : settings_) {
        names.push_back(column.name);
      }
      std::vector<std::string> titles;
      for (const ResultColumn& column : result_columns(with_replications_, with_sustainable_)) {
        titles.emplace_back(column.title);
      }
      return table_line(names, titles, false);
    }
  }
  return "";
}

std::string SweepTable::row(const std::vector<FieldValue>& settings, const Report& report) const {
  if (form_ == SweepForm::table) {
    std::vector<std::string> texts;
    for (const FieldValue& value : settings) {
      texts.push_back(value.text);
    }
    return table_line(texts, result_cells(report), with_color_ && has_failures(report));
  }
  std::vector<Scalar> fields = named(settings);
  std::vector<Scalar> results = aligned(report);
  std::move(results.begin(), results.end(), std::back_inserter(fields));
  return form_ == SweepForm::csv ? csv_line(fields) : json_line(fields) + '\n';
}

std::string SweepTable::row_start(const std::vector<FieldValue>& settings) const {
  if (settings.empty()) {
    return form_ == SweepForm::json_lines ? "{" : "";
  }
  std::string line = form_ == SweepForm::csv ? csv_line(named(settings)) : json_line(named(settings));
  line.back() = ',';  // in place of the line's end, or of the closing brace
  return line;
}

std::vector<Scalar> SweepTable::named(const std::vector<FieldValue>& settings) const {
  std::vector<Scalar> fields;
  for (std::size_t index = 0; index < settings.size(); ++index) {
    fields.push_back({settings_[index].name, settings[index]});
  }
  return fields;
}

/// The scalars of the report under the names of all rows; what the report has not got is null.
std::vector<Scalar> SweepTable::aligned(const Report& report) const {
  std::vector<Scalar> found = scalars(report, FieldSet::without_scenario);
  if (found.size() == results_.size()) {
    return found;
  }
  std::vector<Scalar> fields;
  auto next = found.begin();
  for (const std::string& name : results_) {
    if (next != found.end() && next->name == name) {
      fields.push_back(std::move(*next++));
    } else {
      fields.push_back({name, {}});
    }
  }
  return fields;
}

std::string SweepTable::table_line(const std::vector<std::string>& settings,
                                   const std::vector<std::string>& results, bool is_red) const {
  std::string line;
  for (std::size_t index = 0; index < settings.size(); ++index) {
    append_cell(line, settings[index], std::max(settings_[index].width, settings_[index].name.size()));
  }
  const std::vector<ResultColumn> columns = result_columns(with_replications_, with_sustainable_);
  for (std::size_t index = 0; index < results.size(); ++index) {
    append_cell(line, results[index], columns[index].width, is_red && columns[index].title == kFailing);
  }
  return line + '\n';
}

}  // namespace portsim
