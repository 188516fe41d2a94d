#include <CLI/CLI.hpp>

#include "engine/clock.hpp"

auto now() { return std::chrono::system_clock::now(); }
