#include "stacks/families.hpp"

// Address translators as a stack: a port is a translation from a private address to a public one, and
// TIME_WAIT is how long it is kept after the FINs. As --profile one is the only pool, with a host's timers;
// as
// --nat it is the second pool, with timers of its own. Sources are the vendors' documentation:
// awsdocs/amazon-vpc-user-guide (vpc-nat-gateway), MicrosoftDocs/azure-docs (load-balancer-outbound-
// connections, nat-gateway-resource), Google's reference of Cloud NAT, and Linux' nf_conntrack-sysctl.

namespace portsim {
namespace {

using namespace std::chrono_literals;

const std::string kHostsOwn = "Those of the hosts behind it, taken to be Linux with exact timers";

/// What all translators share: a translation is looked up by both ends, and what the hosts behind it do about
/// their own timers is unknown here.
Profile translator() {
  return {
      .name = "",
      .about = "",
      .ports = {},
      .scope = {Scope::tuple, "", ""},
      .selection = {Selection::random_start, "", ""},
      .time_wait = {},
      .time_wait_limits = {no_limits(), "No setting is documented: any value is a what-if", ""},
      .time_wait_knob = "",
      .time_wait_remedy = "",
      .fin_wait_2_timeout = {60s, kHostsOwn + ": tcp_fin_timeout", ""},
      .syn_waits = {{1s, 1s, 1s, 1s, 1s, 2s, 4s, 8s, 16s, 32s, 64s}, kHostsOwn, ""},
      .fin_waits = {{200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 51200ms}, kHostsOwn, ""},
      .application_error = {},
      .session_limit = no_session_limit(),
      .notes = {},
  };
}

Sourced<Selection> order_not_told() {
  return {Selection::random_start, "No source tells the order",
          "Without reuse or caps it does not change how many attempts fail"};
}

Profile aws_nat_profile() {
  Profile profile = translator();
  profile.name = "aws-nat";
  profile.about = "AWS NAT gw";
  profile.ports = {{{1024, 56023}},
                   "VPC user guide: 55,000 simultaneous connections to each destination, on ports "
                   "1024-65535",
                   "Which 55,000 of these ports is not told: here the lowest"};
  profile.scope.source = "VPC user guide: the limit holds for each destination (address, port, protocol)";
  profile.scope.doubt = "Up to 8 addresses multiply it: --source-addresses";
  profile.selection = order_not_told();
  profile.time_wait = {60s,
                       "VPC user guide (older text): 55,000 connections are \"approximately 900 connections "
                       "per second\", which takes each to be held for a minute",
                       "How long a translation is kept after a FIN is not documented"};
  profile.application_error = {"ETIMEDOUT (ErrorPortAllocation)",
                               "VPC user guide: the metric that counts them; the packet is dropped", ""};
  profile.nat = {
      Nat{.after_reset = 60s, .half_open = {}, .idle = 350s, .is_per_host = false},
      "VPC user guide: a connection that is idle is forgotten after 350 s (metric IdleTimeoutCount)",
      "How long a translation is kept after an RST is not documented: here as after a FIN"};
  return profile;
}

Profile azure_lb_profile() {
  Profile profile = translator();
  profile.name = "azure-lb";
  profile.about = "Azure LB SNAT";
  profile.ports = {{{1024, 2047}},
                   "load-balancer-outbound-connections: 1,024 ports for each machine of a pool of 1 to 50, "
                   "of 64,000 for each public address",
                   "Larger pools have fewer: 512, 256, 128, 64, 32 up to 100, 200, 400, 800, 1,000 machines "
                   "(--ports 1024-1535 ...). Which ports they are is not told"};
  profile.scope.source =
      "load-balancer-outbound-connections: a port can be used again for another destination (TCP)";
  profile.selection = order_not_told();
  profile.time_wait = {240s,
                       "load-balancer-outbound-connections, TCP SNAT port release: 240 s after a FIN that "
                       "was acknowledged",
                       ""};
  profile.application_error = {"ETIMEDOUT (SNAT exhaustion)",
                               "load-balancer-outbound-connections: new connections fail", ""};
  profile.nat = {
      Nat{.after_reset = 15s, .half_open = {}, .idle = 240s, .is_per_host = true},
      "load-balancer-outbound-connections, TCP SNAT port release: 15 s after an RST; "
      "load-balancer-tcp-idle-timeout: forgotten after 4 minutes of silence (up to 100 can be set)",
      ""};
  return profile;
}

Profile azure_nat_profile() {
  Profile profile = translator();
  profile.name = "azure-nat";
  profile.about = "Azure NAT gw";
  profile.ports = {{{1024, 65535}},
                   "nat-gateway-resource: 64,512 ports for each public address",
                   "A service limit of 50,000 connections to one destination is documented as well: "
                   "--ports 1024-51023"};
  profile.scope.source = "nat-gateway-resource: a port can be used again for another destination";
  profile.scope.doubt = "Up to 16 addresses multiply it: --source-addresses";
  profile.selection = {Selection::random_start,
                       "nat-gateway-resource: ports are taken at random, on demand; here from a random one "
                       "upwards",
                       ""};
  profile.time_wait = {65s, "nat-gateway-resource, port reuse timers: 65 s after a FIN", ""};
  profile.application_error = {"ETIMEDOUT (SNAT exhaustion)",
                               "nat-gateway-resource: the metric of dropped packets", ""};
  profile.nat = {
      Nat{.after_reset = 20s, .half_open = 25s, .idle = 240s, .is_per_host = false},
      "nat-gateway-resource, port reuse timers: 20 s after an RST, 25 s half-open; forgotten after 4 "
      "minutes of silence (up to 120 can be set)",
      ""};
  return profile;
}

Profile gcp_nat_profile() {
  Profile profile = translator();
  profile.name = "gcp-nat";
  profile.about = "GCP Cloud NAT";
  profile.ports = {{{1024, 1087}},
                   "cloud.google.com/nat/docs/ports-and-addresses: at least 64 ports for each machine by "
                   "default, of 64,512 (1024-65535) for each address",
                   "minPortsPerVm sets another number: --ports 1024-5119 for 4,096. Which ports they are is "
                   "not told"};
  profile.scope.source =
      "cloud.google.com/nat/docs/ports-and-addresses: the ports are used again for another destination";
  profile.scope.doubt = "Not with endpoint-independent mapping: --scope host";
  profile.selection = order_not_told();
  profile.time_wait = {120s, "Compute API, tcpTimeWaitTimeoutSec: 120 s if not set", ""};
  profile.time_wait_limits.source = "Compute API, tcpTimeWaitTimeoutSec; no limits are documented";
  profile.time_wait_knob = "tcpTimeWaitTimeoutSec";
  profile.application_error = {"ETIMEDOUT (OUT_OF_RESOURCES)",
                               "Cloud NAT monitoring: allocation_status is DROPPED in the log", ""};
  profile.nat = {
      Nat{.after_reset = 120s, .half_open = 30s, .idle = 1200s, .is_per_host = true},
      "Compute API: tcpTransitoryIdleTimeoutSec 30 s (half-open), tcpEstablishedIdleTimeoutSec 1,200 s",
      "How long a translation is kept after an RST is not documented: here as after a FIN"};
  return profile;
}

Profile linux_nat_profile() {
  Profile profile = translator();
  profile.name = "linux-nat";
  profile.about = "Linux NAT";
  profile.ports = {{{1024, 65535}},
                   "nf_nat_core.c: 1024-65535 for a source port from 1024 on, whatever "
                   "ip_local_port_range is",
                   ""};
  profile.scope.source = "nf_nat_core.c: a translation must be unique together with the destination";
  profile.selection = {Selection::random_start,
                       "nf_nat_core.c: --random-fully takes a random port, then looks on from there",
                       "Without it the host's own port is kept where that is free"};
  profile.time_wait = {120s, "nf_conntrack-sysctl: nf_conntrack_tcp_timeout_time_wait is 120 s", ""};
  profile.time_wait_limits.source =
      "net.netfilter.nf_conntrack_tcp_timeout_time_wait; no limits are documented";
  profile.time_wait_knob = "nf_conntrack_tcp_timeout_time_wait";
  profile.application_error = {"ETIMEDOUT (insert_failed)", "nf_conntrack statistics; the packet is dropped",
                               ""};
  profile.nat = {Nat{.after_reset = 10s, .half_open = 120s, .idle = 120s, .is_per_host = false},
                 "nf_conntrack-sysctl: nf_conntrack_tcp_timeout_close 10 s, _syn_sent 120 s, _fin_wait 120 s",
                 "_close_wait is 60 s; here the 120 s of _fin_wait hold for it too"};
  return profile;
}

}  // namespace

std::vector<Profile> nat_profiles() {
  return {aws_nat_profile(), azure_lb_profile(), azure_nat_profile(), gcp_nat_profile(), linux_nat_profile()};
}

}  // namespace portsim
