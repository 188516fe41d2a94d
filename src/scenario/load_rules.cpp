#include <algorithm>

#include "base/number_text.hpp"
#include "portsim/wide.hpp"
#include "scenario/rules.hpp"
#include "scenario/value_text.hpp"

namespace portsim {
namespace {

constexpr std::size_t kRowsNamed = 3;  // of the rows of a log that break a rule, so many are told

enum class RateFault : std::uint8_t { none, too_small, too_large };

/// Compares with 1e-9 and 1e9 per second exactly.
RateFault rate_fault(const Rate& rate) {
  constexpr std::uint64_t kMantissaEnd = 1'000'000'000'000'000'000;
  if (rate.mantissa >= kMantissaEnd || rate.decimals > 18) {
    return RateFault::too_large;
  }
  Uint128 denominator = seconds_of(rate.unit);  // rate = mantissa / denominator per second
  for (std::uint32_t i = 0; i < rate.decimals; ++i) {
    denominator *= 10;
  }
  constexpr Uint128 kBillion = 1'000'000'000;
  if (rate.mantissa * kBillion < denominator) {
    return RateFault::too_small;
  }
  return rate.mantissa > denominator * kBillion ? RateFault::too_large : RateFault::none;
}

void check_arrivals(const Arrivals& arrivals, std::vector<Breach>& breaches) {
  if (const auto* batch = std::get_if<BatchArrivals>(&arrivals);
      batch != nullptr && (batch->size < 1 || batch->size > 1'000'000'000)) {
    breaches.push_back({"arrivals", "a batch holds 1 to 1000000000 connections", "try --arrivals batch:100"});
  }
  const auto* on_off = std::get_if<OnOffArrivals>(&arrivals);
  if (on_off == nullptr) {
    return;
  }
  if (!is_delay(on_off->on) || !is_delay(on_off->off)) {
    breaches.push_back(
        {"arrivals", "ON and OFF must be 0 to 1000000000 seconds", "try --arrivals onoff:10s,50s"});
  } else if (on_off->on == Duration{}) {
    breaches.push_back({"arrivals", "the time ON must be above 0", "try --arrivals onoff:10s,50s"});
  }
}

void check_generated(const GeneratedLoad& load, std::vector<Breach>& breaches) {
  const bool is_scheduled = std::holds_alternative<ScheduledArrivals>(load.arrivals);
  const RateFault fault = is_scheduled ? RateFault::none : rate_fault(load.rate);
  if (fault != RateFault::none) {
    breaches.push_back({"rate", "the rate must be 1e-9 to 1e9 connections per second",
                        fault == RateFault::too_small ? "try --rate 20/s" : "try --rate 1000M/s"});
  }
  check_arrivals(load.arrivals, breaches);
  if (load.requests_per_connection < 1 || load.requests_per_connection > 1'000'000'000) {
    breaches.push_back({"requests-per-connection", "a connection carries 1 to 1000000000 requests",
                        "try --requests-per-connection 1"});
  }
}

bool has_legal_times(const RecordedConnection& connection) {
  return connection.start >= TimePoint{} && connection.start < TimePoint{kLongestDelay} &&
         is_delay(connection.lifetime.value_or(Duration{})) &&
         is_delay(connection.peer_close_delay.value_or(Duration{})) &&
         is_delay(connection.connect_timeout.value_or(Duration{}));
}

/// Reports the first few connections for which `is_legal` is false; `tell` says what is wrong with one.
template <class Legal, class Tell>
void check_each(const std::string& where, const RowView& connections, Legal is_legal, Tell tell,
                std::vector<Breach>& breaches, const std::vector<std::string_view>& depends_on = {}) {
  std::size_t found = 0;
  connections.for_each([&](const RecordedConnection& connection) {
    if (!is_legal(connection) && ++found <= kRowsNamed) {
      Breach breach = tell(connection);
      breach.where = where;
      breach.depends_on = depends_on;
      breaches.push_back(std::move(breach));
    }
  });
  if (found > kRowsNamed) {
    breaches.push_back({where, std::to_string(found - kRowsNamed) + " more connections have the same fault",
                        "", depends_on});
  }
}

std::string start_text(const RecordedConnection& connection) {
  return "the connection that starts at " + seconds_text(connection.start.time_since_epoch().count()) + " s";
}

void check_local_ports(const std::string& where, const Scenario& s, const RowView& connections,
                       std::vector<Breach>& breaches) {
  std::vector<Breach> about_ports;
  find_port_breaches(s, about_ports);
  if (!about_ports.empty()) {
    return;  // there is no pool to compare with
  }
  const std::vector<std::uint16_t> pool = make_pool(s);
  check_each(
      where, connections,
      [&](const RecordedConnection& c) {
        return c.local_port == 0 || std::binary_search(pool.begin(), pool.end(), c.local_port);
      },
      [](const RecordedConnection& c) {
        return Breach{
            "",
            start_text(c) + " asks for port " + std::to_string(c.local_port) + ", which is not in the pool",
            "add it with --ports, or leave the column sport empty"};
      },
      breaches, {"ports", "reserved-ports", "ports-in-use", "profile"});
}

void check_recorded(const RecordedLoad& load, const Scenario& s, std::vector<Breach>& breaches) {
  const std::string where = load.files.empty() ? "the log" : load.files.front().path;
  if (!load.connections || load.connections->empty()) {
    breaches.push_back({where, "it holds no connection", "give a log with at least one"});
    return;
  }
  check_each(
      where, *load.connections, has_legal_times,
      [](const RecordedConnection& c) {
        if (c.start >= TimePoint{kLongestDelay}) {
          return Breach{"",
                        "a connection starts 1000000000 seconds or more after the first one: no run is that "
                        "long (31 years)",
                        "look for a wrong time in the log's first or last lines"};
        }
        return Breach{"", start_text(c) + " has a time outside 0 to 1000000000 seconds",
                      "correct or remove it"};
      },
      breaches);
  TimePoint last = load.connections->front().start;
  bool is_in_order = true;
  load.connections->for_each([&](const RecordedConnection& connection) {
    is_in_order = is_in_order && connection.start >= last;
    last = connection.start;
  });
  if (!is_in_order) {
    breaches.push_back({where, "its connections are not in order of start", "sort them"});
  }
  check_local_ports(where, s, *load.connections, breaches);
}

void check_retry(const RetryPolicy& retry, std::vector<Breach>& breaches) {
  if (retry.kind == RetryPolicy::Kind::none) {
    return;
  }
  const bool is_fixed = retry.kind == RetryPolicy::Kind::fixed;
  const std::uint32_t most = is_fixed ? 1'000'000 : 62;
  if (retry.delay <= Duration{} || !is_delay(retry.delay)) {
    breaches.push_back({"retry", "the delay before a retry must be above 0, and at most 1000000000 seconds",
                        "try --retry fixed:1s,3"});
  }
  if (retry.further_tries < 1 || retry.further_tries > most) {
    breaches.push_back({"retry",
                        (is_fixed ? "fixed" : "backoff") + std::string(" takes 1 to ") +
                            std::to_string(most) + " further tries",
                        "try --retry fixed:1s,3 or backoff:100ms,5"});
  }
}

}  // namespace

void find_load_breaches(const Scenario& scenario, std::vector<Breach>& breaches) {
  if (const auto* generated = std::get_if<GeneratedLoad>(&scenario.load)) {
    check_generated(*generated, breaches);
  } else {
    check_recorded(std::get<RecordedLoad>(scenario.load), scenario, breaches);
  }
  check_retry(scenario.retry, breaches);
}

}  // namespace portsim
