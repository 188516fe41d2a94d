// What every fuzz target has: a function that takes any bytes, and never comes back from a finding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "portsim/scenario.hpp"

/// Runs the target on one input; gives 0. The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace portsim::fuzz {

/// Ends the program with `what` on standard error: the input is a finding.
[[noreturn]] inline void report_finding(const std::string& what) {
  std::fprintf(stderr, "finding: %s\n", what.c_str());
  std::abort();
}

/// The input is a finding unless `holds`.
inline void require(bool holds, std::string_view what) {
  if (!holds) {
    report_finding(std::string(what));
  }
}

/// Every fault says where and what, and there is one at least.
inline void require_readable(const std::vector<Fault>& faults) {
  require(!faults.empty(), "what is refused is refused for a reason");
  for (const Fault& fault : faults) {
    require(!fault.where.empty() && !fault.what.empty(), "every fault says where and what");
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace portsim::fuzz
