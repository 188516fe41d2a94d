#include "trace/line_reader.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "temporary_file.hpp"

using portsim::LineReader;
using portsim::test::TemporaryFile;
using portsim::test::write_gzip;
using Lines = std::vector<std::string>;

namespace {

Lines lines_of(const std::string& path) {
  LineReader reader(path);
  Lines lines;
  while (reader.next()) {
    lines.emplace_back(reader.line());
    CHECK(reader.number() == lines.size());
  }
  CHECK(reader.error().empty());
  return lines;
}

Lines lines_of_text(std::string_view text) { return lines_of(TemporaryFile(text).path()); }

std::string error_of(const std::string& path) {
  LineReader reader(path);
  while (reader.next()) {
  }
  return reader.error();
}

}  // namespace

TEST_CASE("lines end in LF or CRLF, and the last one may lack its end") {
  CHECK(lines_of_text("").empty());
  CHECK(lines_of_text("\n") == Lines{""});
  CHECK(lines_of_text("a\nb\n") == Lines{"a", "b"});
  CHECK(lines_of_text("a\r\n\r\nb") == Lines{"a", "", "b"});
  CHECK(lines_of_text("a\rb\n") == Lines{"a\rb"});
}

TEST_CASE("a byte order mark is skipped at the start of the file only") {
  CHECK(lines_of_text("\xEF\xBB\xBFone\n\xEF\xBB\xBFtwo\n") == Lines{"one", "\xEF\xBB\xBFtwo"});
}

TEST_CASE("zero bytes are bytes like all others") {
  CHECK(lines_of_text(std::string_view("a\0b\nc", 5)) == Lines{std::string("a\0b", 3), "c"});
}

TEST_CASE("lines cross the borders of the blocks in which a file is read") {
  std::string text;
  Lines expected;
  for (int i = 0; i < 40000; ++i) {
    expected.push_back("line " + std::to_string(i));
    text += expected.back() + "\n";
  }
  CHECK(lines_of_text(text) == expected);
}

TEST_CASE("gzip is recognised by its content, several members included") {
  const TemporaryFile file("");
  write_gzip(file.path(), "a\nb");
  write_gzip(file.path(), "c\n", "ab");
  CHECK(lines_of(file.path()) == Lines{"a", "bc"});
}

TEST_CASE("a line of 1 MiB is whole, a longer one is cut and the next line is found") {
  const TemporaryFile file(std::string(LineReader::kLongestLine, 'x') + "\n" +
                           std::string(LineReader::kLongestLine + 70000, 'y') + "\nz\n");
  LineReader reader(file.path());
  REQUIRE(reader.next());
  CHECK(reader.line().size() == LineReader::kLongestLine);
  CHECK_FALSE(reader.is_cut());
  REQUIRE(reader.next());
  CHECK(reader.line().size() == LineReader::kLongestLine);
  CHECK(reader.is_cut());
  REQUIRE(reader.next());
  CHECK(reader.line() == "z");
  CHECK(reader.number() == 3);
  CHECK_FALSE(reader.is_cut());
  CHECK_FALSE(reader.next());
}

TEST_CASE("a file that cannot be opened gives no lines and says why") {
  const TemporaryFile file("a\n");
  CHECK(error_of(file.path()).empty());
  CHECK(error_of(file.path() + ".missing") == "No such file or directory");
  CHECK(error_of(file.directory()) == "is a directory");
}

TEST_CASE("gzip data that is cut short or damaged is an error, not a shorter file") {
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    text += std::to_string(i * 7919 % 10007) + "\n";
  }
  const TemporaryFile file("");
  write_gzip(file.path(), text);
  const auto size = std::filesystem::file_size(file.path());
  {
    std::fstream damage(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(static_cast<std::streamoff>(size / 2));
    damage.write("\xAA\x55\xAA\x55", 4);
  }
  CHECK(error_of(file.path()).find("damaged") != std::string::npos);
  write_gzip(file.path(), text);
  std::filesystem::resize_file(file.path(), size / 2);
  CHECK(error_of(file.path()) == "the gzip data ends too early");
}
