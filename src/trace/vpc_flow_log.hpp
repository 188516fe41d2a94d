// The flow logs of Amazon's virtual networks.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for a header, and for a row of the default format (version 2).
[[nodiscard]] bool is_vpc_flow_log(std::string_view line);

/// Reads accepted TCP rows by the names of the header, or of the default format, and joins the rows of a
/// connection. Their times are those of windows of up to 10 minutes, so that holds are upper bounds.
/// Source: Amazon VPC User Guide, "Flow log records".
[[nodiscard]] std::unique_ptr<LogReader> make_vpc_flow_reader();

}  // namespace portsim
