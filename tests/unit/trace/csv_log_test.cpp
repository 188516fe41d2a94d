#include "trace/csv_log.hpp"

#include <chrono>
#include <random>
#include <string>

#include "catch.hpp"
#include "temporary_file.hpp"
#include "trace/line_reader.hpp"

using namespace portsim;
using namespace std::chrono_literals;
using portsim::test::TemporaryFile;
using portsim::test::write_gzip;

namespace {

std::vector<RecordedConnection> connections_of(const std::string& path) {
  const auto outcome = read_csv_log(path);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&outcome)) {
    FAIL(faults->front().where << ": " << faults->front().what);
  }
  const auto& load = std::get<RecordedLoad>(outcome);
  REQUIRE(load.files.size() == 1);
  CHECK(load.files.front().path == path);
  return load.connections->copy();
}

std::vector<RecordedConnection> connections(std::string_view text) {
  return connections_of(TemporaryFile(text).path());
}

/// The faults of a file, without its directory.
std::vector<Fault> faults(std::string_view text) {
  const TemporaryFile file(text);
  auto outcome = read_csv_log(file.path());
  REQUIRE(std::holds_alternative<std::vector<Fault>>(outcome));
  auto list = std::get<std::vector<Fault>>(outcome);
  for (Fault& fault : list) {
    REQUIRE(fault.where.starts_with(file.directory() + "/"));
    fault.where.erase(0, file.directory().size() + 1);
  }
  return list;
}

/// The only fault of a file: what is wrong on the given line.
std::string fault_on_line(int line, std::string_view text) {
  const auto list = faults(text);
  REQUIRE(list.size() == 1);
  CHECK(list.front().where == "load.csv:" + std::to_string(line));
  return list.front().what;
}

std::vector<std::int64_t> starts(const std::vector<RecordedConnection>& list) {
  std::vector<std::int64_t> result;
  for (const RecordedConnection& connection : list) {
    result.push_back(connection.start.time_since_epoch().count());
  }
  return result;
}

using Starts = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("every column of a row is read") {
  const auto list = connections(
      "start_s,duration_s,src,dst,dport,closer,peer_close_delay_s,bind,sport,reuseaddr,connect_timeout_s,"
      "late_reset\n"
      "1.5,0.25,127.0.0.1,2001:db8::1,443,shutdown,20,port0,4000,1,3,1\n");
  REQUIRE(list.size() == 1);
  CHECK(list[0].start == TimePoint{1500ms});
  CHECK(list[0].lifetime == Duration{250ms});
  CHECK(list[0].closer == Closer::shutdown);
  CHECK(list[0].peer_close_delay == Duration{20s});
  CHECK(list[0].connect_timeout == Duration{3s});
  CHECK(list[0].local_port == 4000);
  CHECK(list[0].reuse_address == true);
  CHECK(list[0].bind == BindMode::port0);
  CHECK(list[0].is_loopback);
  CHECK(list[0].has_late_reset);
}

TEST_CASE("columns come in any order and an empty cell or a missing column is the default") {
  const auto list = connections("closer,duration_s,start_s\n,,7\nreset, ,8\n\"\",1,9\n");
  REQUIRE(list.size() == 3);
  CHECK(starts(list) == Starts{7'000'000'000, 8'000'000'000, 9'000'000'000});
  CHECK_FALSE(list[0].closer);
  CHECK_FALSE(list[0].lifetime);
  CHECK_FALSE(list[0].peer_close_delay);
  CHECK_FALSE(list[0].connect_timeout);
  CHECK(list[0].local_port == 0);
  CHECK(list[1].closer == Closer::reset);
  CHECK_FALSE(list[1].lifetime);
  CHECK_FALSE(list[2].closer);
  CHECK(list[2].lifetime == Duration{1s});
}

TEST_CASE("times are exact to the nanosecond up to a billion seconds") {
  const auto list =
      connections("start_s,duration_s\n0,1000000000\n0.000000001,.5\n2.,00.10\n999999999.999999999,0\n");
  CHECK(starts(list) == Starts{0, 1, 2'000'000'000, 999'999'999'999'999'999});
  CHECK(list[0].lifetime == kLongestDelay);
  CHECK(list[1].lifetime == Duration{500ms});
  CHECK(list[2].lifetime == Duration{100ms});
  CHECK(list[3].lifetime == Duration{0});
}

TEST_CASE("rows are sorted by start and rows of one instant keep the file's order") {
  const auto list = connections("start_s,sport\n2,1\n1,2\n2,3\n1,4\n0,5\n");
  std::vector<int> ports;
  for (const RecordedConnection& connection : list) {
    ports.push_back(connection.local_port);
  }
  CHECK(ports == std::vector<int>{5, 2, 4, 1, 3});
}

TEST_CASE("every closer has its name") {
  const auto list = connections(
      "start_s,closer\n0,client\n1,server\n2,both\n3,reset\n4,unreachable\n5,refused\n6,shutdown\n");
  REQUIRE(list.size() == kCloserCount);
  for (std::size_t i = 0; i < list.size(); ++i) {
    CHECK(list[i].closer == static_cast<Closer>(i));
  }
}

TEST_CASE("CRLF, a byte order mark, quotes, blank lines and a missing last line end make no difference") {
  CHECK(starts(connections("\xEF\xBB\xBF\"start_s\",closer\r\n\"1\",client\r\n\r\n 2 , \"reset\"")) ==
        Starts{1'000'000'000, 2'000'000'000});
}

TEST_CASE("a gzip file reads as the plain one, whatever its name") {
  const TemporaryFile file("");
  write_gzip(file.path(), "start_s\n3\n");
  CHECK(starts(connections_of(file.path())) == Starts{3'000'000'000});
}

TEST_CASE("how the socket was bound is read, and what a row leaves open stays open") {
  const auto list = connections(
      "start_s,bind,reuseaddr,sport\n0,none,0,0\n1,port0,1,0\n2,noport,1,\n3,,,5000\n4,,1,5000\n");
  REQUIRE(list.size() == 5);
  CHECK(list[0].bind == BindMode::none);
  CHECK(list[0].reuse_address == false);
  CHECK(list[1].bind == BindMode::port0);
  CHECK(list[1].reuse_address == true);
  CHECK(list[2].bind == BindMode::noport);
  CHECK(list[2].local_port == 0);
  CHECK_FALSE(list[3].bind);
  CHECK_FALSE(list[3].reuse_address);
  CHECK(list[3].local_port == 5000);
}

TEST_CASE("a port that is asked for may be shared with SO_REUSEADDR") {
  const auto list = connections("start_s,reuseaddr,sport\n0,1,4000\n");
  REQUIRE(list.size() == 1);
  CHECK(list[0].local_port == 4000);
  CHECK(list[0].reuse_address == true);
}

TEST_CASE("addresses are numbered as they are met, a destination with its port") {
  const auto list = connections(
      "start_s,src,dst,dport\n0,10.0.0.1,10.0.0.9,80\n1,10.0.0.2,10.0.0.9,443\n2,10.0.0.1,10.0.0.8,80\n"
      "3,10.0.0.2,10.0.0.9,80\n");
  std::vector<std::pair<unsigned, unsigned>> numbers;
  for (const RecordedConnection& connection : list) {
    numbers.emplace_back(connection.source, connection.destination);
  }
  CHECK(numbers == std::vector<std::pair<unsigned, unsigned>>{{0, 0}, {1, 1}, {0, 2}, {1, 0}});
}

TEST_CASE("a connection is a loopback one when one of its addresses lies in 127.0.0.0/8") {
  const auto list = connections(
      "start_s,src,dst\n0,127.0.0.1,127.1.0.1\n1,,127.255.255.255\n2,127.0.0.1,\n3,10.0.0.1,10.0.0.2\n"
      "4,,12.7.0.0\n5,,127.0.0.256\n6,,127.example.com\n7,,\n8,,1270.0.0.1\n");
  REQUIRE(list.size() == 9);
  for (std::size_t i = 0; i < list.size(); ++i) {
    INFO("row " << i);
    CHECK(list[i].is_loopback == (i < 3));
  }
}

TEST_CASE("a bad cell is quoted with its file and line") {
  CHECK(fault_on_line(3, "start_s\n1\nsoon\n") == "start_s \"soon\" is not a time");
  CHECK(fault_on_line(2, "start_s\n1e-3\n") == "start_s \"1e-3\" is not a time");
  CHECK(fault_on_line(2, "start_s\n-1\n") == "start_s \"-1\" is negative");
  CHECK(fault_on_line(2, "start_s\n0.0000000001\n") == "start_s \"0.0000000001\" is finer than a nanosecond");
  CHECK(fault_on_line(2, "start_s\n1000000000.1\n") ==
        "start_s \"1000000000.1\" is above 1000000000 seconds");
  CHECK(fault_on_line(2, "start_s\n1000000000\n") == "start_s is 1000000000, the longest run");
  CHECK(fault_on_line(2, "start_s,closer\n,client\n") == "start_s is empty");
  CHECK(fault_on_line(2, "start_s,duration_s\n0,1:30\n") == "duration_s \"1:30\" is not a time");
  CHECK(fault_on_line(2, "start_s,closer\n0,Client\n") == "closer \"Client\" is not known");
  CHECK(fault_on_line(2, "start_s,bind\n0,fixed\n") == "bind \"fixed\" is not known");
  CHECK(fault_on_line(2, "start_s,sport\n0,65536\n") == "sport \"65536\" is not a number from 0 to 65535");
  CHECK(fault_on_line(2, "start_s,dport\n0,0\n") == "dport \"0\" is not a number from 1 to 65535");
  CHECK(fault_on_line(2, "start_s,reuseaddr\n0,yes\n") == "reuseaddr \"yes\" is not a number from 0 to 1");
  CHECK(fault_on_line(2, "start_s,dst\n0,a b\n") == "dst \"a b\" is not an address");
  CHECK(fault_on_line(2, "start_s,connect_timeout_s\n0,0\n") == "connect_timeout_s \"0\" must be above 0");
  CHECK(fault_on_line(2, "start_s,dst\n0,\"x\n") == "a quoted cell does not end as it should in \"0,\"x\"");
}

TEST_CASE("a time of very many digits is refused and not read as another one") {
  CHECK(fault_on_line(2, "start_s\n99999999999999999999999999\n").find("is above") != std::string::npos);
  CHECK(fault_on_line(2, "start_s\n1.0000000000000000000000001\n").find("finer") != std::string::npos);
}

TEST_CASE("a row must have one cell for each column") {
  CHECK(fault_on_line(2, "start_s,closer\n1\n") == "the row has 1 cell, the header 2: \"1\"");
  CHECK(fault_on_line(2, "start_s,closer\n1,client,2\n") ==
        "the row has 3 cells, the header 2: \"1,client,2\"");
}

TEST_CASE("an unknown column is a fault with the nearest name") {
  const auto list = faults("start_s,duraton_s\n1,2\n");
  REQUIRE(list.size() == 1);
  CHECK(list[0] == Fault{"load.csv:1", "unknown column \"duraton_s\"", "did you mean duration_s?"});
}

TEST_CASE("a header needs start_s, and each column once") {
  CHECK(fault_on_line(1, "start_s,closer,start_s\n1,client,2\n") == "column start_s stands twice");
  CHECK(fault_on_line(1, "duration_s\n1\n") == "there is no column start_s");
  CHECK(fault_on_line(1, "0.5,0.1\n0.6,0.1\n") == "the first line names no known column: \"0.5,0.1\"");
}

TEST_CASE("a file without a connection is a fault") {
  CHECK(faults("").front().what == "the file is empty");
  CHECK(faults("\n \n").front().what == "the file is empty");
  CHECK(faults("start_s,closer\n").front().what == "there is no connection below the header");
}

TEST_CASE("all faults are reported at once, from the twenty-first on as a number") {
  CHECK(faults("start_s,closer\n-1,nobody\n1,client\nx,reset\n").size() == 3);
  std::string text = "start_s\n";
  for (int i = 0; i < 33; ++i) {
    text += "bad\n";
  }
  const auto list = faults(text);
  REQUIRE(list.size() == 21);
  CHECK(list[19].where == "load.csv:21");
  CHECK(list[20] == Fault{"load.csv", "and 13 more faults", ""});
}

TEST_CASE("a file that cannot be read is a fault and its name is given") {
  const TemporaryFile file("");
  const auto missing = read_csv_log(file.path() + ".missing");
  CHECK(std::get<std::vector<Fault>>(missing) ==
        std::vector<Fault>{{file.path() + ".missing", "cannot be read: No such file or directory", ""}});
  const auto directory = read_csv_log(file.directory());
  CHECK(std::get<std::vector<Fault>>(directory).front().what == "cannot be read: is a directory");
}

TEST_CASE("what is not text is quoted in printable characters, cut to a readable length") {
  CHECK(fault_on_line(2, std::string_view("start_s\n\x1b[31m\0\xff\n", 16)) ==
        "start_s \"\\x1b[31m\\x00\\xff\" is not a time");
  CHECK(fault_on_line(2, "start_s\n" + std::string(1000, '7') + "x\n") ==
        "start_s \"" + std::string(40, '7') + "\"... is not a time");
  CHECK(fault_on_line(3, "start_s\n1\n" + std::string(LineReader::kLongestLine + 1, '1') + "\n2\n") ==
        "the line is longer than 1 MiB");
}

TEST_CASE("files of random bytes are refused without harm") {
  std::mt19937 random(1);
  const std::string_view alphabet = "start_s,duration_s\n\r\",,,0123456789.\n\n \xEF\xBB\xBF\x1f\x8b";
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    std::string text = round % 2 == 0 ? "start_s,closer,sport\n" : "";
    for (unsigned i = 0; i < 400; ++i) {
      const auto draw = random();
      text.push_back(round % 3 == 0 ? static_cast<char>(draw & 0xffU) : alphabet[draw % alphabet.size()]);
    }
    const TemporaryFile file(text);
    const auto outcome = read_csv_log(file.path());
    if (const auto* list = std::get_if<std::vector<Fault>>(&outcome)) {
      CHECK_FALSE(list->empty());
      CHECK(list->size() <= 22);
      ++refused;
    }
  }
  CHECK(refused > 290);
}
