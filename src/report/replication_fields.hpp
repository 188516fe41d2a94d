// What replications say together, as fields.
#pragma once

#include "portsim/replications.hpp"
#include "report/fields.hpp"

namespace portsim {

/// Visits the group `replications`.
void visit_replications(const ReplicationResult& replications, FieldSink& sink);

/// Visits the group `batches`.
void visit_batches(const BatchResult& batches, FieldSink& sink);

}  // namespace portsim
