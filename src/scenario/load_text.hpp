// Arrivals, retries and closers as text and back. Syntax only; limits are in rules.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "portsim/scenario.hpp"
#include "scenario/value_text.hpp"

namespace portsim {

/// `deterministic`, `poisson`, `batch:N` or `onoff:ON,OFF`.
[[nodiscard]] Parsed<Arrivals> parse_arrivals(std::string_view text);
[[nodiscard]] std::string arrivals_text(const Arrivals& arrivals);

/// `none`, `fixed:DELAY,N` or `backoff:DELAY,N`.
[[nodiscard]] Parsed<RetryPolicy> parse_retry(std::string_view text);
[[nodiscard]] std::string retry_text(const RetryPolicy& retry);

/// One closer, `client`, or weights, `client=0.9,server=0.1`. One closer alone has the weight 1.
[[nodiscard]] Parsed<CloserWeights> parse_closers(std::string_view text);
[[nodiscard]] std::string closers_text(const CloserWeights& weights);

/// The closer of that name (all seven of `Closer`); empty if there is none.
[[nodiscard]] std::optional<Closer> find_closer(std::string_view name);
[[nodiscard]] std::string_view closer_name(Closer closer);

}  // namespace portsim
