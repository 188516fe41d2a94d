#include "trace/proc_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/number_text.hpp"
#include "scenario/knob_settings.hpp"
#include "stacks/knobs.hpp"
#include "trace/line_reader.hpp"
#include "trace/log_text.hpp"

namespace portsim {
namespace {

/// The words of a small file with one blank between them; empty if it cannot be read.
std::optional<std::string> read_words(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return std::nullopt;
  }
  std::string text;
  for (std::string word; file >> word;) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

/// Where Linux shows a knob: a file below /proc/sys.
std::string knob_path(const std::string& root, std::string_view name) {
  std::string path(name);
  std::replace(path.begin(), path.end(), '.', '/');
  return root + "/sys/" + path;
}

}  // namespace

std::vector<std::string> proc_files(const std::string& root) {
  std::vector<std::string> paths;
  for (const char* const name : {"/net/tcp", "/net/tcp6", "/net/sockstat", "/net/sockstat6", "/net/snmp"}) {
    paths.push_back(root + name);
  }
  for (const Knob& knob : knobs()) {
    if (knob.belongs_to("linux")) {
      paths.push_back(knob_path(root, knob.name));
    }
  }
  return paths;
}

std::variant<SocketTable, std::vector<Fault>> read_proc_sockets(const std::string& root) {
  auto read = read_sockets(root + "/net/tcp");
  auto* const table = std::get_if<SocketTable>(&read);
  std::error_code ignored;
  if (table == nullptr || !std::filesystem::exists(root + "/net/tcp6", ignored)) {
    return read;
  }
  auto more = read_sockets(root + "/net/tcp6");
  if (auto* const second = std::get_if<SocketTable>(&more)) {
    std::move(second->sockets.begin(), second->sockets.end(), std::back_inserter(table->sockets));
    return read;
  }
  return more;
}

std::vector<Setting> read_sysctls(const std::string& root) {
  std::vector<Setting> settings;
  for (const Knob& knob : knobs()) {
    if (!knob.belongs_to("linux")) {
      continue;
    }
    const std::string path = knob_path(root, knob.name);
    if (const std::optional<std::string> value = read_words(path)) {
      settings.push_back(
          {std::string(kKnobLine), std::string(knob.name) + "=" + *value, path + ": " + *value});
    }
  }
  return settings;
}

std::optional<SocketCounts> read_socket_counts(const std::string& root) {
  SocketCounts counts;
  bool is_found = false;
  const auto take_line = [&](std::string_view line) {
    const std::vector<std::string_view> words = split_words(line);
    if (words.empty() || (words.front() != "TCP:" && words.front() != "TCP6:")) {
      return;
    }
    is_found = true;
    for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
      const std::uint64_t number = parse_unsigned(words[i + 1]).value_or(0);
      counts.in_use += words[i] == "inuse" ? number : 0;
      counts.orphans += words[i] == "orphan" ? number : 0;
      counts.time_wait += words[i] == "tw" ? number : 0;
    }
  };
  for (const char* const name : {"/net/sockstat", "/net/sockstat6"}) {
    LineReader lines(root + name);
    while (lines.next()) {
      take_line(lines.line());
    }
  }
  return is_found ? std::optional(counts) : std::nullopt;
}

std::optional<std::uint64_t> read_active_opens(const std::string& root) {
  LineReader lines(root + "/net/snmp");
  std::vector<std::string> names;
  while (lines.next()) {
    const std::vector<std::string_view> words = split_words(lines.line());
    if (words.empty() || words.front() != "Tcp:") {
      continue;
    }
    if (names.empty()) {
      names.assign(words.begin(), words.end());
      continue;
    }
    const auto found = std::find(names.begin(), names.end(), "ActiveOpens");
    const auto place = static_cast<std::size_t>(found - names.begin());
    return place < words.size() ? parse_unsigned(words[place]) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace portsim
