#include "cli/completion.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

#include "cli/help.hpp"
#include "cli/help_topics.hpp"
#include "cli/option_table.hpp"
#include "portsim/solve.hpp"
#include "scenario/scope_text.hpp"
#include "stacks/knobs.hpp"
#include "stacks/stacks.hpp"

namespace portsim::cli {
namespace {

using Words = std::vector<std::string>;

/// What can stand behind an option. Words that end in `:`, `=` or an operator go on.
struct Values {
  Words words{};
  bool are_files = false;
};

Words selections() {
  Words words;
  for (int number = 0; number <= static_cast<int>(Selection::parity_first); ++number) {
    words.push_back(selection_text(static_cast<Selection>(number)));
  }
  return words;
}

Words scopes() { return {scope_text(Scope::host), scope_text(Scope::address), scope_text(Scope::tuple)}; }

Words binds() { return {bind_text(BindMode::none), bind_text(BindMode::port0), bind_text(BindMode::noport)}; }

Words stack_names() {
  const std::vector<std::string_view> names = profile_names();
  return {names.begin(), names.end()};
}

Words translator_names() {
  Words words{"none"};
  for (const Profile& profile : profiles()) {
    if (profile.nat.value) {
      words.push_back(profile.name);
    }
  }
  return words;
}

Words knob_words() {
  Words words;
  for (const Knob& knob : knobs()) {
    words.push_back(std::string(knob.name) + "=");
  }
  return words;
}

/// The name that the help gives to a value says which values there are.
Values values_of(const OptionDescription& option) {
  const std::string_view kind = option.value_name;
  if (kind == "NAME") {
    return {option.name == "nat" ? translator_names() : stack_names(), true};
  }
  if (kind == "FILE" || kind == "LOG") {
    return {{}, true};
  }
  if (kind == "PROCESS") {
    return {{"deterministic", "poisson", "batch:", "onoff:"}};
  }
  if (kind == "POLICY") {
    return {{"none", "fixed:", "backoff:"}};
  }
  if (kind == "DURATION") {
    return {{"exp:", "uniform:", "lognormal:", "pareto:"}};
  }
  if (kind == "WHO") {
    return {{"client", "server", "both", "reset", "unreachable"}};
  }
  if (kind == "CONDITION") {
    return {{"exhausted", "failure_ratio>", "first_failure<"}};
  }
  if (kind == "NAME=VALUE") {
    return {knob_words()};
  }
  return {kind == "YES"         ? Words{"yes", "no"}
          : kind == "SCOPE"     ? scopes()
          : kind == "ALGORITHM" ? selections()
          : kind == "HOW"       ? binds()
          : kind == "FORMAT"    ? Words{"text", "json", "csv"}
          : kind == "CLOSER"    ? Words{"client", "server"}
          : kind == "WHEN"      ? Words{"auto", "always", "never"}
                                : Words{}};
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

Words questions() {
  Words words;
  for (const Lever lever : kLevers) {
    words.emplace_back(question(lever));
  }
  return words;
}

/// The words that may follow a command.
Values operands_of(Command command) {
  switch (command) {
    case Command::run:
    case Command::host:
    case Command::sweep: return {};
    case Command::replay:
    case Command::check:
    case Command::merge: return {{}, true};
    case Command::profiles: return {stack_names(), true};
    case Command::solve: return {questions()};
    case Command::help: break;
  }
  Words words;
  for (const HelpTopic& topic : help_topics()) {
    words.emplace_back(topic.name);
  }
  for (const auto& [name, named] : named_commands()) {
    words.emplace_back(name);
  }
  words.insert(words.end(), {"man", "bash", "zsh", "fish"});
  return {words};
}

/// Every option with a description, and the commands whose help lists it; the run without a name is "".
struct Offered {
  const OptionDescription* option;
  char letter;
  Words commands{};
};

/// True when a help has the option at the beginning of a line, or behind others there.
bool lists(std::string_view help, std::string_view option) {
  const std::string dashed = "--" + std::string(option);
  for (std::size_t at = help.find(dashed); at != std::string_view::npos; at = help.find(dashed, at + 1)) {
    const std::size_t end = at + dashed.size();
    const bool is_whole =
        end < help.size() && std::string_view(" ,\n").find(help[end]) != std::string_view::npos;
    const std::size_t line = help.rfind('\n', at) + 1;
    const std::string_view before = help.substr(line, at - line);
    if (is_whole && before.starts_with("  ") && (before == "  " || before.ends_with(", "))) {
      return true;
    }
  }
  return false;
}

std::vector<Offered> offered_options() {
  std::vector<Offered> all;
  for (const OptionDescription& option : scenario_options()) {
    all.push_back({&option, '\0'});
  }
  for (const OutputOption& option : output_options()) {
    all.push_back({&option.description, option.letter});
  }
  const auto offer = [&](std::string_view name, Command command) {
    const std::string help = full_help(command);
    for (Offered& offered : all) {
      if (lists(help, offered.option->name) || offered.option->name == "help") {
        offered.commands.emplace_back(name);
      }
    }
  };
  offer("", Command::run);
  for (const auto& [name, command] : named_commands()) {
    offer(name, command);
  }
  return all;
}

Words options_of(const std::vector<Offered>& all, std::string_view command) {
  Words words;
  for (const Offered& offered : all) {
    if (std::find(offered.commands.begin(), offered.commands.end(), command) != offered.commands.end()) {
      words.push_back("--" + std::string(offered.option->name));
    }
  }
  return words;
}

Words command_words() {
  Words words;
  for (const auto& [name, command] : named_commands()) {
    words.emplace_back(name);
  }
  return words;
}

std::string dashed_names(const Offered& offered) {
  return (offered.letter == '\0' || offered.option->name == "help"
              ? std::string()
              : std::string("-") + offered.letter + "|") +
         "--" + std::string(offered.option->name);
}

std::string bash_script() {
  std::ostringstream out;
  out << R"(# bash completion for portsim; made by: portsim help bash
_portsim() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} words= files=
  [[ $word == = ]] && word=                                     # --profile=
  [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}      # --profile=li
  [[ $word == : || $before == : ]] && return                    # exp:100ms
  case $before in
)";
  const std::vector<Offered> all = offered_options();
  for (const Offered& offered : all) {
    if (!offered.option->value_name.empty()) {
      const Values values = values_of(*offered.option);
      out << "    " << dashed_names(offered) << ") words='" << joined(values.words) << "'"
          << (values.are_files ? " files=yes" : "") << " ;;\n";
    }
  }
  out << "    *) case $command in\n";
  for (const auto& [name, command] : named_commands()) {
    const Values operands = operands_of(command);
    out << "      " << name << ") if [[ $word == -* ]]; then words='" << joined(options_of(all, name))
        << "'; else words='" << joined(operands.words) << "'" << (operands.are_files ? " files=yes" : "")
        << "; fi ;;\n";
  }
  out << "      *) if [[ $word == -* ]]; then words='" << joined(options_of(all, ""))
      << "'; elif ((COMP_CWORD == 1)); then words='" << joined(command_words()) << R"('; fi ;;
      esac
      ((COMP_CWORD == 1)) && [[ $word != -* ]] && words=')"
      << joined(command_words()) << R"(' files= ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  if [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
  fi
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=\<\>] ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _portsim portsim
)";
  return out.str();
}

/// `text` within single quotes of a shell.
std::string shell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char character : text) {
    result += character == '\'' ? std::string("'\\''") : std::string(1, character);
  }
  return result + "'";
}

std::string zsh_script() {
  std::ostringstream out;
  out << "#compdef portsim\n# zsh completion for portsim; made by: portsim help zsh\n"
         "local -a offered\n"
         "local command=$words[2]\n"
         "case $words[CURRENT-1] in\n";
  const std::vector<Offered> all = offered_options();
  for (const Offered& offered : all) {
    if (!offered.option->value_name.empty()) {
      const Values values = values_of(*offered.option);
      Words whole;
      Words begun;
      for (const std::string& word : values.words) {
        (std::string_view(":=<>").find(word.back()) == std::string_view::npos ? whole : begun)
            .push_back(word);
      }
      out << "  " << dashed_names(offered) << ") ";
      if (!whole.empty()) {
        out << "compadd -- " << joined(whole) << "; ";
      }
      if (!begun.empty()) {
        out << "compadd -S '' --";
        for (const std::string& word : begun) {
          out << ' ' << shell_quoted(word);
        }
        out << "; ";
      }
      out << (values.are_files ? "_files; " : "") << "return ;;\n";
    }
  }
  out << "esac\nif [[ $PREFIX == -* ]]; then\n  case $command in\n";
  const auto write_options = [&](std::string_view name, std::string_view pattern) {
    out << "    " << pattern << ") offered=(";
    for (const Offered& offered : all) {
      if (std::find(offered.commands.begin(), offered.commands.end(), name) != offered.commands.end()) {
        out << "\n      "
            << shell_quoted("--" + std::string(offered.option->name) + ":" +
                            std::string(offered.option->help));
      }
    }
    out << ") ;;\n";
  };
  for (const auto& [name, command] : named_commands()) {
    write_options(name, name);
  }
  write_options("", "*");
  out << "  esac\n  _describe -o option offered\n  return\nfi\nif ((CURRENT == 2)); then\n  compadd -- "
      << joined(command_words()) << "\n  return\nfi\ncase $command in\n";
  for (const auto& [name, command] : named_commands()) {
    const Values operands = operands_of(command);
    if (!operands.words.empty() || operands.are_files) {
      out << "  " << name << ") "
          << (operands.words.empty() ? "" : "compadd -- " + joined(operands.words) + "; ")
          << (operands.are_files ? "_files " : "") << ";;\n";
    }
  }
  out << "esac\n";
  return out.str();
}

/// fish reads the words as a command.
std::string with_escaped_operators(std::string_view words) {
  std::string result;
  for (const char character : words) {
    result += std::string(character == '<' || character == '>' ? "\\" : "") + character;
  }
  return result;
}

std::string fish_script() {
  std::ostringstream out;
  out << "# fish completion for portsim; made by: portsim help fish\n"
         "function __portsim_command_is\n"
         "  set -l words (commandline -opc) run\n"
         "  set -l command $words[2]\n"
         "  contains -- \"$command\" "
      << joined(command_words()) << R"(; or set command run
  contains -- $command $argv
end
function __portsim_is_first
  test (count (commandline -opc)) -eq 1
end
complete -c portsim -f
)";
  out << "complete -c portsim -n __portsim_is_first -a " << shell_quoted(joined(command_words())) << '\n';
  for (const auto& [name, command] : named_commands()) {
    const Values operands = operands_of(command);
    if (!operands.words.empty() || operands.are_files) {
      out << "complete -c portsim -n '__portsim_command_is " << name << "; and not __portsim_is_first'"
          << (operands.are_files ? " -F" : "");
      if (!operands.words.empty()) {
        out << " -a " << shell_quoted(joined(operands.words));
      }
      out << '\n';
    }
  }
  for (const Offered& offered : offered_options()) {
    const Values values = values_of(*offered.option);
    Words commands = offered.commands;
    std::replace(commands.begin(), commands.end(), std::string(), std::string("run"));
    out << "complete -c portsim -n '__portsim_command_is " << joined(commands) << "' -l "
        << offered.option->name;
    if (offered.letter != '\0') {
      out << " -s " << offered.letter;
    }
    if (!offered.option->value_name.empty()) {
      out << (values.are_files ? " -r -F" : " -x");
    }
    if (!values.words.empty()) {
      out << " -a " << shell_quoted(with_escaped_operators(joined(values.words)));
    }
    out << " -d " << shell_quoted(offered.option->help) << '\n';
  }
  return out.str();
}

}  // namespace

std::optional<std::string> completion_script(std::string_view shell) {
  if (shell == "bash") {
    return bash_script();
  }
  if (shell == "zsh") {
    return zsh_script();
  }
  if (shell == "fish") {
    return fish_script();
  }
  return std::nullopt;
}

}  // namespace portsim::cli
