// The picture of a run: SVG, or a page around it.
#pragma once

#include <iosfwd>

#include "report/report.hpp"

namespace portsim {

/// One SVG image: ports in use by TCP state as areas on one another, against the capacity; beneath, failed
/// attempts; outages are shaded, the first failure is marked. Drawn from `Result::timeline`. With a dark look
/// where the reader prefers that.
void write_run_svg(const Report& report, std::ostream& out);

/// One HTML page that holds all it needs: the answer, the picture with the values under the pointer, tables
/// of the states and of the scenario, and the text report. Without scripts only the values under the pointer
/// lack.
void write_run_page(const Report& report, std::ostream& out);

}  // namespace portsim
