#include "settings_support.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

RecordedLoad recorded(std::vector<RecordedConnection> connections) {
  return {{{.path = "load.csv"}},
          std::make_shared<const std::vector<RecordedConnection>>(std::move(connections))};
}

RecordedConnection starting_at(Duration start, std::uint16_t port = 0) {
  RecordedConnection connection;
  connection.start = TimePoint{start};
  connection.local_port = port;
  return connection;
}

std::variant<ValidScenario, std::vector<Fault>> replayed(std::vector<RecordedConnection> connections,
                                                         const Level& level = {}) {
  return build_scenario({command_line(level)}, recorded(std::move(connections)));
}

std::vector<Fault> faults_of_replay(std::vector<RecordedConnection> connections, const Level& level = {}) {
  auto built = replayed(std::move(connections), level);
  auto* faults = std::get_if<std::vector<Fault>>(&built);
  return faults == nullptr ? std::vector<Fault>{} : std::move(*faults);
}

TEST_CASE("a log needs no rate, and its run ends just after the last start") {
  const auto built = replayed({starting_at(1s), starting_at(5s)});
  REQUIRE(std::holds_alternative<ValidScenario>(built));
  const ValidScenario& valid = std::get<ValidScenario>(built);
  CHECK(valid->duration == 5s + 1ns);
  REQUIRE(std::holds_alternative<RecordedLoad>(valid->load));
  CHECK(std::get<RecordedLoad>(valid->load).files == std::vector<InputFile>{{.path = "load.csv"}});
  CHECK(std::get<RecordedLoad>(valid->load).connections->size() == 2);
}

TEST_CASE("a log with all starts at 0 runs for one nanosecond") {
  const auto built = replayed({starting_at(0s)});
  REQUIRE(std::holds_alternative<ValidScenario>(built));
  CHECK((*std::get<ValidScenario>(built)).duration == 1ns);
}

TEST_CASE("a given duration stands, even if the log is longer") {
  const auto built = replayed({starting_at(1s), starting_at(5s)}, {{"duration", "2s"}});
  REQUIRE(std::holds_alternative<ValidScenario>(built));
  CHECK((*std::get<ValidScenario>(built)).duration == 2s);
}

TEST_CASE("a log gives the load: options of a made-up load are errors beside it") {
  const std::vector<Fault> faults = faults_of_replay(
      {starting_at(0s)}, {{"rate", "fast"}, {"arrivals", "poisson"}, {"requests-per-connection", "2"}});
  REQUIRE(faults.size() == 3);
  CHECK(
      line(faults[0]) ==
      "--rate fast: the log gives the load: --rate has no meaning beside it / leave it out, or give no log");
  CHECK(faults[1].where == "--arrivals poisson");
  CHECK(faults[2].where == "--requests-per-connection 2");
}

TEST_CASE("a recorded local port must be in the pool, and the first three that are not are named") {
  std::vector<RecordedConnection> rows;
  for (const int port : {1024, 80, 1023, 5000, 5001, 60000, 65535, 0}) {
    rows.push_back(starting_at(500ms, static_cast<std::uint16_t>(port)));
  }
  const std::vector<Fault> faults = faults_of_replay(rows);
  REQUIRE(faults.size() == 4);
  CHECK(line(faults[0]) ==
        "load.csv: the connection that starts at 0.5 s asks for port 80, which is not in the pool / "
        "add it with --ports, or leave the column sport empty");
  CHECK(faults[1].what == "the connection that starts at 0.5 s asks for port 1023, which is not in the pool");
  CHECK(faults[2].what == "the connection that starts at 0.5 s asks for port 5001, which is not in the pool");
  CHECK(faults[3].what == "2 more connections have the same fault");
}

TEST_CASE("a reserved port, and one that another program holds, is not in the pool") {
  CHECK(faults_of_replay({starting_at(0s, 1024)}).empty());
  CHECK(faults_of_replay({starting_at(0s, 1024)}, {{"reserved-ports", "1024"}}).size() == 1);
  CHECK(faults_of_replay({starting_at(0s, 1024)}, {{"ports-in-use", "1"}}).size() == 1);
  CHECK(faults_of_replay({starting_at(0s, 1025)}, {{"ports-in-use", "1"}}).empty());
}

TEST_CASE("ports that cannot be read bring no faults about the log") {
  const std::vector<Fault> faults = faults_of_replay({starting_at(0s, 80)}, {{"ports", "all"}});
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].where == "--ports all");
}

TEST_CASE("ranges in the wrong order bring no faults about the log's ports") {
  CHECK(faults_of_replay({starting_at(0s, 80)}, {{"ports", "5000-1024"}}).size() == 1);
}

TEST_CASE("a log holds at least one connection") {
  const std::vector<Fault> faults = faults_of_replay({});
  REQUIRE(faults.size() == 1);
  CHECK(line(faults[0]) == "load.csv: it holds no connection / give a log with at least one");
}

TEST_CASE("a log's times have limits, and its starts an order") {
  RecordedConnection connection = starting_at(0s);
  CHECK(faults_of_replay({starting_at(-1ns)}).size() == 1);
  CHECK(faults_of_replay({starting_at(kLongestDelay)}).size() == 1);
  CHECK(faults_of_replay({starting_at(kLongestDelay - 1ns)}).empty());
  connection.lifetime = kLongestDelay + 1ns;
  CHECK(faults_of_replay({connection}).size() == 1);
  connection.lifetime = kLongestDelay;
  CHECK(faults_of_replay({connection}).empty());
  connection.peer_close_delay = -1ns;
  CHECK(faults_of_replay({connection}).size() == 1);
  const std::vector<Fault> faults = faults_of_replay({starting_at(2s), starting_at(1s)});
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].what == "its connections are not in order of start");
}

}  // namespace
}  // namespace portsim
