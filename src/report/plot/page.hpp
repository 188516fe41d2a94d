// What all pages of --plot share. A page holds all that it needs and loads nothing.
#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace portsim::plot {

/// The head of a page up to its heading, which is also its title; with a light and a dark look.
void write_page_start(const std::string& heading, std::ostream& out);

/// The options that a result was made with, as a table under a heading.
void write_scenario_table(const std::vector<std::pair<std::string, std::string>>& options, std::ostream& out);

}  // namespace portsim::plot
