// What replications say together, for people.
#pragma once

#include "portsim/replications.hpp"
#include "report/layout.hpp"

namespace portsim {

/// Writes the means and the quantiles of the first failure, each with its interval.
void write_replications(const ReplicationResult& replications, TextLayout& text);

/// Writes the means of batches with their intervals, and whether these can be believed.
void write_batches(const BatchResult& batches, TextLayout& text);

}  // namespace portsim
