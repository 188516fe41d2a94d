#include "cli/memory_limit.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <optional>
#include <utility>

#include "base/number_text.hpp"
#include "study/run_cost.hpp"

namespace portsim::cli {
namespace {

constexpr std::uint64_t kLeastBytes = 16'000'000;  // the program itself, and a run of some thousand ports
constexpr std::uint64_t kMostBytes = 1'000'000'000'000'000;
constexpr std::uint64_t kUnknownFree = 2'000'000'000;  // where the system does not tell

MemoryLimit& limit() {
  static MemoryLimit holds;
  return holds;
}

/// The first number behind `name` in a file of lines `name number`; that of the first line if it is empty.
std::optional<std::uint64_t> number_in(const std::string& path, std::string_view name) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name)) {
      const std::size_t begin = std::min(line.find_first_not_of(" \t", name.size()), line.size());
      return parse_unsigned(std::string_view(line).substr(
          begin, std::min(line.find_first_not_of("0123456789", begin), line.size()) - begin));
    }
  }
  return std::nullopt;
}

/// The bound of the control group, in either version of its files; empty without one.
std::optional<std::uint64_t> most_in_control_group() {
  const auto most = number_in("/sys/fs/cgroup/memory.max", "");
  return most ? most : number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes", "");
}

/// What counts against the limit already: writable memory that is the process's own.
std::uint64_t bytes_held() {
  std::ifstream in("/proc/self/statm");
  std::array<std::uint64_t, 6> pages{};  // size, resident, shared, text, 0, data and stack
  for (std::uint64_t& number : pages) {
    in >> number;
  }
  return in ? pages[5] * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace

Parsed<std::uint64_t> parse_size(std::string_view text) {
  constexpr std::string_view kUnits = "kMGT";
  const Wrong wrong{quoted(text) + " is not a size from 16M to 1000T: a number of bytes, with k, M, G or T",
                    "2G"};
  const std::size_t unit = text.empty() ? std::string_view::npos : kUnits.find(text.back());
  std::uint64_t scale = 1;
  for (std::size_t i = 0; unit != std::string_view::npos && i <= unit; ++i) {
    scale *= 1000;
  }
  NumberFault ignored{};
  const auto number =
      parse_decimal(text.substr(0, text.size() - (unit == std::string_view::npos ? 0 : 1)), ignored);
  if (!number) {
    return wrong;
  }
  Uint128 bytes = Uint128{number->mantissa} * scale;
  for (int i = 0; i < number->decimals; ++i) {
    bytes /= 10;
  }
  return bytes >= kLeastBytes && bytes <= kMostBytes
             ? Parsed<std::uint64_t>(static_cast<std::uint64_t>(bytes))
             : wrong;
}

std::uint64_t default_memory_limit() {
  const auto kilobytes = number_in("/proc/meminfo", "MemAvailable:");
  std::uint64_t free = kilobytes ? *kilobytes * 1024 : kUnknownFree;
  free = std::min(free, most_in_control_group().value_or(free));
  for (const auto resource : {RLIMIT_AS, RLIMIT_DATA}) {  // ulimit -v, ulimit -d
    rlimit given{};
    if (getrlimit(resource, &given) == 0 && given.rlim_cur != RLIM_INFINITY) {
      free = std::min<std::uint64_t>(free, given.rlim_cur);
    }
  }
  return std::max(free / 10 * 9, kLeastBytes);
}

void limit_memory(std::uint64_t bytes, std::string place) {
  limit() = {bytes, std::move(place)};
  rlimit data{};
  if (getrlimit(RLIMIT_DATA, &data) == 0) {
    data.rlim_cur = std::min<rlim_t>(data.rlim_max, bytes_held() + bytes);
    static_cast<void>(setrlimit(RLIMIT_DATA, &data));
  }
}

const MemoryLimit& memory_limit() { return limit(); }

std::string out_of_memory_text() {
  return "out of memory: " + limit().place + " allows " + size_text(static_cast<double>(limit().bytes)) +
         "; fewer connections at once (a lower --rate, fewer --destinations, a shorter log), --retry tries, "
         "--outages or --jobs take less";
}

}  // namespace portsim::cli
