#include "report/plot/page.hpp"

#include <ostream>
#include <string_view>

#include "report/plot/scale.hpp"

namespace portsim::plot {
namespace {

constexpr std::string_view kHead = R"(<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<style>
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem;background:#fff;color:#222}
h1{font-size:1.4rem;line-height:1.3}h2{font-size:1.1rem;margin-top:2rem}
.wide{overflow-x:auto}
#picture{position:relative;min-width:40rem}#picture svg{display:block;width:100%;height:auto}
#cursor{position:absolute;top:13.5%;height:75%;width:1px;background:currentColor;opacity:.6;pointer-events:none}
#values{min-height:3em;margin:0;padding:.5rem 0;font-variant-numeric:tabular-nums}
#values{position:sticky;bottom:0;background:inherit}
table{border-collapse:collapse}th,td{padding:.15rem .7rem;text-align:right;border-bottom:1px solid #ddd}
th:first-child,td:first-child{text-align:left;padding-left:0}
th{white-space:nowrap}td.text{text-align:left;overflow-wrap:anywhere}
pre{font-size:.85rem;overflow-x:auto}
@media (prefers-color-scheme:dark){body{background:#16181c;color:#ddd}th,td{border-color:#34383f}}
</style>
)";

}  // namespace

void write_page_start(const std::string& heading, std::ostream& out) {
  out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>portsim: " << escaped(heading) << "</title>\n"
      << kHead << "</head>\n<body>\n<h1>" << escaped(heading) << "</h1>\n";
}

void write_scenario_table(const std::vector<std::pair<std::string, std::string>>& options,
                          std::ostream& out) {
  out << "<h2>Scenario</h2>\n<div class=\"wide\"><table>\n";
  for (const auto& [name, value] : options) {
    out << "<tr><td>" << escaped(name) << "</td><td class=\"text\">" << escaped(value) << "</td></tr>\n";
  }
  out << "</table></div>\n";
}

}  // namespace portsim::plot
