#include "cli/arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "cli/option_table.hpp"

namespace portsim::cli {
namespace {

/// The commands that have a name, each with the number of operands that it needs and takes.
struct NamedCommand {
  std::string_view name;
  Command command;
  std::size_t least_operands;
  std::size_t most_operands;
  std::string_view usage;
};
constexpr std::array kCommands{
    NamedCommand{"sweep", Command::sweep, 0, 0, "a value belongs behind its option, as in --rate 10/s,20/s"},
    NamedCommand{"solve", Command::solve, 1, 1, "portsim solve max-rate, max-delay, min-ports ... (--help)"},
    NamedCommand{"replay", Command::replay, 1, std::numeric_limits<std::size_t>::max(), ""},
    NamedCommand{"host", Command::host, 0, 0, "a list of sockets is named by --sockets FILE"},
    NamedCommand{"check", Command::check, 1, std::numeric_limits<std::size_t>::max(),
                 "portsim check FILE..."},
    NamedCommand{"merge", Command::merge, 1, std::numeric_limits<std::size_t>::max(),
                 "portsim merge FILE..."},
    NamedCommand{"profiles", Command::profiles, 0, 1, "one profile is shown: portsim profiles NAME"},
    NamedCommand{"help", Command::help, 0, 1, "one topic is shown: portsim help TOPIC"},
};

const NamedCommand* find_command(std::string_view name) {
  const auto* const found = std::find_if(kCommands.begin(), kCommands.end(),
                                         [&](const NamedCommand& command) { return command.name == name; });
  return found == kCommands.end() ? nullptr : found;
}

/// An empty word would not be seen in a message.
std::string visible(const std::string& word) { return word.empty() ? "\"\"" : word; }

bool looks_like_option(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

/// CLI11 splits the words; its texts, checks and exit codes are not used. It is told of those options only
/// that may be among the words: it compares each new one with all others, a third of the program's start.
class Splitter {
 public:
  explicit Splitter(const std::vector<std::string>& words) {
    app_.set_help_flag();
    app_.allow_extras();
    const auto is_among = [&](std::string_view name) {
      return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return word.starts_with("--") && word.substr(2).starts_with(name);
      });
    };
    for (const OptionDescription& option : scenario_options()) {
      if (is_among(option.name)) {
        add_valued(option.name, '\0');
      }
    }
    for (const OutputOption& option : output_options()) {
      if (option.letter == '\0' && !is_among(option.description.name)) {
        continue;
      }
      if (option.form == OptionForm::flag) {  // -h is another wish, not another name of --help
        const std::string_view name = option.description.name;
        options_.push_back({name, app_.add_flag("--" + std::string(name)), true});
      } else {
        add_valued(option.description.name, option.letter);
      }
    }
    short_help_ = app_.add_flag("-h");
  }

  /// Options with their values, in the order of the table.
  std::vector<Setting> split(std::vector<std::string> words, std::vector<Fault>& faults) {
    std::reverse(words.begin(), words.end());
    app_.parse(words);
    std::vector<Setting> settings;
    for (const KnownOption& option : options_) {
      append_settings(option, settings, faults);
    }
    return settings;
  }

  /// Puts the options into the order in which each was first given: in a sweep it is that of the columns.
  void order_as_given(std::vector<Setting>& settings) const {
    const std::vector<CLI::Option*>& given = app_.parse_order();
    const auto place = [&](const Setting& setting) {
      return std::find_if(given.begin(), given.end(),
                          [&](const CLI::Option* option) { return option->check_lname(setting.name); }) -
             given.begin();
    };
    std::stable_sort(settings.begin(), settings.end(),
                     [&](const Setting& left, const Setting& right) { return place(left) < place(right); });
  }

  [[nodiscard]] bool wants_short_help() const { return short_help_->count() > 0; }

  /// Words that CLI11 could not place, in order.
  [[nodiscard]] std::vector<std::string> leftover() const { return app_.remaining(); }

 private:
  /// An option as the table and as CLI11 know it.
  struct KnownOption {
    std::string_view name;
    CLI::Option* option;
    bool is_flag;
  };

  /// The value is optional for CLI11, so that a missing one is a fault among others and not an exception.
  void add_valued(std::string_view name, char letter) {
    std::string names = "--" + std::string(name);
    if (letter != '\0') {
      names += std::string(",-") + letter;
    }
    CLI::Option* const option = app_.add_option(names, values_);
    option->expected(0, 1)->allow_extra_args(false)->take_all();
    options_.push_back({name, option, false});
  }

  static void append_settings(const KnownOption& known, std::vector<Setting>& settings,
                              std::vector<Fault>& faults) {
    const std::string name(known.name);
    const std::string dashed = "--" + name;
    for (const std::string& value : known.option->results()) {
      if (known.is_flag && value != "true") {
        faults.push_back({dashed + "=" + value, "takes no value", "write " + dashed});
      } else if (known.is_flag) {
        settings.push_back({name, "true", dashed});
      } else if (value.empty() || value == "{}") {
        faults.push_back({dashed, "a value is missing", "portsim --help shows the form of every value"});
      } else {
        settings.push_back({name, value, dashed + " " + visible(value)});
      }
    }
  }

  CLI::App app_;
  std::vector<KnownOption> options_;  // in the order of the table
  CLI::Option* short_help_ = nullptr;
  std::vector<std::string> values_;  // CLI11 wants a variable; the results are read from its options
};

Fault unknown_option(const std::string& word) {
  const std::string dashed = word.substr(0, word.find('='));
  const std::size_t name_begin = dashed.find_first_not_of('-');
  const std::string name = name_begin == std::string::npos ? std::string() : dashed.substr(name_begin);
  return {dashed, "unknown option", remedy_for_unknown(name)};
}

Fault unknown_command(const std::string& word) {
  std::vector<std::string_view> names;
  for (const NamedCommand& command : kCommands) {
    names.push_back(command.name);
  }
  const std::string_view near = nearest(word, names);
  const std::vector<std::string_view> options = option_names();
  const bool is_option = std::find(options.begin(), options.end(), word) != options.end();
  return {visible(word), "unknown command",
          is_option      ? "did you mean --" + word + "?"
          : near.empty() ? "portsim --help lists the commands"
                         : "did you mean portsim " + std::string(near) + "?"};
}

/// `named` is null for a plain run, which takes no operands.
void check_operands(const NamedCommand* named, const std::vector<std::string>& operands,
                    std::vector<Fault>& faults) {
  for (std::size_t index = named == nullptr ? 0 : named->most_operands; index < operands.size(); ++index) {
    const std::string& word = operands[index];
    faults.push_back({visible(word), "unexpected argument",
                      find_command(word) != nullptr ? "the command comes first: portsim " + word + " ..."
                      : named != nullptr            ? std::string(named->usage)
                                         : "a value belongs behind its option, as in --rate 20/s"});
  }
  if (named != nullptr &&
      std::any_of(operands.begin(), operands.end(), [](const std::string& word) { return word.empty(); })) {
    faults.push_back({std::string(named->name), "a name is empty", "leave the \"\" out, or write the name"});
  }
  if (named != nullptr && operands.size() < named->least_operands) {
    const bool is_log = named->command == Command::replay;
    faults.push_back({std::string(named->name),
                      is_log                             ? "no log is named"
                      : named->command == Command::solve ? "no question is asked"
                                                         : "no file is named",
                      is_log ? "portsim replay LOG..." : std::string(named->usage)});
  }
}

/// What CLI11 could not place. What follows an unknown option may be its value, so it is not blamed again.
void take_leftover(const std::vector<std::string>& leftover, const NamedCommand* named, Arguments& arguments,
                   std::vector<Fault>& faults) {
  bool has_unknown_option = false;
  std::vector<std::string> operands;
  for (const std::string& word : leftover) {
    if (looks_like_option(word)) {
      faults.push_back(unknown_option(word));
      has_unknown_option = true;
    } else {
      operands.push_back(word);
    }
  }
  arguments.operands.insert(arguments.operands.begin(), operands.begin(), operands.end());
  if (!has_unknown_option) {
    check_operands(named, arguments.operands, faults);
  }
}

}  // namespace

std::vector<std::pair<std::string_view, Command>> named_commands() {
  std::vector<std::pair<std::string_view, Command>> commands;
  for (const NamedCommand& named : kCommands) {
    commands.emplace_back(named.name, named.command);
  }
  return commands;
}

std::string command_name(Command command) {
  for (const NamedCommand& named : kCommands) {
    if (named.command == command) {
      return "portsim " + std::string(named.name);
    }
  }
  return "a single run of portsim";
}

Arguments split_arguments(const std::vector<std::string>& words, std::vector<Fault>& faults) {
  Arguments arguments;
  arguments.command = Command::run;
  std::vector<std::string> rest = words;
  const NamedCommand* named = nullptr;
  if (!rest.empty() && !looks_like_option(rest.front())) {
    named = find_command(rest.front());
    if (named == nullptr) {
      faults.push_back(unknown_command(rest.front()));
      arguments.command.reset();
      return arguments;  // what its options mean cannot be known
    }
    arguments.command = named->command;
    rest.erase(rest.begin());
  }
  // CLI11 forgets a `--` that follows an option's value.
  const auto mark = std::find(rest.begin(), rest.end(), "--");
  if (mark != rest.end()) {
    arguments.operands.assign(mark + 1, rest.end());
    rest.erase(mark, rest.end());
  }
  Splitter splitter(rest);
  std::vector<Setting> settings = splitter.split(rest, faults);
  if (arguments.command == Command::sweep) {
    splitter.order_as_given(settings);
  }
  take_leftover(splitter.leftover(), named, arguments, faults);
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
