#include "scenario/load_text.hpp"

#include "catch.hpp"

namespace portsim {
namespace {

using namespace std::chrono_literals;

template <class T>
std::string fault(const Parsed<T>& parsed) {
  return holds_value(parsed) ? "" : std::get<Wrong>(parsed).what;
}

TEST_CASE("there are four arrival processes") {
  CHECK(std::get<Arrivals>(parse_arrivals("deterministic")) == Arrivals{DeterministicArrivals{}});
  CHECK(std::get<Arrivals>(parse_arrivals("poisson")) == Arrivals{PoissonArrivals{}});
  CHECK(std::get<Arrivals>(parse_arrivals("batch:100")) == Arrivals{BatchArrivals{100}});
  CHECK(std::get<Arrivals>(parse_arrivals("onoff:10s,1min")) == Arrivals{OnOffArrivals{10s, 60s}});
}

TEST_CASE("arrivals print as they are read") {
  for (const std::string text : {"deterministic", "poisson", "batch:100", "onoff:10s,60s"}) {
    CHECK(arrivals_text(std::get<Arrivals>(parse_arrivals(text))) == text);
  }
}

TEST_CASE("what is no arrival process says why") {
  CHECK(fault(parse_arrivals("random")) == "\"random\" is no arrival process");
  CHECK(fault(parse_arrivals("batch")) == "\"batch\" is no arrival process");
  CHECK(fault(parse_arrivals("poisson:3")) == "\"poisson:3\" is no arrival process");
  CHECK(fault(parse_arrivals("batch:0")) == "\"0\" is not a whole number from 1 to 1000000000");
  CHECK(fault(parse_arrivals("batch:1000000001")) != "");
  CHECK(fault(parse_arrivals("onoff:10s")) == "onoff takes two times, ON and OFF");
  CHECK(fault(parse_arrivals("onoff:10s,soon")) ==
        "\"soon\" is not a time: a time is a number with ns, us, ms, s, min, h, d or y");
  CHECK(fault(parse_arrivals("schedule:load.csv")) != "");
}

TEST_CASE("a caller retries after a fixed or a doubling delay, or not") {
  CHECK(std::get<RetryPolicy>(parse_retry("none")) == RetryPolicy{});
  CHECK(std::get<RetryPolicy>(parse_retry("fixed:1s,3")) == RetryPolicy{RetryPolicy::Kind::fixed, 1s, 3});
  CHECK(std::get<RetryPolicy>(parse_retry("backoff:100ms,5")) ==
        RetryPolicy{RetryPolicy::Kind::backoff, 100ms, 5});
  for (const std::string text : {"none", "fixed:1s,3", "backoff:100ms,5"}) {
    CHECK(retry_text(std::get<RetryPolicy>(parse_retry(text))) == text);
  }
}

TEST_CASE("what is no way to retry says why") {
  for (const std::string_view text : {"", "fixed", "fixed:1s", "fixed:1s,2,3", "often:1s,3", "none:1s,3"}) {
    CAPTURE(text);
    CHECK(fault(parse_retry(text)) ==
          "\"" + std::string(text) + "\" is no way to retry: none, fixed:DELAY,TRIES or backoff:DELAY,TRIES");
  }
  CHECK(fault(parse_retry("fixed:1s,0")) == "\"0\" is not a number of further tries");
  CHECK(fault(parse_retry("fixed:x,3")) ==
        "\"x\" is not a time: a time is a number with ns, us, ms, s, min, h, d or y");
}

CloserWeights weights(double client, double server, double both, double reset, double unreachable) {
  return {client, server, both, reset, unreachable, 0, 0};
}

TEST_CASE("one closer, or weights of several") {
  CHECK(std::get<CloserWeights>(parse_closers("client")) == weights(1, 0, 0, 0, 0));
  CHECK(std::get<CloserWeights>(parse_closers("unreachable")) == weights(0, 0, 0, 0, 1));
  CHECK(std::get<CloserWeights>(parse_closers("server=0.1,client=0.9")) == weights(0.9, 0.1, 0, 0, 0));
  CHECK(std::get<CloserWeights>(parse_closers("both=3,reset=0,server=1e-3")) == weights(0, 1e-3, 3, 0, 0));
  CHECK(std::get<CloserWeights>(parse_closers("reset=7")) == weights(0, 0, 0, 1, 0));
}

TEST_CASE("closers print as they are read") {
  for (const std::string text :
       {"client", "reset", "client=0.9,server=0.1", "client=3,both=1e-7,unreachable=2"}) {
    CHECK(closers_text(std::get<CloserWeights>(parse_closers(text))) == text);
  }
}

TEST_CASE("what is no closer says why") {
  CHECK(fault(parse_closers("peer")) == "\"peer\" closes no connection");
  CHECK(fault(parse_closers("")) == "\"\" closes no connection");
  CHECK(fault(parse_closers("client,server")) ==
        "with several closers each needs a weight, and \"client\" has none");
  CHECK(fault(parse_closers("client=1,server")) ==
        "with several closers each needs a weight, and \"server\" has none");
  CHECK(fault(parse_closers("client=1,client=2")) == "\"client\" is named twice");
  CHECK(fault(parse_closers("client=-1,server=2")) == "\"-1\" is below 0");
  CHECK(fault(parse_closers("client=many")) == "\"many\" is not a decimal number");
  CHECK(fault(parse_closers("refused")) == "\"refused\" is for recorded connections only");
  CHECK(fault(parse_closers("client=1,shutdown=1")) == "\"shutdown\" is for recorded connections only");
}

TEST_CASE("every closer has one name") {
  for (std::size_t i = 0; i < kCloserCount; ++i) {
    const auto closer = static_cast<Closer>(i);
    CHECK(find_closer(closer_name(closer)) == closer);
  }
  CHECK(closer_name(Closer::refused) == "refused");
  CHECK_FALSE(find_closer("Client").has_value());
}

}  // namespace
}  // namespace portsim
