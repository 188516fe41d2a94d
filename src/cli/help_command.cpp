#include "cli/help_command.hpp"

#include <string_view>

#include "cli/completion.hpp"
#include "cli/help.hpp"
#include "cli/help_topics.hpp"
#include "cli/man_page.hpp"
#include "cli/option_table.hpp"
#include "scenario/value_text.hpp"

namespace portsim::cli {
namespace {

std::optional<std::string> text_on(std::string_view subject) {
  for (const HelpTopic& topic : help_topics()) {
    if (topic.name == subject) {
      return std::string(topic.text);
    }
  }
  for (const auto& [name, command] : named_commands()) {
    if (name == subject) {
      return full_help(command);
    }
  }
  if (auto option = option_help(subject)) {
    return option;
  }
  return subject == "man" ? man_page() : completion_script(subject);
}

Fault unknown_topic(const std::string& subject) {
  std::vector<std::string_view> names;
  for (const HelpTopic& topic : help_topics()) {
    names.push_back(topic.name);
  }
  for (const auto& [name, command] : named_commands()) {
    names.push_back(name);
  }
  for (const std::string_view name : option_names()) {
    names.push_back(name);
  }
  const std::string_view near = nearest(subject, names);
  return {"portsim help", "there is no topic " + quoted(subject),
          near.empty() ? "portsim help lists the topics"
                       : "did you mean portsim help " + std::string(near) + "?"};
}

}  // namespace

std::optional<std::string> help_on(const Arguments& arguments, std::vector<Fault>& faults) {
  for (const Setting& setting : arguments.settings) {
    faults.push_back({setting.where, "has no meaning for portsim help", "leave it out"});
  }
  std::optional<std::string> text =
      arguments.operands.empty() ? full_help(Command::help) : text_on(arguments.operands.front());
  if (!text) {
    faults.push_back(unknown_topic(arguments.operands.front()));
  }
  return faults.empty() ? text : std::nullopt;
}

}  // namespace portsim::cli
