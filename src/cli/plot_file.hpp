// The file of --plot.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "cli/output_file.hpp"

namespace portsim::cli {

enum class PlotForm : std::uint8_t { svg, html, png };

/// The form that a file name asks for by its end, `.svg`, `.html` or `.png`; empty for any other.
[[nodiscard]] std::optional<PlotForm> plot_form(const std::string& path);

/// True when rsvg-convert (librsvg) is on the PATH.
[[nodiscard]] bool can_make_png();

/// Draws into `file`, which `path` names: `svg` writes an image, `page` a page; an image that is to be a PNG
/// goes through rsvg-convert. Throws OutputError.
void write_plot(const std::string& path, OutputFile& file, const std::function<void(std::ostream&)>& svg,
                const std::function<void(std::ostream&)>& page);

}  // namespace portsim::cli
