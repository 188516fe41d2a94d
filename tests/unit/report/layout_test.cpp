#include "report/layout.hpp"

#include <sstream>

#include "catch.hpp"

using namespace portsim;
using Lines = std::vector<std::string>;

TEST_CASE("text wraps at spaces, and a word that is too long stands alone") {
  CHECK(wrapped("", 10) == Lines{""});
  CHECK(wrapped("one two", 10) == Lines{"one two"});
  CHECK(wrapped("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrapped("a verylongword b", 5) == Lines{"a", "verylongword", "b"});
}

TEST_CASE("a row's text wraps beside its label") {
  std::ostringstream out;
  TextLayout text(out, 32);
  text.row("ports", "3,977 in all and more");
  CHECK(out.str() ==
        "  ports               3,977 in\n"
        "                      all and\n"
        "                      more\n");
}

TEST_CASE("a table aligns names to the left and numbers to the right") {
  std::ostringstream out;
  TextTable table;
  table.add({"", "peak", "mean"});
  table.add({"TIME_WAIT", "3,975", "1"});
  table.add({"x"});
  TextLayout(out, 80).table(table);
  CHECK(out.str() ==
        "               peak   mean\n"
        "  TIME_WAIT   3,975      1\n"
        "  x\n");
}

TEST_CASE("the width of text counts characters, not bytes") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("█▁") == 2);
}
