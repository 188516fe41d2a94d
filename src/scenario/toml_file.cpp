#include "scenario/toml_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "scenario/toml_guard.hpp"

namespace portsim {
namespace {

/// What toml++ takes for granted does not hold.
struct TomlSurprise {};

constexpr void expect_toml(bool holds) {
  if (!holds) {
    throw TomlSurprise{};
  }
}

}  // namespace
}  // namespace portsim

// toml++ 3.3 asserts what some files break (`[1, }`). In a release build it would promise that to the
// compiler instead, which may then do anything; so its assertions stay on in every build, and throw.
#undef NDEBUG
#define TOML_ASSERT(condition) portsim::expect_toml(static_cast<bool>(condition))
#include <toml++/toml.h>

namespace portsim {
namespace {

/// The number with its digits as in the file: through a double, 16.5625520573 would lose its exactness.
/// TOML lets `_` stand between digits.
std::string number_as_written(const std::string& content, const toml::source_region& region) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // toml++ drops it before it counts
  std::size_t begin =
      region.begin.line == 1 && content.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  for (toml::source_index line = 1; line < region.begin.line; ++line) {
    begin = content.find('\n', begin) + 1;
  }
  for (toml::source_index column = 1; column < region.begin.column; ++column) {
    ++begin;
    while (begin < content.size() && (static_cast<unsigned char>(content[begin]) & 0xc0U) == 0x80U) {
      ++begin;  // columns count code points
    }
  }
  const std::size_t end = content.find_first_of(" \t\r\n,]}#", begin);
  std::string text = content.substr(begin, end - begin);
  std::erase(text, '_');
  return text.starts_with('+') ? text.substr(1) : text;
}

TomlValue plain_value(const std::string& content, const toml::node& node) {
  TomlValue value;
  if (const auto* text = node.as_string()) {
    value.kind = TomlValue::Kind::text;
    value.text = text->get();
  } else if (node.is_number()) {
    value.kind = TomlValue::Kind::number;
    value.text = number_as_written(content, node.source());
  } else if (const auto* flag = node.as_boolean()) {
    value.kind = TomlValue::Kind::boolean;
    value.text = flag->get() ? "true" : "false";
  } else if (const toml::array* array = node.as_array()) {
    value.kind = TomlValue::Kind::array;
    for (const toml::node& element : *array) {
      value.elements.push_back(plain_value(content, element));
    }
  } else if (const toml::table* table = node.as_table()) {
    value.kind = TomlValue::Kind::table;
    for (const auto& [key, element] : *table) {
      value.names.emplace_back(key.str());
      value.elements.push_back(plain_value(content, element));
    }
  }
  return value;
}

}  // namespace

std::vector<TomlEntry> parse_toml(const std::string& path, const std::string& content,
                                  const std::string& example, std::vector<Fault>& faults) {
  const auto place = [&](const toml::source_position& position) {
    return path + ":" + std::to_string(position.line);
  };
  std::vector<TomlEntry> entries;
  if (const auto flaw = find_toml_flaw(content)) {
    faults.push_back({path + ":" + std::to_string(flaw->line), "is not TOML: " + flaw->what, example});
    return entries;
  }
  try {
    const toml::table document = toml::parse(std::string_view(content), std::string_view(path));
    std::vector<std::pair<toml::source_position, TomlEntry>> placed;
    for (const auto& [key, node] : document) {
      TomlEntry entry{std::string(key.str()), std::string(key.str()),
                      place(key.source().begin) + ": " + std::string(key.str()), plain_value(content, node)};
      std::replace(entry.name.begin(), entry.name.end(), '_', '-');
      placed.emplace_back(key.source().begin, std::move(entry));
    }
    std::sort(placed.begin(), placed.end(), [](const auto& left, const auto& right) {
      return left.first < right.first;  // as in the file, not by name
    });
    for (auto& [position, entry] : placed) {
      entries.push_back(std::move(entry));
    }
  } catch (const toml::parse_error& error) {
    const bool is_wide = error.description().find("not representable in 64 bits") != std::string_view::npos;
    faults.push_back({place(error.source().begin), "is not TOML: " + std::string(error.description()),
                      is_wide ? "put the number in quotes: \"...\"" : example});
  } catch (const TomlSurprise&) {
    faults.push_back({path, "is not TOML: a value or a name is missing, or a bracket", example});
  }
  return entries;
}

std::string read_whole(const std::string& path, std::string& content, std::size_t limit) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) {
    return std::strerror(errno);
  }
  std::array<char, 4096> block{};
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
    content.append(block.data(), count);
    if (content.size() > limit) {
      return "it is larger than " + std::to_string(limit / 1'000'000) + " MB";
    }
  }
  return std::ferror(file.get()) != 0 ? std::strerror(errno) : "";
}

}  // namespace portsim
