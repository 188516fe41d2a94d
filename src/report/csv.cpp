#include "report/csv.hpp"

#include <ostream>

namespace portsim {
namespace {

template <typename Cell>
void write_row(const std::vector<Scalar>& fields, std::ostream& out, Cell cell) {
  std::string_view separator;
  for (const Scalar& field : fields) {
    out << separator << csv_cell(cell(field));
    separator = ",";
  }
  out << '\n';
}

}  // namespace

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char letter : text) {
    quoted.append(letter == '"' ? 2 : 1, letter);
  }
  return quoted + '"';
}

void write_csv_header(const std::vector<Scalar>& fields, std::ostream& out) {
  write_row(fields, out, [](const Scalar& field) -> const std::string& { return field.name; });
}

void write_csv_row(const std::vector<Scalar>& fields, std::ostream& out) {
  write_row(fields, out, [](const Scalar& field) -> const std::string& { return field.value.text; });
}

void write_csv(const Report& report, std::ostream& out) {
  const std::vector<Scalar> fields = scalars(report, FieldSet::all);
  write_csv_header(fields, out);
  write_csv_row(fields, out);
}

}  // namespace portsim
