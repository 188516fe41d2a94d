// Files that toml++ must not see: found by fuzzing (tests/fuzz).
#include "scenario/toml_file.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

namespace portsim {
namespace {

/// The one fault of a text, as `FILE:LINE: WHAT`; empty if it has none.
std::string fault_of_toml(const std::string& content) {
  std::vector<Fault> faults;
  (void)parse_toml("a.toml", content, "example", faults);
  REQUIRE(faults.size() <= 1);
  return faults.empty() ? "" : faults.front().where + ": " + faults.front().what;
}

TEST_CASE("a character beyond ASCII stands within quotes or in a remark") {
  CHECK(fault_of_toml("stn =\xC8\x83\n") ==
        "a.toml:1: is not TOML: a character beyond ASCII stands outside of quotes");
  CHECK(fault_of_toml("a = 1\n\n\xE2\x80\x83\xE1\x9A\x81 = 2\n").starts_with("a.toml:3: "));
  CHECK(fault_of_toml("a = \"\"\"x\"\"\"\"\"\xC8\x83 \"").starts_with("a.toml:1: "));
  CHECK(fault_of_toml("\xEF\xBB\xBF# \xC8\x83\na = \"\xC8\x83\"\nb = '\\'\nc = '''\n\xC8\x83'''\n").empty());
  CHECK(fault_of_toml("a = \"\\\"\xC8\x83\"\nb = \"\"\"\"\"\xC8\x83\"\"\"\"\"\n").empty());
}

TEST_CASE("a backslash within long quotes is not followed by a character beyond ASCII") {  // found by fuzzing
  for (const char* const text :
       {"a = \"\"\"b\n\\\xCC\x8C\"\"\"\n", "a = \"\"\"?\n\\ \n\xEF\xBB\xBF\xCC\x8C\"\"\"\n",
        "a = \"\"\"b\\\r\n\xCC\x8C\"\"\"\n"}) {
    CAPTURE(text);
    CHECK(fault_of_toml(text).ends_with(": is not TOML: a character beyond ASCII follows a backslash"));
  }
  CHECK(fault_of_toml("a = \"\"\"b\\\n  c\xCC\x8C \\\\\xCC\x8C \\\"\xCC\x8C\"\"\"\nb = '''\\\xCC\x8C'''\n")
            .empty());
}

TEST_CASE("a quote begins a text, or it stands in one") {
  for (const char* const text :
       {"a = -\"\xD1\xAF\"", "a = [1 '\xD1\xAF']", "a = 2026-11-23 \"\xD1\xAF\"",
        "a = \"\"\n  b\"\xD1\xAF\" = 1", "a = 1.\"\xD1\xAF\"", "a = 'b' '\xD1\xAF'"}) {
    CAPTURE(text);
    CHECK(fault_of_toml(text).ends_with(" is not TOML: a quote stands where no text can begin"));
  }
  CHECK(fault_of_toml("\"a\" = [ \"b\",\r\n 'c', # 'd' \"e\"\n\t\"f\" ]\n'g' = { \"h\" = '', 'i' = 1 }\n")
            .empty());
}

TEST_CASE("a value is no place for brackets and equals signs that begin nothing") {
  for (const char* const text : {"a = 1['\xD1\xAF']", "a = [1['\xD1\xAF']]", "a = 1{b = '\xD1\xAF'}"}) {
    CAPTURE(text);
    CHECK(fault_of_toml(text).ends_with(" is not TOML: a bracket stands where no value can begin"));
  }
  for (const char* const text :
       {"a = 12='\xD1\xAF'", "a = {b = 1='\xD1\xAF'}", "a = [\n1='\xD1\xAF']", "a = 12=*[['\xD1\xAF"}) {
    CAPTURE(text);
    CHECK(fault_of_toml(text).ends_with(" is not TOML: an equals sign stands in a value"));
  }
  CHECK(
      fault_of_toml("a = { b = { c = [ 1, [ 2 ], { d = 3 } ] }, e = 4 }\nf = [\n{ g = 1 },\n]\n[h]\ni = 1\n")
          .empty());
}

TEST_CASE("a section begins with a name") {
  for (const char* const section : {"[", "[!]", "  [ \t=", "[[*a]]", "[\n", "a = [1]\n[ ="}) {
    CAPTURE(section);
    CHECK(fault_of_toml(section).ends_with(" is not TOML: a section has no name"));
  }
  CHECK(fault_of_toml("[a]\n[[ \"b\" ]]\n['c']\n[_]\n").empty());
  CHECK(fault_of_toml("a = [\n[],\n[+3], [{b = 1}]]\n").empty());
}

TEST_CASE("a value that is missing in an array is told of in every build") {
  CHECK(fault_of_toml("a = [0.2, }\n") == "a.toml: is not TOML: a value or a name is missing, or a bracket");
}

TEST_CASE("a control character is no part of a TOML document") {
  const std::string at_two = fault_of_toml("a = 1\nb = \"\x02\"\n");
  CHECK(at_two == "a.toml:2: is not TOML: a control character");
  CHECK(fault_of_toml("a = \"\x7F\"\n") == "a.toml:1: is not TOML: a control character");
  CHECK(fault_of_toml("a = \"x\ty\"\r\n").empty());
}

}  // namespace
}  // namespace portsim
