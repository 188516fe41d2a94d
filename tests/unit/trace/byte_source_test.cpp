#include "base/byte_source.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "catch.hpp"
#include "temporary_file.hpp"

using namespace std::string_literals;
using portsim::ByteSource;
using portsim::test::TemporaryFile;
using portsim::test::write_gzip;

namespace {

std::string content_of(const std::string& path) {
  ByteSource bytes(path);
  std::string content;
  while (bytes.fill()) {
    content += bytes.rest();
    bytes.drop(bytes.rest().size());
  }
  CHECK(bytes.error().empty());
  return content;
}

std::string content_of_bytes(std::string_view stored) { return content_of(TemporaryFile(stored).path()); }

}  // namespace

TEST_CASE("a file is known by its size and its SHA-256") {
  // FIPS 180-4, examples of NIST.
  ByteSource bytes(TemporaryFile("abc").path());
  const ByteSource::Stored stored = bytes.finish();
  CHECK(stored.size == 3);
  CHECK(stored.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("size and hash are those of the stored bytes, however much of them was read") {
  const TemporaryFile file("");
  write_gzip(file.path(), std::string(300000, 'x'));
  ByteSource unread(file.path());
  std::uint64_t heard = 0;
  unread.watch([&](std::uint64_t bytes) { heard += bytes; });
  ByteSource begun(file.path());
  REQUIRE(begun.fill());
  const ByteSource::Stored stored = unread.finish();
  CHECK(stored.size == std::filesystem::file_size(file.path()));
  CHECK(heard == stored.size);
  CHECK(begun.finish().sha256 == stored.sha256);
}

TEST_CASE("text in UTF-16 becomes UTF-8") {
  CHECK(content_of_bytes("\xFF\xFE"s + "a\0\xE4\0\xAC\x20\x3D\xD8\x00\xDE"s) ==
        "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
  CHECK(content_of_bytes("\xFE\xFF"s + "\0a\0\n"s) == "a\n");
  CHECK(content_of_bytes("\xFF\xFE"s + "\x00\xDE"s) == "\xEF\xBF\xBD");  // half a pair
}

TEST_CASE("text in UTF-16 may be packed, and be longer than a block") {
  std::string stored = "\xFF\xFE";
  for (int i = 0; i < 200000; ++i) {
    stored += "x\0"s;
  }
  const TemporaryFile file("");
  write_gzip(file.path(), stored);
  CHECK(content_of(file.path()) == std::string(200000, 'x'));
}

TEST_CASE("what stands behind the last member of a gzip file is no part of its text") {
  const TemporaryFile file("");
  write_gzip(file.path(), "a");
  write_gzip(file.path(), "b", "ab");
  {
    std::ofstream tail(file.path(), std::ios::app | std::ios::binary);
    tail << std::string(100, '\0');
  }
  CHECK(content_of(file.path()) == "ab");
}
