#include <CLI/CLI.hpp>

#include "engine/clock.hpp"
