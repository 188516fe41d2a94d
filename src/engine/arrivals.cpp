#include "engine/arrivals.hpp"

#include <algorithm>
#include <type_traits>

#include "base/exact_ratio.hpp"
#include "engine/sampling.hpp"

namespace portsim {
namespace {

/// Longer cycles of an on-off load are not looked for.
constexpr std::uint64_t kMostOfCycle = 10'000'000;

/// Poisson arrivals that are drawn together.
constexpr std::size_t kTogether = 256;

constexpr Uint128 kUnitsPerConnection = Uint128{1'000'000'000} * 1'000'000'000;

/// gap * requests in nanoseconds, rounded once; a product above 128 bits is longer than any run.
double mean_gap(Fraction gap, std::uint64_t requests) {
  Uint128 numerator = 0;
  const bool overflow = __builtin_mul_overflow(gap.numerator, Uint128{requests}, &numerator);
  return nearest_double(overflow ? ~Uint128{0} : numerator, gap.denominator);
}

/// Makes instants of gaps, each `gaps` ns + `rests` 2^-32 ns: the sum of all up to its own and of `sum`, to
/// which they are added. Two sums that do not wait for each other.
void add_up(Uint128& sum, std::int64_t* gaps, const std::int64_t* rests, std::size_t count) {
  auto whole = static_cast<std::int64_t>(sum >> 32);
  auto part = static_cast<std::int64_t>(sum & 0xFFFFFFFF);
  for (std::size_t i = 0; i < count; ++i) {
    whole += gaps[i];
    part += rests[i];
    gaps[i] = whole + (part >> 32);
  }
  sum = (static_cast<Uint128>(whole + (part >> 32)) << 32) + static_cast<std::uint64_t>(part & 0xFFFFFFFF);
}

}  // namespace

ExactSteps::ExactSteps(Fraction step, std::uint64_t count) : denominator_(step.denominator) {
  Uint128 numerator = 0;
  const bool overflow = __builtin_mul_overflow(step.numerator, Uint128{count}, &numerator);
  const Uint128 whole = numerator / denominator_;
  // The denominator of a rate is below 2^60: a product that overflows is longer than any run.
  if (overflow || whole > static_cast<Uint128>(kLongestDelay.count())) {
    whole_ = kLongestDelay + Duration{1};
    return;
  }
  whole_ = Duration{static_cast<std::int64_t>(whole)};
  part_ = numerator % denominator_;
}

void ExactSteps::advance() {
  now_ += whole_;
  carried_ += part_;
  if (carried_ >= denominator_) {
    carried_ -= denominator_;
    now_ += Duration{1};
  }
}

void ExactSteps::restart() {
  now_ = Duration{};
  carried_ = 0;
}

std::optional<Cycle> ExactSteps::cycle() const {
  const Uint128 common = greatest_common_divisor(part_, denominator_);
  const Uint128 steps = denominator_ / common;
  // The steps are below 2^60 and the time below 2^60 in each: no product overflows.
  const Uint128 span = static_cast<Uint128>(whole_.count()) * steps + part_ / common;
  if (span == 0 || span > static_cast<Uint128>(kLongestDelay.count())) {
    return std::nullopt;
  }
  return Cycle{static_cast<std::uint64_t>(steps), Duration{static_cast<std::int64_t>(span)}};
}

ArrivalStream::ArrivalStream(const Scenario& scenario, const Draws& draws)
    : end_(TimePoint{} + scenario.duration), draws_(draws) {
  if (const auto* log = std::get_if<RecordedLoad>(&scenario.load)) {
    process_ = Process::recorded;
    recorded_ = log->connections.get();
    set_next(recorded_->empty() ? kOver : recorded_->front().start);
    return;
  }
  const auto& load = std::get<GeneratedLoad>(scenario.load);
  if (const auto* scheduled = std::get_if<ScheduledArrivals>(&load.arrivals)) {
    process_ = Process::scheduled;
    schedule_ = scheduled->schedule.get();
    requests_ = load.requests_per_connection * kUnitsPerConnection;
    find_scheduled();
    return;
  }
  const Fraction gap = nanoseconds_between(load.rate);
  const std::uint64_t requests = load.requests_per_connection;
  std::visit(
      [&](const auto& process) {
        using T = std::decay_t<decltype(process)>;
        if constexpr (std::is_same_v<T, PoissonArrivals>) {
          process_ = Process::poisson;
          mean_gap_ns_ = mean_gap(gap, requests);
          drawn_.resize(kTogether);
          rests_.resize(kTogether);
          next_ahead_ = kTogether;
          take_poisson();
        } else {
          if constexpr (std::is_same_v<T, BatchArrivals>) {
            batch_ = process.size;
            batch_left_ = process.size;
          } else if constexpr (std::is_same_v<T, OnOffArrivals>) {
            process_ = Process::on_off;
            on_ = process.on;
            cycle_ = process.on + process.off;
          }
          steps_ = ExactSteps(gap, batch_ * requests);
          set_next(TimePoint{});
        }
      },
      load.arrivals);
}

void ArrivalStream::take_poisson() {
  if (next_ahead_ == drawn_.size()) {
    draw_ahead();
  }
  set_next(TimePoint{Duration{drawn_[next_ahead_]}});
  ++next_ahead_;
}

// Many gaps are drawn faster together than one by one.
void ArrivalStream::draw_ahead() {
  next_ahead_ = 0;
  if (mean_gap_ns_ <= kLongestMeanGap) {
    sample_gaps(mean_gap_ns_, draws_, caller_, kTogether, drawn_.data(), rests_.data());
    add_up(gap_sum_, drawn_.data(), rests_.data(), kTogether);
    return;
  }
  const auto end = static_cast<Uint128>(end_.time_since_epoch().count()) << 32;
  for (std::size_t i = 0; i < kTogether; ++i) {
    gap_sum_ = std::min(gap_sum_ + sample_gap(mean_gap_ns_, draws_, caller_ + i), end);
    drawn_[i] = static_cast<std::int64_t>(gap_sum_ >> 32);
  }
}

void ArrivalStream::begin_cycle_if_over() {
  if (steps_.now() >= on_) {
    cycle_start_ += cycle_;
    steps_.restart();
  }
}

/// Goes on to the step in which the next attempt lies. All is exact: a rate in 10^-9 connections per second
/// makes as many 10^-18 connections in each nanosecond.
void ArrivalStream::find_scheduled() {
  const std::vector<Schedule::Step>& steps = schedule_->steps;
  for (; step_ < steps.size(); ++step_) {
    const auto& [start, rate] = steps[step_];
    const TimePoint end = step_ + 1 < steps.size() ? steps[step_ + 1].start : end_;
    if (end <= start) {
      break;  // the run is over
    }
    const Uint128 within = Uint128{rate} * static_cast<Uint128>((end - start).count());
    if (until_next_ < within) {
      set_next(start + Duration{static_cast<std::int64_t>(until_next_ / rate)});
      return;
    }
    until_next_ -= within;
  }
  next_ = kOver;
}

void ArrivalStream::advance() {
  ++caller_;
  switch (process_) {
    case Process::steps:
      if (--batch_left_ == 0) {
        batch_left_ = batch_;
        steps_.advance();
        set_next(TimePoint{} + steps_.now());
      }
      break;
    case Process::poisson: take_poisson(); break;
    case Process::on_off:
      steps_.advance();
      begin_cycle_if_over();
      set_next(cycle_start_ + steps_.now());
      break;
    case Process::scheduled:
      until_next_ += requests_;
      find_scheduled();
      break;
    case Process::recorded:
      recorded_->pass(caller_);
      find_recorded();
      break;
  }
}

void ArrivalStream::find_recorded() {
  set_next(caller_ < recorded_->size() ? (*recorded_)[caller_].start : kOver);
}

std::size_t ArrivalStream::take_recorded(TimePoint limit, std::int64_t* times, std::size_t most) {
  for (; passed_ < caller_; ++passed_) {
    recorded_->pass(passed_ + 1);
  }
  std::size_t count = 0;
  for (; count < most && next_ < limit; ++count) {
    times[count] = next_.time_since_epoch().count();
    ++caller_;
    find_recorded();
  }
  return count;
}

std::size_t ArrivalStream::take_before(TimePoint limit, std::int64_t* times, std::size_t most) {
  if (process_ == Process::recorded) {
    return take_recorded(limit, times, most);
  }
  std::size_t count = 0;
  while (count < most && next_ < limit) {
    times[count] = next_.time_since_epoch().count();
    ++count;
    advance();
    // Those that were drawn ahead need no care one by one.
    const std::size_t left = process_ == Process::poisson ? drawn_.size() - next_ahead_ : 0;
    const std::size_t run = std::min(left, most - count);
    if (run > 0 && drawn_[next_ahead_ + run - 1] < limit.time_since_epoch().count() && next_ < limit) {
      times[count] = next_.time_since_epoch().count();
      std::copy_n(drawn_.begin() + static_cast<std::ptrdiff_t>(next_ahead_), run - 1, times + count + 1);
      count += run;
      caller_ += run;
      next_ahead_ += run;
      set_next(TimePoint{Duration{drawn_[next_ahead_ - 1]}});
    }
  }
  return count;
}

std::optional<Cycle> ArrivalStream::cycle() const {
  if (process_ == Process::steps) {
    std::optional<Cycle> cycle = steps_.cycle();
    if (cycle) {
      cycle->attempts *= batch_;
    }
    return cycle;
  }
  if (process_ != Process::on_off) {
    return std::nullopt;
  }
  // As many steps as lie within an ON.
  ExactSteps steps = steps_;
  Cycle cycle{0, cycle_};
  for (steps.restart(); steps.now() < on_ && cycle.attempts < kMostOfCycle; steps.advance()) {
    ++cycle.attempts;
  }
  return cycle.attempts < kMostOfCycle ? std::optional(cycle) : std::nullopt;
}

void ArrivalStream::pass(const Cycle& jump) {
  caller_ += jump.attempts;
  if (process_ == Process::on_off) {
    cycle_start_ += jump.span;
  } else {
    steps_.jump(jump.span);
  }
  set_next(next_ + jump.span);
}

}  // namespace portsim
