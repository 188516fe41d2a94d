// Zeek's logs. The lines are written by us in the form of Zeek 6.
#include <algorithm>
#include <string>

#include "logged.hpp"
#include "trace/zeek_row.hpp"

namespace portsim {
namespace {

using namespace test;

constexpr std::string_view kHeader =
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
    "#open\t2026-01-02-03-04-05\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\tconn_"
    "state\thistory\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tstring\tstring\n";

/// A row of `kHeader`.
std::string row(const std::string& ts, const std::string& source, const std::string& duration,
                const std::string& state, const std::string& history, const std::string& proto = "tcp",
                const std::string& destination = "192.0.2.80") {
  return ts + "\tC" + ts + "\t" + source + "\t50000\t" + destination + "\t443\t" + proto + "\tssl\t" +
         duration + "\t" + state + "\t" + history + "\n";
}

TEST_CASE("a connection of conn.log starts at ts and lasts for duration", "[zeek]") {
  const ConnectionLog log =
      log_of(std::string(kHeader) + row("1700000000.250000", "10.0.0.1", "1.500000", "SF", "ShADadFf") +
             row("1700000000.000001", "10.0.0.1", "-", "SF", "ShAfFa"));
  REQUIRE(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].start == TimePoint{});
  CHECK(rows[0].lifetime == Duration{});
  CHECK(rows[0].closer == Closer::server);
  CHECK(rows[1].start == TimePoint{Duration{249'999'000}});
  CHECK(rows[1].lifetime == ms(1500));
  CHECK(rows[1].closer == Closer::client);
}

TEST_CASE("the order of the FINs in history tells who closed first", "[zeek]") {
  struct Case {
    const char* state;
    const char* history;
    std::optional<Closer> closer;
    CloserRule rule;
    bool is_established;
  };
  const Case given = GENERATE(Case{"SF", "ShADadFf", Closer::client, CloserRule::first_fin, true},
                              Case{"SF", "ShADdFaf", Closer::client, CloserRule::first_fin, true},
                              Case{"SF", "ShADadfF", Closer::server, CloserRule::first_fin, true},
                              Case{"SF", "^ShADadfF", Closer::server, CloserRule::first_fin, true},
                              Case{"RSTO", "ShADadFRf", Closer::reset, CloserRule::reset, true},
                              Case{"SF", "ShADadFfR", Closer::reset, CloserRule::late_reset, true},
                              Case{"SF", "ShADadFfrR", Closer::reset, CloserRule::late_reset, true},
                              Case{"SF", "ShADadFfr", Closer::client, CloserRule::late_reset, true},
                              Case{"RSTR", "ShADadFrf", Closer::reset, CloserRule::reset, true},
                              Case{"RSTR", "ShADadfFr", Closer::reset, CloserRule::reset, true},
                              Case{"RSTR", "ShADadr", Closer::reset, CloserRule::reset, true},
                              Case{"RSTOS0", "SR", Closer::reset, CloserRule::reset, false},
                              Case{"S0", "S", Closer::unreachable, CloserRule::unanswered, false},
                              Case{"", "S", Closer::unreachable, CloserRule::unanswered, false},
                              Case{"REJ", "Sr", Closer::refused, CloserRule::refused, false},
                              Case{"", "Sr", Closer::refused, CloserRule::refused, false},
                              Case{"S1", "ShADad", Closer::reset, CloserRule::not_closed, true},
                              Case{"S2", "ShADadF", Closer::reset, CloserRule::not_closed, true},
                              Case{"S3", "ShADadf", Closer::reset, CloserRule::not_closed, true},
                              Case{"SH", "SF", Closer::reset, CloserRule::not_closed, false},
                              Case{"OTH", "DadFf", Closer::reset, CloserRule::no_start, false},
                              Case{"SHR", "hf", Closer::reset, CloserRule::no_start, false},
                              Case{"SF", "", std::nullopt, CloserRule::unknown, true},
                              Case{"RSTO", "", Closer::reset, CloserRule::reset, true},
                              Case{"S3", "", Closer::reset, CloserRule::not_closed, true},
                              Case{"OTH", "", Closer::reset, CloserRule::no_start, false},
                              Case{"", "", std::nullopt, CloserRule::unknown, true});
  CAPTURE(given.state, given.history);
  const Ending ending = judge_zeek(given.state, given.history);
  CHECK(ending.closer == given.closer);
  CHECK(ending.rule == given.rule);
  CHECK(ending.is_established == given.is_established);
}

TEST_CASE("an RST of the server after both FINs reaches the client in TIME_WAIT", "[zeek]") {
  const std::string text = std::string(kHeader) + row("1.0", "10.0.0.1", "1.0", "SF", "ShADadFfr") +
                           row("2.0", "10.0.0.1", "1.0", "SF", "ShADadFf");
  const auto rows = rows_of(log_of(text));
  CHECK(rows[0].has_late_reset);
  CHECK_FALSE(rows[1].has_late_reset);
  CHECK_FALSE(rows_of(log_of(text, {.worst_case = true}))[0].has_late_reset);
}

TEST_CASE("the worst case has every established connection of a log in TIME_WAIT", "[zeek]") {
  const std::string text =
      std::string(kHeader) + row("1.0", "10.0.0.1", "1.0", "SF", "ShADadfF") +
      row("2.0", "10.0.0.1", "1.0", "RSTR", "ShADadr") + row("3.0", "10.0.0.1", "1.0", "REJ", "Sr") +
      row("4.0", "10.0.0.1", "-", "S0", "S") + row("5.0", "10.0.0.1", "1.0", "OTH", "Dd");
  const auto rows = rows_of(log_of(text, {.worst_case = true}));
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].closer == Closer::client);
  CHECK(rows[1].closer == Closer::client);
  CHECK(rows[2].closer == Closer::refused);
  CHECK(rows[3].closer == Closer::unreachable);
  CHECK(rows[4].closer == Closer::reset);
}

TEST_CASE("who closed is a choice where the log does not tell", "[zeek]") {
  const std::string text = std::string(kHeader) + row("1.0", "10.0.0.1", "1.0", "SF", "-") +
                           row("2.0", "10.0.0.1", "1.0", "SF", "ShFf");
  const ConnectionLog log = log_of(text, {.unknown_closer = Closer::server});
  CHECK(rows_of(log)[0].closer == Closer::server);
  CHECK(rows_of(log)[1].closer == Closer::client);
  CHECK(decided_by(log, CloserRule::unknown) == 1);
  CHECK(decided_by(log, CloserRule::first_fin) == 1);
}

TEST_CASE("each source host of a log has its own start and its own destinations", "[zeek]") {
  const ConnectionLog log =
      log_of(std::string(kHeader) + row("10.0", "10.0.0.2", "1.0", "SF", "ShFf", "tcp", "192.0.2.1") +
             row("11.5", "10.0.0.1", "1.0", "SF", "ShFf", "tcp", "192.0.2.2") +
             row("11.0", "10.0.0.1", "1.0", "SF", "ShFf", "tcp", "192.0.2.1"));
  REQUIRE(log.hosts() == std::vector<std::string>{"10.0.0.2", "10.0.0.1"});
  const auto rows = rows_of(log, 1);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].start == TimePoint{});
  CHECK(rows[0].destination == 0);
  CHECK(rows[1].start == at_ms(500));
  CHECK(rows[1].destination == 1);
  const auto all = log.load_of_all().connections->copy();
  REQUIRE(all.size() == 3);
  CHECK(all[2].start == at_ms(1500));
  CHECK(all[0].source == 0);
  CHECK(all[1].source == 1);
}

TEST_CASE("rows that are not TCP are counted and left out", "[zeek]") {
  const ConnectionLog log =
      log_of(std::string(kHeader) + row("1.0", "10.0.0.1", "1.0", "SF", "Dd", "udp") +
             row("2.0", "10.0.0.1", "1.0", "OTH", "-", "icmp") + row("3.0", "10.0.0.1", "1.0", "SF", "ShFf"));
  CHECK(log.skipped == 2);
  CHECK(rows_of(log).size() == 1);
}

TEST_CASE("columns are found by name, whatever the separator and the sign of an unset field", "[zeek]") {
  const ConnectionLog log = log_of(
      "### a remark\n\t#separator \\x7c\n#unset_field|?\n#path|conn\n"
      "#fields|_node_name|history|duration|dst_port|dst|src_port|src|ts|label\n"
      "worker-1|ShADadFf|0.25|80|192.0.2.1|40000|127.0.0.1|1700000000.5|?\n"
      "worker-1|ShADadfF|?|80|192.0.2.1|40001|127.0.0.1|1700000001.5|a\n");
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(log.hosts()[0] == "127.0.0.1");
  CHECK(rows[0].is_loopback);
  CHECK(rows[0].lifetime == ms(250));
  CHECK(rows[0].closer == Closer::client);
  CHECK(rows[1].lifetime == Duration{});
  CHECK(rows[1].closer == Closer::server);
}

TEST_CASE("the names of the columns may stand alone above a log", "[zeek]") {
  for (const char separator : {'\t', ','}) {
    std::string text =
        "ts,uid,id.orig_h,id.orig_p,id.resp_h,id.resp_p,proto,duration,conn_state,history\n"
        "1700000000.5,C1,10.0.0.1,40000,192.0.2.1,80,tcp,0.25,SF,ShADadFf\n"
        "1700000001.5,C2,10.0.0.1,40001,192.0.2.1,80,tcp,,S0,S\n";
    std::replace(text.begin(), text.end(), ',', separator);
    const ConnectionLog log = log_of(text);
    const auto rows = rows_of(log);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].lifetime == ms(250));
    CHECK(rows[0].closer == Closer::client);
    CHECK(rows[1].closer == Closer::unreachable);
  }
}

TEST_CASE("a header in the middle of a log gives the columns of what follows", "[zeek]") {
  const ConnectionLog log = log_of(std::string(kHeader) + row("1.0", "10.0.0.1", "1.0", "SF", "ShFf") +
                                   "#close\t2026-01-02-04-00-00\n#separator \\x09\n"
                                   "#fields\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tts\thistory\n"
                                   "10.0.0.1\t1\t192.0.2.9\t80\t5.0\tShfF\n");
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].start == at_ms(4000));
  CHECK(rows[1].closer == Closer::server);
}

TEST_CASE("damaged rows of a log are counted and named by line", "[zeek]") {
  const ConnectionLog log =
      log_of(std::string(kHeader) + "half a row\t10.0.0.1\n" + row("1.0", "10.0.0.1", "1.0", "SF", "ShFf") +
             row("yesterday", "10.0.0.1", "1.0", "SF", "ShFf") +
             row("2.0", "10.0.0.1", "long", "SF", "ShFf") + "3.0\tC1\t10.0.0.1\t5000");
  CHECK(rows_of(log).size() == 1);
  CHECK(log.damaged.count == 4);
  REQUIRE(log.damaged.first.size() == 4);
  CHECK(log.damaged.first[0].ends_with(":9"));
  CHECK(log.damaged.first[3].ends_with(":13"));
}

TEST_CASE("a log of transactions gives the first start of each connection", "[zeek]") {
  const ConnectionLog log = log_of(
      "#separator \\x09\n#path\thttp\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\n"
      "1.0\tCa\t10.0.0.1\t5000\t192.0.2.1\t80\tGET\n1.5\tCa\t10.0.0.1\t5000\t192.0.2.1\t80\tGET\n"
      "2.0\tCb\t10.0.0.1\t5001\t192.0.2.1\t80\tPOST\n");
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK_FALSE(rows[0].lifetime.has_value());
  CHECK(rows[1].start == at_ms(1000));
  CHECK(log.skipped == 1);
  CHECK(decided_by(log, CloserRule::unknown) == 2);
}

TEST_CASE("a Zeek log says the same as JSON in each of its spellings", "[zeek]") {
  const std::string_view text = GENERATE(
      std::string_view(
          R"({"ts":1700000000.250000,"uid":"C1","id.orig_h":"10.0.0.1","id.orig_p":5000,"id.resp_h":"192.0.2.1","id.resp_p":443,"proto":"tcp","duration":1.5,"conn_state":"SF","history":"ShADadFf","tunnel_parents":["x"]}
{"ts":1.70000000025e9,"uid":"C2","id.orig_h":"10.0.0.1","id.orig_p":5001,"id.resp_h":"192.0.2.1","id.resp_p":443,"proto":"tcp","conn_state":"S0","history":"S"}
{"ts":1700000000.3,"uid":"C3","id.orig_h":"10.0.0.1","id.orig_p":5001,"id.resp_h":"192.0.2.1","id.resp_p":53,"proto":"udp"}
)"),
      std::string_view(
          R"({"id_orig_h":"10.0.0.1","id_orig_p":5000,"id_resp_h":"192.0.2.1","id_resp_p":443,"proto":"tcp","ts":"2023-11-14T22:13:20.250000Z","duration":1.5,"conn_state":"SF","history":"ShADadFf"}
{"id_orig_h":"10.0.0.1","id_orig_p":5001,"id_resp_h":"192.0.2.1","id_resp_p":443,"proto":"tcp","ts":"2023-11-14T22:13:20.250000Z","conn_state":"S0","history":"S"}
{"id_orig_h":"10.0.0.1","id_orig_p":5001,"id_resp_h":"192.0.2.1","id_resp_p":53,"proto":"udp","ts":"2023-11-14T22:13:20.250000Z"}
)"),
      std::string_view(
          R"({"_path":"conn","ts":1700000000.25,"id":{"orig_h":"10.0.0.1","orig_p":5000,"resp_h":"192.0.2.1","resp_p":443},"proto":"tcp","duration":1.5,"conn_state":"SF","history":"ShADadFf"}
{"_path":"conn","ts":1700000000.25,"id":{"orig_h":"10.0.0.1","orig_p":5001,"resp_h":"192.0.2.1","resp_p":443},"proto":"tcp","conn_state":"S0","history":"S"}
{"_path":"dns","ts":1700000000.25,"id":{"orig_h":"10.0.0.9","orig_p":5001,"resp_h":"192.0.2.1","resp_p":53},"uid":"C9"}
)"));
  const ConnectionLog log = log_of(text);
  REQUIRE(log.hosts() == std::vector<std::string>{"10.0.0.1"});
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].lifetime == ms(1500));
  CHECK(rows[0].closer == Closer::client);
  CHECK(rows[1].start == TimePoint{});
  CHECK(rows[1].lifetime == Duration{});
  CHECK(rows[1].closer == Closer::unreachable);
  CHECK(log.skipped == 1);
  CHECK(log.damaged.count == 0);
}

TEST_CASE("a relative time may be as small as a power of ten writes it", "[zeek]") {
  const ConnectionLog log = log_of(
      "{\"ts\":1.5e-05,\"id.orig_h\":\"10.0.0.1\",\"id.resp_h\":\"192.0.2.1\",\"id.resp_p\":80,"
      "\"duration\":1.2e-05,\"history\":\"ShADadFf\"}\n"
      "{\"ts\":0.25,\"id.orig_h\":\"10.0.0.1\",\"id.resp_h\":\"192.0.2.1\",\"id.resp_p\":80}\n");
  const auto rows = rows_of(log);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].lifetime == Duration{12'000});
  CHECK(rows[1].start == TimePoint{Duration{249'985'000}});
}

TEST_CASE("lines that are no JSON are damage to a JSON log", "[zeek]") {
  const ConnectionLog log = log_of(
      R"({"ts":1.5,"uid":"C1","id.orig_h":"10.0.0.1","id.resp_h":"192.0.2.1","id.resp_p":443}
{"ts":1.6,"uid":"C2","id.orig_h":"10.0.0.1","id.re
[]
{"ts":1.7,"uid":"C3"}
)");
  CHECK(rows_of(log).size() == 1);
  CHECK(log.damaged.count == 3);
}

TEST_CASE("rotated logs are one load, compressed or not", "[zeek]") {
  const TemporaryFile first(std::string(kHeader) + row("5.0", "10.0.0.1", "1.0", "SF", "ShFf"));
  const TemporaryFile second("");
  write_gzip(second.path(), std::string(kHeader) + row("3.0", "10.0.0.1", "1.0", "SF", "ShfF"));
  const TemporaryFile empty("");
  const auto log = read_logs({empty.path(), first.path(), second.path()}, {});
  REQUIRE(std::holds_alternative<ConnectionLog>(log));
  CHECK(std::get<ConnectionLog>(log).empty_files == std::vector<std::string>{empty.path()});
  const auto rows = rows_of(std::get<ConnectionLog>(log));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].closer == Closer::server);
  CHECK(rows[1].start == at_ms(2000));
}

TEST_CASE("a log without a TCP connection is a fault that says what it holds", "[zeek]") {
  const auto faults = faults_of(std::string(kHeader) + row("1.0", "10.0.0.1", "1.0", "SF", "Dd", "udp"));
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].what == "holds no TCP connection: 1 row is about something else, 0 lines cannot be read");
}

TEST_CASE("a text that is no log is a fault that quotes its first line", "[zeek]") {
  const auto faults = faults_of("Dear diary,\ntoday\n");
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].what == "is no log that portsim knows; it begins with \"Dear diary,\"");
}

TEST_CASE("a refused attempt that Windows repeats from the same port is one connection") {
  const auto log = log_of(
      "#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration\tconn_state\thistory\n"
      "3.715\t10.0.0.1\t65164\t10.0.0.2\t80\ttcp\t0.001\tREJ\tSr\n"
      "4.255\t10.0.0.1\t65164\t10.0.0.2\t80\ttcp\t0.001\tREJ\tSr\n"
      "4.300\t10.0.0.1\t65165\t10.0.0.2\t80\ttcp\t0.001\tREJ\tSr\n"
      "5.300\t10.0.0.1\t65164\t10.0.0.2\t80\ttcp\t0.001\tREJ\tSr\n");
  CHECK(decided_by(log, CloserRule::refused) == 3);
  CHECK(log.skipped == 1);
}

TEST_CASE("of refused attempts only so many are remembered, and none is lost") {
  const auto refused = [](const std::string& start, const std::string& port) {
    return start + "\t10.0.0.1\t" + port + "\t10.0.0.2\t80\ttcp\t0.001\tREJ\tSr\n";
  };
  const std::string text =
      "#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration\tconn_state\thistory\n" +
      refused("1.0", "1025") + refused("1.1", "1026") + refused("1.2", "1027") + refused("1.5", "1025");
  CHECK(decided_by(log_of(text), CloserRule::refused) == 3);
  CHECK(decided_by(log_of(text, {.most_in_memory = 2}), CloserRule::refused) == 4);
}

}  // namespace
}  // namespace portsim
