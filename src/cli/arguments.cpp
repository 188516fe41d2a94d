#include "cli/arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>

#include "cli/option_table.hpp"

namespace portsim::cli {
namespace {

constexpr std::array<std::string_view, 1> kCommands{"replay"};

/// An empty word would not be seen in a message.
std::string visible(const std::string& word) { return word.empty() ? "\"\"" : word; }

bool looks_like_option(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

/// CLI11 splits the words; its texts, checks and exit codes are not used.
class Splitter {
 public:
  Splitter() {
    app_.set_help_flag();
    app_.allow_extras();
    for (const OptionDescription& option : scenario_options()) {
      add_valued("--" + std::string(option.name));
    }
    for (const OutputOption& option : output_options()) {
      const std::string dashed = "--" + std::string(option.description.name);
      if (option.description.name == "help") {
        app_.add_flag(dashed);  // -h is another wish, not another name
      } else if (option.form == OptionForm::flag) {
        app_.add_flag(dashed);
      } else {
        add_valued(option.letter == '\0' ? dashed : "-" + std::string(1, option.letter) + "," + dashed);
      }
    }
    app_.add_flag("-h");
  }

  /// Options with their values, in the order of the table.
  std::vector<Setting> split(std::vector<std::string> words, std::vector<Fault>& faults) {
    // CLI11 would take the next option for the missing value of `--rate=`.
    std::erase_if(words, [&](const std::string& word) {
      const bool is_empty = word.starts_with("--") && word.find('=') == word.size() - 1 &&
                            app_.get_option_no_throw(word.substr(0, word.size() - 1)) != nullptr;
      if (is_empty) {
        faults.push_back(missing_value(word));
      }
      return is_empty;
    });
    const std::string last = words.empty() ? std::string() : words.back();
    try {
      std::reverse(words.begin(), words.end());
      app_.parse(words);
    } catch (const CLI::ArgumentMismatch&) {
      faults.push_back(missing_value(last));  // only the last word can be left without a value
    }
    std::vector<Setting> settings;
    for (const std::string_view name : option_names()) {
      append_settings(std::string(name), settings, faults);
    }
    return settings;
  }

  [[nodiscard]] bool wants_short_help() const { return app_.get_option("-h")->count() > 0; }

  /// Words that CLI11 could not place, in order.
  [[nodiscard]] std::vector<std::string> leftover() const { return app_.remaining(); }

 private:
  void add_valued(const std::string& names) {
    app_.add_option(names, values_)->allow_extra_args(false)->take_all();
  }

  static Fault missing_value(const std::string& dashed) {
    return {dashed, "a value is missing", "portsim --help shows the form of every value"};
  }

  void append_settings(const std::string& name, std::vector<Setting>& settings, std::vector<Fault>& faults) {
    const std::string dashed = "--" + name;
    const OutputOption* const output_option = find_output_option(name);
    const bool is_flag = output_option != nullptr && output_option->form == OptionForm::flag;
    for (const std::string& value : app_.get_option(dashed)->results()) {
      if (is_flag && value != "true") {
        faults.push_back({dashed + "=" + value, "takes no value", "write " + dashed});
      } else if (is_flag) {
        settings.push_back({name, "true", dashed});
      } else if (value.starts_with("--") && app_.get_option_no_throw(value) != nullptr) {
        faults.push_back(missing_value(dashed + " " + value));  // `--delay --rate 20/s`
      } else {
        settings.push_back({name, value, dashed + " " + visible(value)});
      }
    }
  }

  CLI::App app_;
  std::vector<std::string> values_;  // CLI11 wants a variable; the results are read from its options
};

Fault unknown_option(const std::string& word) {
  const std::string dashed = word.substr(0, word.find('='));
  const std::size_t name_begin = dashed.find_first_not_of('-');
  const std::string name = name_begin == std::string::npos ? std::string() : dashed.substr(name_begin);
  return {dashed, "unknown option", remedy_for_unknown(name)};
}

Fault unknown_command(const std::string& word) {
  const std::string_view near = nearest(word, kCommands);
  return {
      word, "unknown command",
      near.empty() ? "portsim --help lists the commands" : "did you mean portsim " + std::string(near) + "?"};
}

/// Operands, in order. What follows an unknown option may be its value, so it is not blamed again.
void take_operands(const std::vector<std::string>& leftover, Arguments& arguments,
                   std::vector<Fault>& faults) {
  bool only_operands = false;
  bool has_unknown_option = false;
  for (const std::string& word : leftover) {
    if (!only_operands && word == "--") {
      only_operands = true;
    } else if (!only_operands && looks_like_option(word)) {
      faults.push_back(unknown_option(word));
      has_unknown_option = true;
    } else {
      arguments.operands.push_back(word);
    }
  }
  if (has_unknown_option) {
    return;
  }
  const std::size_t wanted = arguments.command == Command::replay ? 1 : 0;
  for (std::size_t index = wanted; index < arguments.operands.size(); ++index) {
    const std::string& word = arguments.operands[index];
    const bool is_command = std::find(kCommands.begin(), kCommands.end(), word) != kCommands.end();
    faults.push_back({visible(word), "unexpected argument",
                      is_command ? "the command comes first: portsim " + word + " ..."
                                 : "a value belongs behind its option, as in --rate 20/s"});
  }
  if (arguments.operands.size() < wanted) {
    faults.push_back({"replay", "no log is named", "portsim replay FILE.csv"});
  }
}

}  // namespace

Arguments split_arguments(const std::vector<std::string>& words, std::vector<Fault>& faults) {
  Arguments arguments;
  std::vector<std::string> rest = words;
  if (!rest.empty() && !rest.front().empty() && !looks_like_option(rest.front())) {
    const std::string& command = rest.front();
    if (command == "replay") {
      arguments.command = Command::replay;
    } else {
      faults.push_back(unknown_command(command));
    }
    rest.erase(rest.begin());
  }
  Splitter splitter;
  std::vector<Setting> settings = splitter.split(rest, faults);
  take_operands(splitter.leftover(), arguments, faults);
  for (Setting& setting : settings) {
    if (setting.name == "version") {
      arguments.wish = Wish::version;
    } else if (setting.name == "help") {
      arguments.wish = Wish::help;
    } else {
      arguments.settings.push_back(std::move(setting));
    }
  }
  if (arguments.wish == Wish::none && splitter.wants_short_help()) {
    arguments.wish = Wish::short_help;
  }
  return arguments;
}

}  // namespace portsim::cli
