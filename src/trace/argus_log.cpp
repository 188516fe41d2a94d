#include "trace/argus_log.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "scenario/value_text.hpp"
#include "trace/flow_flags.hpp"
#include "trace/log_text.hpp"
#include "trace/log_time.hpp"
#include "trace/named_columns.hpp"

namespace portsim {

namespace {

constexpr char kBlanks = ' ';

bool is_flags(std::string_view state) {
  return state.find_first_not_of("FSRPAUECWMO_") == std::string_view::npos &&
         state.find('_') != std::string_view::npos;
}

Ending judge_state(std::string_view state, bool is_swapped) {
  if (state.empty() || state.ends_with('*')) {
    return {};  // it is not among the columns, or cut to their width
  }
  if (is_flags(state)) {
    const std::size_t bar = state.find('_');
    const std::string_view source = state.substr(0, bar);
    const std::string_view destination = state.substr(bar + 1);
    return is_swapped ? judge_flags(destination, source) : judge_flags(source, destination);
  }
  if (state == "REQ" || state == "TIM") {
    return {Closer::unreachable, CloserRule::unanswered, false};
  }
  if (state == "RST") {
    return {Closer::reset, CloserRule::reset, true};
  }
  return state == "FIN" || state == "CLO" ? Ending{} : Ending{Closer::reset, CloserRule::not_closed, true};
}

bool is_name_of_tcp(std::string_view proto) { return proto == "tcp" || proto == "6"; }

/// What stands between the columns of a header: one of the characters of `ra -c`, else blanks.
char separator_of(std::string_view header) {
  for (const char separator : {'\t', ',', ';', '|', ':'}) {
    if (header.find(separator) != std::string_view::npos) {
      return separator;
    }
  }
  return kBlanks;
}

/// The title that `ra` gives a column, whose name tables may have in its place.
std::string_view title_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kTitles{{{"stime", "StartTime"},
                                                                                   {"ltime", "LastTime"},
                                                                                   {"dur", "Dur"},
                                                                                   {"flgs", "Flgs"},
                                                                                   {"proto", "Proto"},
                                                                                   {"saddr", "SrcAddr"},
                                                                                   {"sport", "Sport"},
                                                                                   {"dir", "Dir"},
                                                                                   {"daddr", "DstAddr"},
                                                                                   {"dport", "Dport"},
                                                                                   {"state", "State"}}};
  const auto* const found =
      std::find_if(kTitles.begin(), kTitles.end(), [&](const auto& pair) { return pair.first == name; });
  return found == kTitles.end() ? name : found->second;
}

bool is_arrow(std::string_view word) {
  return word.find_first_not_of("<?->|o") == std::string_view::npos && word.size() >= 2;
}

/// Splits the words of `ra` without -c so that each column has one: date and time are two words, address and
/// port may be one (`192.0.2.1.80`), and of the flags there are none to several.
std::vector<std::string_view> align(std::vector<std::string_view> words, std::string_view line,
                                    const std::vector<std::string>& names) {
  const auto column = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) - names.begin();
  };
  const std::ptrdiff_t start = column("StartTime");
  for (const std::ptrdiff_t at : {start, column("LastTime")}) {
    const auto index = static_cast<std::size_t>(at);
    if (index + 1 < words.size() && index < names.size() &&
        words[index].find(':') == std::string_view::npos &&
        words[index].find_first_of("/-") != std::string_view::npos) {
      const auto from = static_cast<std::size_t>(words[index].data() - line.data());
      const auto to =
          static_cast<std::size_t>(words[index + 1].data() - line.data()) + words[index + 1].size();
      words[index] = line.substr(from, to - from);
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(index) + 1);
    }
  }
  const auto split_behind = [&](std::size_t index) {
    const std::string_view word = words[index];
    const bool has_colon = std::count(word.begin(), word.end(), ':') == 1;
    const bool has_point = std::count(word.begin(), word.end(), '.') == 4 || word.find(':') < word.rfind('.');
    const std::size_t cut = has_colon ? word.rfind(':') : word.rfind('.');
    if ((has_colon || has_point) && cut != std::string_view::npos) {
      words[index] = word.substr(0, cut);
      words.insert(words.begin() + static_cast<std::ptrdiff_t>(index) + 1, word.substr(cut + 1));
    }
  };
  const auto arrow = std::find_if(words.begin(), words.end(), is_arrow);
  if (arrow != words.end() && arrow != words.begin() && arrow + 1 != words.end()) {
    const auto at = static_cast<std::size_t>(arrow - words.begin());
    split_behind(at + 1);
    split_behind(at - 1);
  }
  const auto flags = static_cast<std::size_t>(column("Flgs"));
  if (flags < names.size() && words.size() + 1 >= names.size()) {
    const std::size_t surplus = words.size() + 1 - names.size();
    const auto begin = words.begin() + static_cast<std::ptrdiff_t>(flags);
    words.insert(words.erase(begin, begin + static_cast<std::ptrdiff_t>(surplus)), std::string_view());
  }
  return words;
}

class ArgusLog final : public LogReader {
 public:
  void read(std::string_view line, LogSink& sink) override {
    if (is_argus_log(line)) {
      separator_ = separator_of(line);
      std::vector<std::string_view> names = cells_of(line);
      std::transform(names.begin(), names.end(), names.begin(), title_of);
      names_.assign(names.begin(), names.end());
      columns_.name(names);
    } else if (line.find_first_not_of(" \t") != std::string_view::npos) {
      std::vector<std::string_view> cells = cells_of(line);
      // A record of another protocol, or of Argus itself (man), may lack what would align it.
      const bool is_tcp = separator_ != kBlanks || std::any_of(cells.begin(), cells.end(), is_name_of_tcp);
      columns_.take(separator_ == kBlanks ? align(std::move(cells), line, names_) : std::move(cells));
      read_row(is_tcp, sink);
    }
  }

 private:
  [[nodiscard]] std::vector<std::string_view> cells_of(std::string_view line) const {
    if (separator_ == kBlanks) {
      return split_words(line);
    }
    std::vector<std::string_view> cells = split(line, separator_);
    for (std::string_view& cell : cells) {
      const std::size_t begin = std::min(cell.find_first_not_of(" \""), cell.size());
      cell = cell.substr(begin, cell.find_last_not_of(" \"") + 1 - begin);
    }
    return cells;
  }

  void read_row(bool is_tcp, LogSink& sink) {
    const std::string_view proto = columns_["Proto"];
    if (!columns_.is_whole() && !is_tcp) {
      sink.skip();
      return;
    }
    if (!columns_.is_whole()) {
      sink.damaged();
      return;
    }
    if (columns_.has("Proto") && !is_name_of_tcp(proto)) {
      sink.skip();
      return;
    }
    const auto start = time_of("StartTime");
    const auto length = length_from(start.value_or(0));
    const bool is_swapped = columns_["Dir"] == "<-";
    LogRow row{.source = columns_["SrcAddr"], .destination = columns_["DstAddr"], .ending = {}};
    if (is_swapped) {
      std::swap(row.source, row.destination);
    }
    if (!start || !length || !is_log_address(row.source) || !is_log_address(row.destination) ||
        !take_port(columns_[is_swapped ? "Sport" : "Dport"], row)) {
      sink.damaged();
      return;
    }
    row.start_ns = *start;
    row.lifetime = Duration{*length};
    row.ending = judge_state(columns_["State"], is_swapped);
    sink.add(row);
  }

  /// A number, or the name of a service (`ra` without -n), which tells destinations apart as well.
  bool take_port(std::string_view text, LogRow& row) {
    const auto port = parse_port(text);
    if (port) {
      row.destination_port = *port;
      return true;
    }
    const bool is_name = is_log_address(text) &&
                         text.find_first_not_of("0123456789*") != std::string_view::npos &&
                         !text.starts_with("0x");
    named_ = std::string(row.destination) + ":" + std::string(text);
    row.destination = named_;
    return is_name;
  }

  [[nodiscard]] std::optional<std::int64_t> time_of(std::string_view column) const {
    const std::string_view text = columns_[column];
    const auto date = parse_iso_time(text);
    const auto clock = date ? date : parse_time_of_day(text);
    return clock ? clock : parse_log_seconds(text);
  }

  /// Its own column, or the time until the last packet.
  [[nodiscard]] std::optional<std::int64_t> length_from(std::int64_t start) const {
    for (const std::string_view name : {"Dur", "RunTime"}) {
      if (columns_.has(name)) {
        return parse_log_seconds(columns_[name]);
      }
    }
    if (!columns_.has("LastTime")) {
      return 0;
    }
    const auto last = time_of("LastTime");
    return last && *last >= start ? std::optional(*last - start) : std::nullopt;
  }

  char separator_ = kBlanks;
  std::vector<std::string> names_;
  NamedColumns columns_;
  std::string named_;
};

}  // namespace

bool is_argus_log(std::string_view line) {
  constexpr std::array<std::array<std::string_view, 2>, 4> kNeeded{
      {{"StartTime", "stime"}, {"SrcAddr", "saddr"}, {"DstAddr", "daddr"}, {"Dport", "dport"}}};
  return std::all_of(kNeeded.begin(), kNeeded.end(), [&](const auto& names) {
    return line.find(names[0]) != std::string_view::npos || line.find(names[1]) != std::string_view::npos;
  });
}

std::unique_ptr<LogReader> make_argus_reader() { return std::make_unique<ArgusLog>(); }

}  // namespace portsim
