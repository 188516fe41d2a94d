// `portsim help TOPIC`: what several options have in common, one screen each.
#pragma once

#include <span>
#include <string_view>

namespace portsim::cli {

/// A text of the help.
struct HelpTopic {
  std::string_view name;   ///< as typed: `distributions`
  std::string_view about;  ///< a few words, for the list of topics
  std::string_view text;   ///< lines of at most 80 columns, each with its newline; begins with a heading
};

/// All topics, in the order in which the list shows them.
[[nodiscard]] std::span<const HelpTopic> help_topics();

/// The text of a topic; it must exist.
[[nodiscard]] std::string_view topic_text(std::string_view name);

}  // namespace portsim::cli
