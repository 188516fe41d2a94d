#include "scenario/scope_text.hpp"
#include "settings_support.hpp"

namespace portsim {
namespace {

ValidScenario built(const Level& level) {
  auto result = build_scenario({command_line(level)});
  REQUIRE(std::holds_alternative<ValidScenario>(result));
  return std::get<ValidScenario>(std::move(result));
}

TEST_CASE("every scope, selection algorithm and way to bind has a name that reads back") {
  for (std::uint8_t i = 0; i < 3; ++i) {
    CHECK(std::get<Scope>(parse_scope(scope_text(static_cast<Scope>(i)))) == static_cast<Scope>(i));
    CHECK(std::get<BindMode>(parse_bind(bind_text(static_cast<BindMode>(i)))) == static_cast<BindMode>(i));
  }
  for (std::uint8_t i = 0; i < 9; ++i) {
    const auto selection = static_cast<Selection>(i);
    CHECK(std::get<Selection>(parse_selection(selection_text(selection))) == selection);
  }
}

TEST_CASE("a wrong name is answered with the nearest one, or with all") {
  CHECK(line(fault_of("scope", "tupel")) == "--scope tupel: \"tupel\" is no scope / try --scope tuple");
  CHECK(line(fault_of("bind", "port")) == "--bind port: \"port\" is no way to bind / try --bind port0");
  CHECK(fault_of("selection", "zz").remedy.find("parity-first") != std::string::npos);
}

TEST_CASE("the pool counts once for each key of the scope") {
  const Level addresses{
      {"rate", "20/s"}, {"ports", "1000-1009"}, {"source-addresses", "2"}, {"destinations", "3"}};
  const auto capacity = [&](const std::string& scope, const std::string& bind) {
    Level level = addresses;
    level.push_back({"scope", scope});
    level.push_back({"bind", bind});
    return built(level).capacity();
  };
  CHECK(capacity("host", "none") == 10);
  CHECK(capacity("address", "none") == 20);
  CHECK(capacity("tuple", "none") == 60);
  CHECK(capacity("tuple", "noport") == 60);
  CHECK(capacity("tuple", "port0") == 20);
}

TEST_CASE("addresses and their skew have limits") {
  CHECK(faults_of({{"rate", "20/s"}, {"destinations", "65536"}}).empty());
  CHECK(fault_of("destinations", "0").where == "--destinations 0");
  CHECK(fault_of("source-addresses", "65537").where == "--source-addresses 65537");
  CHECK(faults_of({{"rate", "20/s"}, {"destination-skew", "even"}}).empty());
  CHECK(faults_of({{"rate", "20/s"}, {"destination-skew", "1"}}).empty());
  CHECK(fault_of("destination-skew", "1.5").what == "the share of the hottest destination lies from 0 to 1");
}

TEST_CASE("more than 2^32 combinations of port and addresses are refused") {
  const std::vector<Fault> faults = faults_of({{"rate", "20/s"},
                                               {"ports", "1-65535"},
                                               {"scope", "tuple"},
                                               {"source-addresses", "300"},
                                               {"destinations", "300"}});
  REQUIRE(faults.size() == 1);
  CHECK(faults.front().what.find("above 2^32") != std::string::npos);
}

}  // namespace
}  // namespace portsim
