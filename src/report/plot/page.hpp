// What all pages of --plot share. A page holds all that it needs and loads nothing.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portsim::plot {

/// The head of a page up to its heading, which is also its title; with a light and a dark look.
void write_page_start(const std::string& heading, std::ostream& out);

/// A drawing that a script may say more about: `draw` writes it, `attributes` are those of its box, which has
/// the focus of the keyboard.
void write_picture(const std::string& attributes, const std::function<void(std::ostream&)>& draw,
                   std::ostream& out);

/// The version, the script, which begins with what all pages share, and the end of the page.
void write_page_end(const std::string& version, std::string_view script, std::ostream& out);

/// The options that a result was made with, as a table under a heading.
void write_scenario_table(const std::vector<std::pair<std::string, std::string>>& options, std::ostream& out);

}  // namespace portsim::plot
