#include "trace/csv_cells.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

using portsim::split_csv_line;
using Cells = std::vector<std::string>;

namespace {

Cells split(std::string_view line) {
  Cells cells{"from the line before"};
  REQUIRE(split_csv_line(line, cells));
  return cells;
}

}  // namespace

TEST_CASE("a line has one cell more than it has commas") {
  CHECK(split("") == Cells{""});
  CHECK(split("a") == Cells{"a"});
  CHECK(split("a,b,c") == Cells{"a", "b", "c"});
  CHECK(split(",,") == Cells{"", "", ""});
}

TEST_CASE("blanks around a cell are dropped, blanks inside are kept") {
  CHECK(split(" a ,\tb c\t, ") == Cells{"a", "b c", ""});
}

TEST_CASE("a quoted cell keeps its commas, blanks and doubled quotes") {
  CHECK(split(R"("a,b"," c ","say ""no""","")") == Cells{"a,b", " c ", R"(say "no")", ""});
  CHECK(split(R"( "a" , "b" )") == Cells{"a", "b"});
}

TEST_CASE("a quote inside an unquoted cell is text") { CHECK(split(R"(5",b)") == Cells{R"(5")", "b"}); }

TEST_CASE("a quoted cell that does not end, or goes on behind its quote, is refused") {
  Cells cells;
  CHECK_FALSE(split_csv_line(R"("a)", cells));
  CHECK_FALSE(split_csv_line(R"(a,")", cells));
  CHECK_FALSE(split_csv_line(R"("a"")", cells));
  CHECK_FALSE(split_csv_line(R"("a"b,c)", cells));
}
