#include "random_scenario.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "engine/draws.hpp"
#include "portsim/wide.hpp"

namespace portsim {
namespace {

/// Raw outputs of the standard's Mersenne Twister, which are the same everywhere; its distributions are not.
/// Or the bytes that were given, as many a draw as it needs, and those outputs after them.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  explicit Random(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint64_t bits() { return draw(~std::uint64_t{0}); }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    const std::uint64_t range = static_cast<std::uint64_t>(most - least + 1);
    return least + static_cast<std::int64_t>(draw(range - 1) % range);
  }
  bool chance(int percent) { return between(0, 99) < percent; }

  template <typename T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[between(0, static_cast<std::int64_t>(values.size()) - 1)];
  }

 private:
  /// A number with at least as many bits as `most` has.
  std::uint64_t draw(std::uint64_t most) {
    if (bytes_.empty()) {
      return engine_();
    }
    std::uint64_t number = 0;
    do {
      number = number << 8U | bytes_.front();
      bytes_ = bytes_.subspan(1);
      most >>= 8U;
    } while (most > 0 && !bytes_.empty());
    return number;
  }

  std::span<const std::uint8_t> bytes_;
  std::mt19937_64 engine_;
};

/// Writes one scenario. Draws are made one a statement: the order of evaluation of arguments is not fixed.
class ScenarioWriter {
 public:
  ScenarioWriter(const Random& random, std::int64_t most_connections)
      : random_(random), most_connections_(most_connections) {}

  Scenario write() {
    unit_ = random_.one_of<std::int64_t>({1, 2, 1'000, 1'000'000, 1'000'000'000, 7'000'000'000});
    off_grid_percent_ = random_.one_of({0, 0, 0, 20, 100});
    write_wheel();
    write_stack();
    write_ports();
    write_scope();
    write_durations();
    write_closers();
    write_limits();
    write_time_wait_rules();
    if (random_.chance(18)) {
      write_translator();
    }
    if (random_.chance(30)) {
      write_recorded_load();
    } else {
      write_generated_load();
    }
    write_window();
    write_retry();
    scenario_.seed = random_.bits();
    scenario_.replication = static_cast<std::uint32_t>(random_.between(1, 3));
    return std::move(scenario_);
  }

 private:
  /// A time of `least` to `most` grid units, now and then off the grid.
  Duration time(std::int64_t least, std::int64_t most) {
    std::int64_t result = random_.between(least, most) * unit_;
    if (random_.chance(off_grid_percent_)) {
      result += random_.between(0, unit_ - 1);
    }
    return Duration{result};
  }

  std::vector<Duration> waits() {
    std::vector<Duration> result;
    const std::int64_t tries = random_.between(1, 4);
    for (std::int64_t i = 0; i < tries; ++i) {
      result.push_back(time(random_.chance(90) ? 1 : 0, 6));
    }
    return result;
  }

  /// Ticks that are a small part of the grid's unit, or many of its units.
  void write_wheel() {
    if (random_.chance(35)) {
      unit_ = random_.one_of<std::int64_t>(
          {1'000'000, 5'000'000, 100'000'000, kNanosecondsPerSecond, 7 * kNanosecondsPerSecond});
      scenario_.stack.timer_hz = random_.one_of<std::uint32_t>({100, 250, 250, 300, 1000, 1, 3, 7, 60, 1024});
      if (random_.chance(60)) {
        scenario_.timer_offset = time(0, random_.chance(70) ? 3 : 200);
      }
    }
  }

  /// NT's own numbers, or a stack on the scenario's grid on which everything happens often.
  void write_stack() {
    Stack& stack = scenario_.stack;
    stack.name = "nt4";
    stack.ports = {{1024, 5000}};
    stack.time_wait_knob = "TcpTimedWaitDelay";
    stack.application_error = "WSAENOBUFS (10055)";
    using std::chrono::seconds;
    if (random_.chance(20)) {
      unit_ = kNanosecondsPerSecond;
      stack.time_wait_limits = {seconds{30}, seconds{300}, seconds{1}};
      stack.time_wait = seconds{240};
      stack.syn_waits = {seconds{3}, seconds{6}, seconds{12}, seconds{24}};
      stack.fin_waits = {seconds{3}, seconds{6}, seconds{12}, seconds{24}, seconds{48}, seconds{96}};
      scenario_.time_wait = seconds{random_.between(30, 300)};
    } else {
      stack.time_wait_limits = {Duration{0}, kLongestDelay, Duration{1}};
      stack.syn_waits = waits();
      stack.fin_waits = waits();
      scenario_.time_wait = time(0, 25);
      stack.time_wait = scenario_.time_wait;
    }
  }

  /// Ports as ascending numbers with gaps, cut into ranges; some of them reserved, the lowest in use.
  void write_ports() {
    capacity_ = random_.chance(60) ? random_.between(1, 5) : random_.between(1, 12);
    const std::int64_t in_use = random_.chance(25) ? random_.between(1, 3) : 0;
    const std::int64_t reserved = random_.chance(25) ? random_.between(1, 4) : 0;
    const std::int64_t total = capacity_ + in_use + reserved;
    std::int64_t port = random_.one_of<std::int64_t>({1, 1024, 32768, 65536 - 3 * total});
    const std::int64_t first_reserved = random_.between(0, total - reserved);
    for (std::int64_t i = 0; i < total; ++i) {
      const auto number = static_cast<std::uint16_t>(port);
      if (i > 0 && number == scenario_.ports.back().last + 1 && random_.chance(80)) {
        scenario_.ports.back().last = number;
      } else {
        scenario_.ports.push_back({number, number});
      }
      if (first_reserved <= i && i < first_reserved + reserved) {
        scenario_.reserved_ports.push_back({number, number});
      } else {
        pool_.push_back(number);
      }
      port += random_.chance(75) ? 1 : random_.between(2, 3);
    }
    if (random_.chance(50)) {
      std::reverse(scenario_.ports.begin(), scenario_.ports.end());
    }
    scenario_.ports_in_use = static_cast<std::uint32_t>(in_use);
    pool_.erase(pool_.begin(), pool_.begin() + in_use);
  }

  /// Who shares ports with whom, and how one is picked.
  void write_scope() {
    scenario_.scope = static_cast<Scope>(random_.between(0, 2));
    scenario_.selection = static_cast<Selection>(random_.between(0, 8));
    scenario_.bind = static_cast<BindMode>(random_.between(0, 2));
    scenario_.source_addresses = static_cast<std::uint32_t>(random_.between(1, 3));
    scenario_.destinations = static_cast<std::uint32_t>(random_.between(1, 3));
    if (random_.chance(30)) {
      scenario_.destination_skew = random_.one_of({0.0, 0.1, 1.0 / 3, 0.5, 0.7, 0.95, 1.0});
    }
    scenario_.stack.autobind_reuse = random_.chance(50);
    scenario_.reuse_address = random_.chance(50);
    const bool is_port_shared = scenario_.stack.autobind_reuse && scenario_.reuse_address;
    switch (scenario_.scope) {
      case Scope::host: break;
      case Scope::address: capacity_ *= scenario_.source_addresses; break;
      case Scope::tuple:
        capacity_ *= scenario_.source_addresses;
        capacity_ *= scenario_.bind == BindMode::port0 && !is_port_shared ? 1 : scenario_.destinations;
        break;
    }
  }

  Law law(std::int64_t most) {
    switch (random_.between(0, 4)) {
      case 0: return Constant{time(0, most)};
      case 1: return Exponential{time(1, std::max<std::int64_t>(1, most / 2))};
      case 2: {
        const Duration low = time(0, most / 2);
        return Uniform{low, low + time(0, most / 2)};
      }
      case 3: {
        const Duration median = time(0, most / 2);
        return Lognormal{median, random_.one_of({0.0, 0.25, 1.0, 2.5, 20.0, 200.0})};
      }
      default: {
        const Duration minimum = time(0, most / 2);
        return Pareto{minimum, random_.one_of({0.01, 0.1, 0.5, 1.5, 3.0, 30.0})};
      }
    }
  }

  Distribution distribution(std::int64_t most) {
    const std::int64_t kind = random_.between(0, 9);
    if (kind < 3) {
      return Distribution::constant(time(0, most));
    }
    if (kind < 4) {
      return Distribution::constant(Duration{0});
    }
    Distribution result;
    result.components.clear();
    const std::int64_t components = kind < 8 ? 1 : random_.between(2, 4);
    for (std::int64_t i = 0; i < components; ++i) {
      const double weight = i == 0 ? 1.0 : random_.one_of({0.0, 0.5, 1.0, 3.0});
      result.components.push_back({weight, law(most)});
    }
    return result;
  }

  void write_durations() {
    scenario_.lifetime = distribution(random_.chance(70) ? 10 : 40);
    scenario_.rtt = distribution(4);
    scenario_.peer_close_delay = distribution(6);
    scenario_.client_close_delay = distribution(6);
  }

  void write_closers() {
    constexpr std::array kGenerated{Closer::client, Closer::server, Closer::both, Closer::reset,
                                    Closer::unreachable};
    const bool is_mix = random_.chance(50);
    if (is_mix) {
      for (const Closer closer : kGenerated) {
        scenario_.closers[static_cast<std::size_t>(closer)] = random_.one_of({0.0, 0.1, 1.0, 2.5});
      }
    }
    const Closer sure = random_.chance(45) ? Closer::client : kGenerated[random_.bits() % kGenerated.size()];
    scenario_.closers[static_cast<std::size_t>(sure)] += 1.0;
  }

  void write_limits() {
    if (random_.chance(45)) {
      scenario_.loss = random_.one_of({0.01, 0.1, 0.3, 0.5, 0.8, 0.95});
    }
    if (random_.chance(25)) {
      scenario_.connect_timeout = time(0, 8);
    }
    if (random_.chance(55)) {
      scenario_.fin_wait_2_timeout = time(0, 8);
    }
    if (random_.chance(60)) {
      scenario_.session_limit = static_cast<std::uint64_t>(random_.between(0, 5));
    }
    scenario_.stack.fin_wait_2_timeout = scenario_.fin_wait_2_timeout;
    scenario_.stack.session_limit = scenario_.session_limit;
  }

  /// What a stack does about ports in TIME_WAIT.
  void write_time_wait_rules() {
    Stack& stack = scenario_.stack;
    if (random_.chance(25)) {
      stack.syn_give_up = time(0, 8);
    }
    if (random_.chance(50)) {
      stack.fin_wait_2_split = time(0, 4);
    }
    if (random_.chance(30)) {
      scenario_.time_wait_resets = random_.one_of({0.05, 0.3, 1.0});
      stack.rules.reset_ends_time_wait = random_.chance(80);
    }
    if (random_.chance(40)) {
      stack.max_time_wait = static_cast<std::uint64_t>(random_.between(0, 5));
      stack.cap_rule = static_cast<CapRule>(random_.between(0, 2));
    }
    if (random_.chance(45)) {
      const Duration age = random_.chance(85) ? time(0, 6) : scenario_.time_wait + time(0, 3);
      stack.time_wait_reuse = TimeWaitReuse{age, random_.chance(25)};
      stack.age_tick = random_.chance(50) ? Duration{0} : time(1, 3);
    }
    scenario_.timestamps = random_.chance(90);
    stack.gives_out_time_wait = scenario_.scope != Scope::tuple && random_.chance(20);
  }

  /// A translator before one to four hosts, with a pool that is smaller than theirs or larger.
  void write_translator() {
    NatGateway gateway;
    gateway.hosts = static_cast<std::uint32_t>(random_.between(1, 4));
    gateway.addresses = static_cast<std::uint32_t>(random_.between(1, 2));
    gateway.stack.name = "random-nat";
    gateway.stack.scope = static_cast<Scope>(random_.between(0, 2));
    const std::int64_t ports = random_.between(1, 6);
    gateway.stack.ports = {{1024, static_cast<std::uint16_t>(1023 + ports)}};
    if (random_.chance(30)) {
      gateway.stack.ports.push_back({7, 7});
    }
    gateway.stack.time_wait = time(0, 25);
    Nat nat;
    nat.after_reset = time(0, 5);
    if (random_.chance(60)) {
      nat.half_open = time(0, 8);
    }
    if (random_.chance(60)) {
      nat.idle = time(0, 6);
    }
    nat.is_per_host = random_.chance(50);
    gateway.stack.nat = nat;
    capacity_ *= gateway.hosts;
    if (random_.chance(60)) {
      const std::int64_t keys = (nat.is_per_host ? gateway.hosts : 1) *
                                (gateway.stack.scope == Scope::tuple ? scenario_.destinations : 1);
      capacity_ = std::min<std::int64_t>(capacity_, ports * gateway.addresses * keys);
    }
    scenario_.nat = gateway;
  }

  /// The time between connections at which the load is 0.3 to 4 times the pool, give or take.
  Duration typical_gap() {
    double waiting = 0;
    double all = 0;
    for (std::size_t i = 0; i < kCloserCount; ++i) {
      const bool waits = static_cast<Closer>(i) == Closer::client || static_cast<Closer>(i) == Closer::both;
      waiting += waits ? scenario_.closers[i] : 0;
      all += scenario_.closers[i];
    }
    const std::int64_t hold =
        8 * unit_ + static_cast<std::int64_t>(static_cast<double>(typical_time_wait()) * waiting / all);
    const std::int64_t load_percent = random_.one_of<std::int64_t>({30, 70, 100, 130, 200, 400});
    const std::int64_t gap = std::max<std::int64_t>(1, hold * 100 / (capacity_ * load_percent));
    return Duration{gap >= unit_ && !random_.chance(20) ? gap / unit_ * unit_ : gap};
  }

  /// Nanoseconds in TIME_WAIT, give or take: a wheel adds a tick, and a port may be reused before.
  [[nodiscard]] std::int64_t typical_time_wait() const {
    const Stack& stack = scenario_.stack;
    const std::int64_t tick = stack.timer_hz.has_value() ? kNanosecondsPerSecond / *stack.timer_hz : 0;
    const std::int64_t whole = scenario_.time_wait.count() + tick;
    const bool is_reused =
        stack.time_wait_reuse.has_value() && scenario_.timestamps && !stack.time_wait_reuse->loopback_only;
    return is_reused ? std::min<std::int64_t>(whole, stack.time_wait_reuse->age.count()) : whole;
  }

  /// 1 / `gap`, more often than not exactly if one of the units allows it with few decimals.
  Rate rate_of(Duration gap) {
    const auto nanoseconds = static_cast<std::uint64_t>(gap.count());
    const std::uint8_t most_decimals = random_.chance(25) ? 0 : 6;
    for (std::uint8_t decimals = 0; decimals <= most_decimals; ++decimals) {
      for (const RateUnit unit :
           {RateUnit::per_second, RateUnit::per_minute, RateUnit::per_hour, RateUnit::per_day}) {
        const Uint128 numerator = in_unit(unit, decimals);
        if (numerator % nanoseconds == 0 && numerator / nanoseconds < kMantissaEnd) {
          return {static_cast<std::uint64_t>(numerator / nanoseconds), decimals, unit};
        }
      }
    }
    const RateUnit unit =
        random_.one_of({RateUnit::per_second, RateUnit::per_minute, RateUnit::per_hour, RateUnit::per_day});
    // Few digits, so that some attempts fall on whole nanoseconds and others do not, or as many as there are.
    const Uint128 end = random_.one_of<std::uint64_t>({100, 1'000, kMantissaEnd});
    Rate rate{0, 12, unit};
    while (rate.decimals > 0 && in_unit(unit, rate.decimals) / nanoseconds >= end) {
      --rate.decimals;
    }
    rate.mantissa = static_cast<std::uint64_t>(in_unit(unit, rate.decimals) / nanoseconds);
    return rate;
  }

  /// Nanoseconds in the unit, times 10^decimals.
  static Uint128 in_unit(RateUnit unit, int decimals) {
    Uint128 result = Uint128{seconds_of(unit)} * static_cast<std::uint64_t>(kNanosecondsPerSecond);
    for (int i = 0; i < decimals; ++i) {
      result *= 10;
    }
    return result;
  }

  /// Rates of 0 to 3 times 1 / `gap`, changing every few connections.
  ScheduledArrivals schedule(Duration gap) {
    Schedule schedule;
    const std::int64_t steps = random_.between(1, 6);
    TimePoint start{};
    for (std::int64_t i = 0; i < steps; ++i) {
      const std::uint64_t usual = 1'000'000'000'000'000'000 / static_cast<std::uint64_t>(gap.count());
      const auto percent = static_cast<std::uint64_t>(random_.one_of({0, 40, 100, 100, 170, 300}));
      const Uint128 rate = Uint128{usual} * (i == steps - 1 && i == 0 ? 100 : percent) / 100;
      schedule.steps.push_back(
          {start, static_cast<std::uint64_t>(std::min<Uint128>(rate, 1'000'000'000'000'000'000))});
      start += std::max(Duration{1}, gap * random_.between(0, 40) + time(0, 3));
    }
    return {std::make_shared<const Schedule>(std::move(schedule))};
  }

  void write_generated_load() {
    const Duration gap = typical_gap();
    GeneratedLoad load;
    load.rate = rate_of(gap);
    load.requests_per_connection = static_cast<std::uint32_t>(random_.chance(75) ? 1 : random_.between(2, 4));
    const Duration connection_gap = gap * load.requests_per_connection;
    switch (random_.between(0, 4)) {
      case 0: load.arrivals = DeterministicArrivals{}; break;
      case 1: load.arrivals = PoissonArrivals{}; break;
      case 2: load.arrivals = BatchArrivals{static_cast<std::uint64_t>(random_.between(1, 8))}; break;
      case 3: load.arrivals = schedule(gap); break;
      default: {
        OnOffArrivals cycle{connection_gap * random_.between(1, 10), connection_gap * random_.between(0, 10)};
        cycle.on += Duration{random_.chance(30) ? random_.between(0, unit_) : 0};
        cycle.off += Duration{random_.chance(30) ? random_.between(0, unit_) : 0};
        load.arrivals = cycle;
      }
    }
    scenario_.load = load;
    scenario_.duration = connection_gap * random_.between(1, most_connections_);
    scenario_.duration += Duration{random_.chance(30) ? random_.between(0, connection_gap.count()) : 0};
  }

  void write_recorded_load() {
    const std::int64_t steps = std::max<std::int64_t>(1, 2 * typical_gap().count() / unit_);
    std::vector<RecordedConnection> rows(
        static_cast<std::size_t>(random_.between(1, most_connections_ * 4 / 5)));
    TimePoint start{random_.chance(50) ? Duration{0} : time(0, 10)};
    const bool names_ports = random_.chance(40);
    const bool names_binds = random_.chance(75);
    for (RecordedConnection& row : rows) {
      row.start = start;
      start += random_.chance(40) ? Duration{0} : time(0, steps);
      write_row(row, names_ports, names_binds);
    }
    scenario_.duration = rows.back().start.time_since_epoch() + Duration{1};
    if (random_.chance(30)) {
      scenario_.duration += time(0, 60);
    } else if (random_.chance(20)) {
      scenario_.duration = std::max(Duration{1}, scenario_.duration / 2);
    }
    for (RecordedConnection& row : rows) {
      if (row.peer_close_delay == kLongestDelay) {  // longer than the run is never: try the border
        row.peer_close_delay = scenario_.duration + Duration{random_.between(-1, 5)};
      }
    }
    scenario_.load = RecordedLoad{{{.path = "random.csv"}},
                                  std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
  }

  void write_row(RecordedConnection& row, bool names_ports, bool names_binds) {
    if (random_.chance(60)) {
      row.closer = static_cast<Closer>(random_.between(0, static_cast<std::int64_t>(kCloserCount) - 1));
    }
    if (random_.chance(40)) {
      row.lifetime = time(0, 12);
    }
    if (random_.chance(30)) {
      row.peer_close_delay = random_.chance(10) ? kLongestDelay : time(0, 8);
    }
    if (random_.chance(15)) {
      row.connect_timeout = time(0, 6);
    }
    row.source = static_cast<std::uint32_t>(random_.between(0, scenario_.source_addresses - 1));
    row.destination = static_cast<std::uint32_t>(random_.between(0, scenario_.destinations - 1));
    if (names_binds && random_.chance(60)) {
      row.bind = static_cast<BindMode>(random_.between(0, 2));
    }
    if (names_ports && random_.chance(40)) {
      row.local_port = pool_[random_.bits() % pool_.size()];
    }
    if (random_.chance(30)) {
      row.reuse_address = random_.chance(75);
    }
    row.is_loopback = random_.chance(40);
    row.has_late_reset = random_.chance(15);
  }

  void write_window() {
    if (random_.chance(35)) {
      scenario_.warm_up = Duration{random_.between(0, scenario_.duration.count() - 1)};
      if (random_.chance(60)) {
        scenario_.warm_up = scenario_.warm_up / unit_ * unit_;
      }
    }
  }

  void write_retry() {
    RetryPolicy& retry = scenario_.retry;
    retry.kind =
        random_.one_of({RetryPolicy::Kind::none, RetryPolicy::Kind::fixed, RetryPolicy::Kind::backoff});
    if (retry.kind != RetryPolicy::Kind::none) {
      retry.delay = time(1, 5);
      retry.further_tries = static_cast<std::uint32_t>(random_.between(1, 6));
      if (retry.kind == RetryPolicy::Kind::backoff && random_.chance(10)) {
        retry.further_tries = 62;
      }
    }
  }

  static constexpr std::uint64_t kMantissaEnd = 1'000'000'000'000'000'000;

  Random random_;
  std::int64_t most_connections_;  ///< that a load made up offers; a recorded one has a fifth less
  Scenario scenario_;
  std::int64_t unit_ = 1;  ///< nanoseconds of the grid
  int off_grid_percent_ = 0;
  std::int64_t capacity_ = 1;        ///< ports, then how many connections can hold one
  std::vector<std::uint16_t> pool_;  ///< what connections may use
};

}  // namespace

Scenario random_scenario(std::uint64_t number) { return ScenarioWriter(Random(number), 150).write(); }

Scenario scenario_of_bytes(std::span<const std::uint8_t> bytes) {
  return ScenarioWriter(Random(bytes), 40).write();
}

namespace {

/// Rows that ask for nothing that acts back, half of them with one key of the scope.
RecordedLoad without_feedback(const RecordedLoad& load, std::uint64_t number) {
  std::vector<RecordedConnection> rows = load.connections->copy();
  for (RecordedConnection& row : rows) {
    row.local_port = 0;
    row.reuse_address.reset();
    if (number % 4 != 0) {
      row.bind.reset();
    }
    if (number % 3 != 0) {
      row.is_loopback = false;
    }
    if (number % 2 == 0) {
      row.source = 0;
      row.destination = 0;
    }
  }
  return {load.files, std::make_shared<const std::vector<RecordedConnection>>(std::move(rows))};
}

}  // namespace

Scenario without_feedback(Scenario scenario, std::uint64_t number) {
  Stack& stack = scenario.stack;
  scenario.retry = {};
  scenario.nat.reset();
  stack.max_time_wait.reset();
  if (stack.time_wait_reuse && !stack.time_wait_reuse->loopback_only) {
    stack.time_wait_reuse.reset();
  }
  stack.gives_out_time_wait = false;
  scenario.reuse_address = false;
  if (scenario.selection == Selection::random_pick) {
    scenario.selection = Selection::random_start;
  } else if (scenario.selection == Selection::random_increment) {
    scenario.selection = Selection::hash;
  }
  if (const auto* log = std::get_if<RecordedLoad>(&scenario.load)) {
    scenario.load = without_feedback(*log, number);
  }
  const std::uint64_t bits = mix64(number);
  if (bits % 5 < 3 && scenario.scope != Scope::host) {
    scenario.source_addresses = 1;
    scenario.destinations = number % 7 == 0 ? scenario.destinations : 1;
  }
  return scenario;
}

Scenario tamed(Scenario scenario, std::uint64_t number) {
  scenario = without_feedback(std::move(scenario), number);
  Stack& stack = scenario.stack;
  const std::uint64_t bits = mix64(number);
  stack.timer_hz.reset();
  scenario.timer_offset.reset();
  scenario.loss = 0;
  scenario.time_wait_resets = 0;
  if (bits % 3 == 0) {
    scenario.selection = static_cast<Selection>(bits / 3 % 3);
  }
  const auto make_constant = [&](Distribution& distribution, std::int64_t part) {
    if (!distribution.is_constant()) {
      distribution = Distribution::constant(scenario.time_wait / part);
    }
  };
  if (number % 2 == 0) {
    make_constant(scenario.rtt, 13);
    make_constant(scenario.lifetime, 5);
    make_constant(scenario.peer_close_delay, 7);
    make_constant(scenario.client_close_delay, 3);
    if (number % 4 == 0) {
      scenario.closers = {};
      scenario.closers[(bits >> 32) % 5] = 1;
    }
  } else if (number % 3 == 0) {
    make_constant(scenario.rtt, 13);
  }
  if (!scenario.rtt.is_constant()) {
    scenario.connect_timeout.reset();
  }
  if (!scenario.peer_close_delay.is_constant()) {
    scenario.fin_wait_2_timeout.reset();
    stack.fin_wait_2_timeout.reset();
  }
  return scenario;
}

}  // namespace portsim
