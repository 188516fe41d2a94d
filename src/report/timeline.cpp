#include <ostream>

#include "base/number_text.hpp"
#include "report/report.hpp"

namespace portsim {

TimelineWriter::TimelineWriter(std::ostream& out) : out_(out) {
  out_ << "end_s,ports_in_use_max";
  for (const TcpState state : kClientStates) {
    out_ << ',' << name(state);
  }
  out_ << ",attempts,failed\n";
}

void TimelineWriter::add(const TimelineRow& row) {
  out_ << seconds_text(row.end.time_since_epoch().count()) << ',' << integer_text(row.ports_in_use_max);
  for (const std::uint64_t count : row.states) {
    out_ << ',' << integer_text(count);
  }
  out_ << ',' << integer_text(row.attempts) << ',' << integer_text(row.failed) << '\n';
}

}  // namespace portsim
