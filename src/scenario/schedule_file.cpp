#include "scenario/schedule_file.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/byte_source.hpp"
#include "base/number_text.hpp"

namespace portsim {
namespace {

constexpr std::string_view kExample = "schedule:FILE with a header time_s,rate_per_s";
constexpr std::uint64_t kBillion = 1'000'000'000;
constexpr std::uint64_t kMostRate = kBillion * kBillion;
constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kMostSteps = 50'000'000;

using Problem = std::optional<std::string>;

/// The words of a file, between blanks and commas.
class Words {
 public:
  explicit Words(ByteSource& bytes) : bytes_(bytes) {}

  /// Goes to the next word; false at the end of the file. A word that is too long is cut.
  bool next() {
    word_.clear();
    is_first_ = is_line_new_;
    while (const std::optional<char> c = peek()) {
      if (*c == '#' && is_line_new_ && word_.empty()) {
        skip_line();
      } else if (*c == ' ' || *c == '\t' || *c == ',' || *c == '\n' || *c == '\r') {
        if (!word_.empty()) {
          return true;
        }
        has_comma_ = has_comma_ || *c == ',';
        end_of(*c);
      } else {
        if (word_.empty()) {
          is_first_ = is_line_new_;
          line_ = lines_;
        }
        is_line_new_ = false;
        if (word_.size() < kLongestWord) {
          word_.push_back(*c);
        }
        bytes_.drop(1);
      }
    }
    return !word_.empty();
  }

  [[nodiscard]] std::string_view word() const { return word_; }
  [[nodiscard]] bool is_first_of_line() const { return is_first_; }
  [[nodiscard]] bool has_comma() const { return has_comma_; }  ///< before the word, somewhere
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  std::optional<char> peek() { return bytes_.fill() ? std::optional(bytes_.rest().front()) : std::nullopt; }

  void end_of(char c) {
    if (c == '\n') {
      ++lines_;
      is_line_new_ = true;
    }
    bytes_.drop(1);
  }

  void skip_line() {
    while (const std::optional<char> c = peek()) {
      end_of(*c);
      if (*c == '\n') {
        return;
      }
    }
  }

  ByteSource& bytes_;
  std::string word_;
  std::size_t lines_ = 1;
  std::size_t line_ = 1;
  bool is_line_new_ = true;
  bool is_first_ = true;
  bool has_comma_ = false;
};

/// A decimal as a whole number of 10^-9, at most `most` of them.
std::optional<std::uint64_t> parse_nano(std::string_view text, std::uint64_t most) {
  NumberFault ignored{};
  const std::optional<Decimal> decimal = parse_decimal(text, ignored);
  if (!decimal || decimal->decimals > 9) {
    return std::nullopt;
  }
  Uint128 value = decimal->mantissa;
  for (int i = decimal->decimals; i < 9; ++i) {
    value *= 10;
  }
  return value <= most ? std::optional(static_cast<std::uint64_t>(value)) : std::nullopt;
}

/// Reads one file.
class ScheduleReader {
 public:
  explicit ScheduleReader(const std::string& path) : path_(path), bytes_(path), words_(bytes_) {}

  Parsed<std::shared_ptr<const Schedule>> read() {
    Problem problem = read_steps();
    if (!bytes_.error().empty()) {
      problem = path_ + " cannot be read: " + bytes_.error();
    } else if (!problem && !has_load_) {
      problem = path_ + " holds no rate above 0";
    }
    if (problem) {
      return Wrong{std::move(*problem), std::string(kExample)};
    }
    const ByteSource::Stored stored = bytes_.finish();
    schedule_.file = {path_, stored.size, stored.sha256};
    return std::make_shared<const Schedule>(std::move(schedule_));
  }

 private:
  Problem read_steps() {
    if (!words_.next()) {
      return path_ + " is empty";
    }
    std::string first(words_.word());
    if (first.starts_with("\xEF\xBB\xBF")) {
      first.erase(0, 3);
    }
    return parse_nano(first, kMostRate) ? read_list(first) : read_rows(first);
  }

  Problem read_list(std::string_view word) {
    std::int64_t second = 0;
    do {
      const auto rate = parse_nano(word, kMostRate);
      if (!rate) {
        return wrong_rate(word);
      }
      if (words_.has_comma()) {
        return path_ + " begins with no header";
      }
      if (Problem problem = add(Duration{second * kNanosecondsPerSecond}, *rate)) {
        return problem;
      }
      ++second;
      word = words_.next() ? words_.word() : std::string_view();
    } while (!word.empty());
    schedule_.length = Duration{second * kNanosecondsPerSecond};
    return add(schedule_.length, 0);
  }

  Problem read_rows(std::string_view first) {
    const std::string header(first);
    const std::string second(words_.next() && !words_.is_first_of_line() ? words_.word() : "");
    const bool is_time_first = header == "time_s" && second == "rate_per_s";
    if (!is_time_first && (header != "rate_per_s" || second != "time_s")) {
      return path_ + " is no schedule: it begins with neither the header time_s,rate_per_s nor a rate";
    }
    Duration gap = std::chrono::hours(1);
    std::optional<Duration> last;
    while (words_.next()) {
      const std::size_t line = words_.line();
      std::string cells[2] = {std::string(words_.word()), ""};
      if (words_.is_first_of_line() && words_.next() && words_.line() == line) {
        cells[1] = words_.word();
      } else {
        return place(line) + " must hold a time and a rate";
      }
      const auto time = parse_nano(cells[is_time_first ? 0 : 1], kMostRate - 1);
      if (!time) {
        return place(line) + ": " + quoted(cells[is_time_first ? 0 : 1]) +
               " is no time: decimal seconds below 10^9, at most 9 decimals";
      }
      const auto rate = parse_nano(cells[is_time_first ? 1 : 0], kMostRate);
      if (!rate) {
        return wrong_rate(cells[is_time_first ? 1 : 0]);
      }
      const Duration start{static_cast<std::int64_t>(*time)};
      if (last && start <= *last) {
        return place(line) + ": its time is not after that of the row before";
      }
      if (Problem problem = add(start, *rate)) {
        return problem;
      }
      gap = last ? start - *last : gap;
      last = start;
    }
    schedule_.length = last ? std::min(*last + gap, kLongestDelay) : gap;
    return std::nullopt;
  }

  /// Equal rates in a row are one step.
  Problem add(Duration start, std::uint64_t rate) {
    std::vector<Schedule::Step>& steps = schedule_.steps;
    if (steps.empty() && start > Duration{}) {
      steps.push_back({TimePoint{}, 0});
    }
    if (steps.size() >= kMostSteps || start > kLongestDelay) {
      return path_ + " is too long: at most 50 million steps, within 10^9 s";
    }
    if (steps.empty() || steps.back().rate != rate) {
      steps.push_back({TimePoint{start}, rate});
    }
    has_load_ = has_load_ || rate > 0;
    return std::nullopt;
  }

  [[nodiscard]] std::string place(std::size_t line) const { return path_ + ":" + std::to_string(line); }

  [[nodiscard]] std::string wrong_rate(std::string_view word) const {
    return place(words_.line()) + ": " + quoted(word) +
           " is no rate: a decimal, 0 to 10^9 per second, at most 9 decimals";
  }

  std::string path_;
  ByteSource bytes_;
  Words words_;
  Schedule schedule_;
  bool has_load_ = false;
};

}  // namespace

Parsed<std::shared_ptr<const Schedule>> parse_schedule(const std::string& path) {
  return ScheduleReader(path).read();
}

Parsed<std::shared_ptr<const Schedule>> read_schedule(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const Schedule>> known;
  const std::lock_guard lock(mutex);
  if (const auto found = known.find(path); found != known.end()) {
    return found->second;
  }
  auto read = parse_schedule(path);
  if (holds_value(read)) {
    known.emplace(path, std::get<std::shared_ptr<const Schedule>>(read));
  }
  return read;
}

}  // namespace portsim
