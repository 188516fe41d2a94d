#include "trace/conversations.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "trace/log_text.hpp"
#include "trace/log_time.hpp"

namespace portsim {

namespace {

constexpr std::string_view kTitle = " Conversations";

bool is_rule(std::string_view line) {
  constexpr std::size_t kLeast = 20;
  return line.size() >= kLeast && line.find_first_not_of('=') == std::string_view::npos;
}

/// What a row tells; numbers of frames and bytes stand between endpoints and times.
struct Conversation {
  std::pair<std::string_view, std::uint16_t> left;
  std::pair<std::string_view, std::uint16_t> right;
  std::int64_t start_ns = 0;
  std::int64_t length_ns = 0;
};

std::optional<Conversation> parse_row(std::string_view line) {
  constexpr std::size_t kLeastWords = 9;  // three pairs of frames and bytes are six or more of them
  const std::vector<std::string_view> words = split_words(line);
  if (words.size() < kLeastWords || words[1] != "<->") {
    return std::nullopt;
  }
  const auto left = parse_log_endpoint(words[0]);
  const auto right = parse_log_endpoint(words[2]);
  const auto start = parse_log_seconds(words[words.size() - 2]);
  const auto length = parse_log_seconds(words.back());
  if (!left || !right || !start || !length) {
    return std::nullopt;
  }
  return Conversation{*left, *right, *start, *length};
}

class Conversations final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (line.ends_with(kTitle)) {
      is_tcp_ = line.starts_with("TCP");
      return;
    }
    const bool is_heading = line.find_first_not_of(" \t") == std::string_view::npos || is_rule(line) ||
                            line.starts_with("Filter:") || line.find('|') != std::string_view::npos;
    if (is_heading) {
      return;
    }
    if (!is_tcp_) {
      sink.skip();
      return;
    }
    std::optional<Conversation> row = parse_row(line);
    if (!row) {
      sink.damaged();
      return;
    }
    if (row->left.second < row->right.second) {
      std::swap(row->left, row->right);
    }
    LogRow found{.source = row->left.first, .destination = row->right.first, .ending = {}};
    found.source_port = row->left.second;
    found.destination_port = row->right.second;
    found.start_ns = row->start_ns;
    found.lifetime = Duration{row->length_ns};
    sink.add(found);
  }

 private:
  bool is_tcp_ = true;
};

}  // namespace

bool is_conversations(std::string_view line) { return line.ends_with(kTitle) || parse_row(line).has_value(); }

std::unique_ptr<LogReader> make_conversations_reader() { return std::make_unique<Conversations>(); }

}  // namespace portsim
