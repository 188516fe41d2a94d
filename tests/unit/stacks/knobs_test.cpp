#include "stacks/knobs.hpp"

#include <set>

#include "catch.hpp"
#include "stacks/stacks.hpp"

namespace portsim {
namespace {

TEST_CASE("every knob belongs to profiles that exist, and has a range with a source") {
  for (const Knob& knob : knobs()) {
    CAPTURE(knob.name);
    CHECK_FALSE(knob.profiles.empty());
    for (const std::string_view profile : knob.profiles) {
      CAPTURE(profile);
      CHECK(find_profile(profile) != nullptr);
    }
    CHECK(knob.least < knob.most);
    CHECK(knob.source.size() >= 5);
  }
}

TEST_CASE("a profile has at most one knob for each role") {
  for (const Profile& profile : profiles()) {
    std::set<KnobRole> roles;
    for (const Knob& knob : knobs()) {
      CAPTURE(profile.name, knob.name);
      CHECK((!knob.belongs_to(profile.name) || roles.insert(knob.role).second));
    }
  }
}

TEST_CASE("a profile that names a knob for TIME_WAIT has that knob") {
  for (const Profile& profile : profiles()) {
    const std::string_view named = profile.time_wait_knob;
    const std::string_view name = named.substr(named.find('*') + 1);
    if (named.empty() || name == "TCP_MSL") {  // set when lwIP is built
      continue;
    }
    CAPTURE(profile.name, name);
    const Knob* knob = find_knob(name);
    const bool is_known_on_it = knob != nullptr && knob->belongs_to(profile.name);
    CHECK(is_known_on_it != (profile.name == "netbsd"));  // the unit of its msl has no source here
  }
}

TEST_CASE("a knob is found by its name in any case, without its prefix and with slashes") {
  const Knob* const knob = find_knob("net.ipv4.tcp_tw_reuse");
  REQUIRE(knob != nullptr);
  CHECK(find_knob("tcp_tw_reuse") == knob);
  CHECK(find_knob("net/ipv4/tcp_tw_reuse") == knob);
  CHECK(find_knob("tcptimedwaitdelay") == find_knob("TcpTimedWaitDelay"));
  CHECK(find_knob("tcp_tw_recycle") == nullptr);
  CHECK(find_knob("net.ipv4.") == nullptr);
  CHECK(find_knob("") == nullptr);
}

TEST_CASE("the legal range of TcpTimedWaitDelay is that of the profile") {
  const Knob& knob = *find_knob("TcpTimedWaitDelay");
  const auto limits_on = [&](std::string_view profile) { return knob_limits(knob, *find_profile(profile)); };
  CHECK(limits_on("nt4").least == 30);
  CHECK(limits_on("nt4").most == 300);
  CHECK(limits_on("win2003").least == 0);
  CHECK(limits_on("win2003").source.find("cc757512") != std::string::npos);
  CHECK_FALSE(knob.belongs_to("nt351"));
}

}  // namespace
}  // namespace portsim
