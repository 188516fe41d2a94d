#include "cli/config_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/option_table.hpp"

namespace portsim::cli {
namespace {

constexpr std::size_t kLargestFile = 1'000'000;  // a device that never ends is no configuration

/// The options in one TOML document.
class ConfigReader {
 public:
  ConfigReader(const std::string& path, const std::string& content, std::vector<Fault>& faults)
      : path_(path), content_(content), faults_(faults) {}

  std::vector<Setting> read() {
    try {
      const toml::table document = toml::parse(std::string_view(content_), std::string_view(path_));
      std::vector<std::pair<const toml::key*, const toml::node*>> entries;
      for (const auto& [key, node] : document) {
        entries.emplace_back(&key, &node);
      }
      std::sort(entries.begin(), entries.end(), [](const auto& left, const auto& right) {
        return left.first->source().begin < right.first->source().begin;  // as in the file, not by name
      });
      for (const auto& [key, node] : entries) {
        add(*key, *node);
      }
    } catch (const toml::parse_error& error) {
      faults_.push_back({place(error.source().begin), "is not TOML: " + std::string(error.description()),
                         "write one option a line: rate = \"20/s\""});
    }
    return std::move(settings_);
  }

 private:
  [[nodiscard]] std::string place(const toml::source_position& position) const {
    return path_ + ":" + std::to_string(position.line);
  }

  void add(const toml::key& key, const toml::node& node) {
    std::string name(key.str());
    std::replace(name.begin(), name.end(), '_', '-');
    const std::string where = place(key.source().begin) + ": " + std::string(key.str());
    const OutputOption* const output_option = find_output_option(name);
    if (name == "config" || name == "help" || name == "version") {
      faults_.push_back({where, "belongs on the command line", "remove the line"});
    } else if (output_option == nullptr && !is_scenario_option(name)) {
      faults_.push_back({where, "unknown option", remedy_for_unknown_key(name, node)});
    } else if (output_option != nullptr && output_option->form == OptionForm::flag) {
      add_flag(name, where, node);
    } else if (output_option != nullptr && output_option->form == OptionForm::repeatable && node.is_array()) {
      for (const toml::node& element : *node.as_array()) {
        add_value(name, where, scalar_text(element));
      }
    } else {
      add_value(name, where, value_text(node));
    }
  }

  static std::string remedy_for_unknown_key(const std::string& name, const toml::node& node) {
    if (node.is_table()) {
      return "write the options without sections";
    }
    const std::vector<std::string_view> names = option_names();
    const std::string_view near = nearest(name, names);
    return near.empty() ? "portsim --help lists the options" : "did you mean " + std::string(near) + "?";
  }

  void add_flag(const std::string& name, const std::string& where, const toml::node& node) {
    if (!node.is_boolean()) {
      faults_.push_back({where, "must be true or false", ""});
    } else if (node.as_boolean()->get()) {
      settings_.push_back({name, "true", where + " = true"});
    }
  }

  void add_value(const std::string& name, const std::string& where, const std::optional<std::string>& value) {
    if (!value) {
      faults_.push_back({where, "has a value of the wrong kind",
                         "write it as on the command line, in quotes: " + name + " = \"...\""});
      return;
    }
    settings_.push_back({name, *value, where + " = " + *value});
  }

  /// The text of a string or a number; empty for any other kind.
  [[nodiscard]] std::optional<std::string> scalar_text(const toml::node& node) const {
    if (const auto* text = node.as_string()) {
      return text->get();
    }
    if (node.is_number()) {
      return number_as_written(node.source());
    }
    return std::nullopt;
  }

  /// The text of any value; elements of an array and entries of a table with commas between them.
  [[nodiscard]] std::optional<std::string> value_text(const toml::node& node) const {
    std::vector<std::string> parts;
    if (const toml::array* array = node.as_array()) {
      for (const toml::node& element : *array) {
        const std::optional<std::string> part = scalar_text(element);
        if (!part) {
          return std::nullopt;
        }
        parts.push_back(*part);
      }
    } else if (const toml::table* table = node.as_table()) {
      for (const auto& [key, element] : *table) {
        const std::optional<std::string> part = scalar_text(element);
        if (!part) {
          return std::nullopt;
        }
        parts.push_back(std::string(key.str()) + "=" + *part);
      }
    } else {
      return scalar_text(node);
    }
    std::string joined;
    for (const std::string& part : parts) {
      joined += (joined.empty() ? "" : ",") + part;
    }
    return joined;
  }

  /// The number with its digits as in the file: through a double, 16.5625520573 would lose its exactness.
  /// TOML lets `_` stand between digits.
  [[nodiscard]] std::optional<std::string> number_as_written(const toml::source_region& region) const {
    std::size_t begin = 0;
    for (toml::source_index line = 1; line < region.begin.line; ++line) {
      begin = content_.find('\n', begin) + 1;
    }
    for (toml::source_index column = 1; column < region.begin.column; ++column) {
      ++begin;
      while (begin < content_.size() && (static_cast<unsigned char>(content_[begin]) & 0xc0U) == 0x80U) {
        ++begin;  // columns count code points
      }
    }
    const std::size_t end = content_.find_first_of(" \t\r\n,]}#", begin);
    std::string text = content_.substr(begin, end - begin);
    std::erase(text, '_');
    return text.starts_with('+') ? text.substr(1) : text;
  }

  const std::string& path_;
  const std::string& content_;
  std::vector<Fault>& faults_;
  std::vector<Setting> settings_;
};

/// Fills `content` with the file; gives back why it could not, or nothing.
std::string read_whole(const std::string& path, std::string& content) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) {
    return std::strerror(errno);
  }
  std::array<char, 4096> block{};
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
    content.append(block.data(), count);
    if (content.size() > kLargestFile) {
      return "it is larger than 1 MB";
    }
  }
  return std::ferror(file.get()) != 0 ? std::strerror(errno) : "";
}

}  // namespace

std::vector<Setting> read_config_file(const std::string& path, std::vector<Fault>& faults) {
  std::string content;
  if (const std::string problem = read_whole(path, content); !problem.empty()) {
    faults.push_back({"--config " + path, "cannot be read: " + problem, ""});
    return {};
  }
  return ConfigReader(path, content, faults).read();
}

}  // namespace portsim::cli
