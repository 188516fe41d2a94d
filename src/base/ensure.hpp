// Assertions that stay on in every build.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace portsim {

/// Ends the program with `message` when `condition` is false: a bug in portsim, never the user's fault.
inline void ensure(bool condition, const char* message) {
  if (!condition) [[unlikely]] {
    std::fprintf(stderr, "portsim: internal error: %s\n", message);
    std::abort();
  }
}

}  // namespace portsim
