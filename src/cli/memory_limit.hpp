// How much memory the process may take: --max-memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenario/value_text.hpp"

namespace portsim::cli {

/// `2G`, `500M`, `1.5G`: a number of bytes with k, M, G or T behind it, in steps of 1,000; 16 MB at least.
[[nodiscard]] Parsed<std::uint64_t> parse_size(std::string_view text);

/// Nine tenths of the memory that the machine has free now, or of what the control group or ulimit allows if
/// that is less: more would be swapped, or the kernel would kill the process.
[[nodiscard]] std::uint64_t default_memory_limit();

/// From now on an allocation fails (std::bad_alloc) that would take the process above so many bytes more than
/// it has now. A later call replaces an earlier one. Without effect where the system cannot do it.
void limit_memory(std::uint64_t bytes, std::string place);

/// The limit that holds, and what set it: `--max-memory 2G`.
struct MemoryLimit {
  std::uint64_t bytes = UINT64_MAX;
  std::string place;
};
[[nodiscard]] const MemoryLimit& memory_limit();

/// What to say when an allocation failed.
[[nodiscard]] std::string out_of_memory_text();

}  // namespace portsim::cli
