#include "engine/timetable.hpp"

#include "engine/planned_timetable.hpp"
#include "engine/summed_timetable.hpp"

namespace portsim {

bool Timetable::can_tell(const Scenario& scenario) {
  return SummedTimetable::can_tell(scenario) ? SummedTimetable(scenario, 1).shortest_hold() > Duration{}
                                             : PlannedTimetable::can_tell(scenario);
}

std::unique_ptr<Timetable> Timetable::make(const Scenario& scenario, std::size_t block) {
  if (SummedTimetable::can_tell(scenario)) {
    return std::make_unique<SummedTimetable>(scenario, block);
  }
  return std::make_unique<PlannedTimetable>(scenario, block);
}

}  // namespace portsim
