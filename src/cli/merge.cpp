// Every file is read twice: first to learn which cells it holds, so that nothing is written unless all are
// there; then its rows are copied. Memory: 12 bytes a cell, and a line of each file.
#include "cli/merge.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "cli/output_settings.hpp"
#include "cli/progress.hpp"
#include "cli/row_file.hpp"
#include "report/phrases.hpp"
#include "study/shard.hpp"
#include "trace/csv_cells.hpp"

namespace portsim::cli {
namespace {

constexpr std::string_view kJsonStart = R"({"shard":")";
constexpr std::string_view kJsonEnd = R"(",)";
constexpr std::string_view kShareRemedy =
    "a share is what portsim sweep --shard K/N writes, CSV or JSON Lines";

/// A row, or the line above the rows, without the mark in front.
struct MarkedLine {
  std::string_view mark;
  std::string rest;
};

MarkedLine split_json_head(std::string_view line) {
  const std::size_t end = line.find(kJsonEnd, kJsonStart.size());
  if (!line.starts_with(kJsonStart) || end == std::string_view::npos || !line.ends_with('}')) {
    return {};
  }
  return {line.substr(kJsonStart.size(), end - kJsonStart.size()),
          "{" + std::string(line.substr(end + kJsonEnd.size()))};
}

MarkedLine split_csv_head(std::string_view line) {
  const std::size_t end = std::min(line.find(','), line.size());
  return {line.substr(0, end), std::string(line.substr(std::min(end + 1, line.size())))};
}

/// The rows of one share.
class ShareFile {
 public:
  explicit ShareFile(std::string path) : path_(std::move(path)) { rewind(); }

  [[nodiscard]] const std::string& path() const { return path_; }

  /// What is wrong with the file as a whole; empty if nothing is.
  [[nodiscard]] const std::string& problem() const { return problem_; }

  /// True when not even the line above the rows is there: the share was killed before it wrote anything.
  [[nodiscard]] bool is_empty() const { return is_empty_; }

  /// The columns of CSV, without the mark's; empty for JSON Lines.
  [[nodiscard]] const std::string& head() const { return head_; }

  /// Of the row that was read last: its number from 1, its mark if it is undamaged, and what follows that.
  [[nodiscard]] std::uint64_t row() const { return row_; }
  [[nodiscard]] const std::optional<ShardMark>& mark() const { return mark_; }
  [[nodiscard]] const std::string& text() const { return text_; }

  /// Goes back to the first row.
  void rewind() {
    row_ = 0;
    problem_ = open_rows(path_, in_);
    if (!problem_.empty()) {
      return;
    }
    is_csv_ = in_.peek() != '{';
    is_empty_ = is_csv_ && !next_line();
    if (is_csv_ && !is_empty_) {
      MarkedLine head = split_csv_head(line_);
      problem_ = head.mark == kShardColumn ? "" : "is no share of a sweep";
      head_ = std::move(head.rest);
      columns_ = split_csv_line(head_, cells_) ? cells_.size() : 0;
    }
  }

  /// Reads the next row; false at the end of the file. A row that was cut off there does not count.
  bool next_row() {
    if (!next_line()) {
      return false;
    }
    ++row_;
    MarkedLine row = is_csv_ ? split_csv_head(line_) : split_json_head(line_);
    text_ = std::move(row.rest);
    mark_ = parse_shard_mark(row.mark);
    if (is_csv_ && !(split_csv_line(text_, cells_) && cells_.size() == columns_)) {
      mark_.reset();
    }
    return true;
  }

 private:
  bool next_line() { return next_row_line(in_, line_); }

  std::string path_;
  std::ifstream in_;
  std::string problem_;
  std::string head_;
  std::string line_;
  std::string text_;
  std::vector<std::string> cells_;
  std::size_t columns_ = 0;
  std::optional<ShardMark> mark_;
  std::uint64_t row_ = 0;
  bool is_csv_ = false;
  bool is_empty_ = false;
};

using Shares = std::vector<ShareFile>;

/// Which file holds which cell.
class Inventory {
 public:
  explicit Inventory(Shares& shares) : shares_(shares) {}

  /// Reads all rows; says what is wrong with them.
  std::optional<Fault> read() {
    std::optional<Fault> fault;
    for (std::uint32_t number = 0; number < shares_.size() && !fault; ++number) {
      fault = shares_[number].is_empty() ? std::nullopt : read_share(number);
    }
    progress_.reset();
    return fault;
  }

  /// The mark of a row, which tells of the sweep; empty if there is no row.
  [[nodiscard]] const std::optional<ShardMark>& sample() const { return sample_; }

  /// The file from which a cell is to be taken; `kNobody` if none holds it.
  [[nodiscard]] std::uint32_t owner(std::uint64_t cell) const { return owners_[cell]; }

  /// How many rows are in two files, and where the first of them is: `cell 3 in a.csv and b.csv`.
  [[nodiscard]] std::uint64_t doubles() const { return doubles_; }
  [[nodiscard]] const std::string& first_double() const { return first_double_; }

  static constexpr std::uint32_t kNobody = UINT32_MAX;

 private:
  std::optional<Fault> read_share(std::uint32_t number) {
    ShareFile& file = shares_[number];
    std::optional<std::uint64_t> last;
    while (file.next_row()) {
      if (!file.mark()) {
        return Fault{file.path(), "its row " + grouped(file.row()) + " is damaged",
                     "remove it and all behind it, and complete the file with --resume"};
      }
      const ShardMark& mark = *file.mark();
      if (auto fault = compare(number, mark)) {
        return fault;
      }
      if (last && mark.cell <= *last) {
        return Fault{file.path(), "its row " + grouped(file.row()) + " is out of order",
                     "give the files as portsim sweep wrote them, one for each share"};
      }
      last = mark.cell;
      if (auto fault = take(number, mark.cell)) {
        return fault;
      }
    }
    return std::nullopt;
  }

  /// Whether the row belongs to the sweep of the rows before.
  std::optional<Fault> compare(std::uint32_t number, const ShardMark& mark) {
    if (!sample_) {
      sample_ = mark;
      sample_number_ = number;
      progress_.emplace(mark.cells, "rows read");
      owners_.assign(mark.cells, kNobody);
      hashes_.assign(mark.cells, 0);
    }
    const std::string& path = shares_[number].path();
    const ShareFile& sample = shares_[sample_number_];
    if (mark.sweep != sample_->sweep || mark.cells != sample_->cells ||
        shares_[number].head() != sample.head()) {
      return Fault{path, "belongs to another sweep than " + sample.path(),
                   "give shares that were run with the same options, format and version of portsim"};
    }
    if (mark.shard.count != sample_->shard.count) {
      return Fault{path,
                   "is one of " + counted(mark.shard.count, "share") + ", and " + sample.path() + " of " +
                       grouped(sample_->shard.count),
                   "give shares K/N of one N"};
    }
    return std::nullopt;
  }

  std::optional<Fault> take(std::uint32_t number, std::uint64_t cell) {
    progress_->show(++rows_);
    const std::uint64_t hash = std::hash<std::string_view>{}(shares_[number].text());
    if (owners_[cell] == kNobody) {
      owners_[cell] = number;
      hashes_[cell] = hash;
      return std::nullopt;
    }
    const std::string where = shares_[owners_[cell]].path() + " and " + shares_[number].path();
    if (hashes_[cell] != hash) {
      return Fault{"cell " + grouped(cell + 1), "is in " + where + ", with different results",
                   "leave out the wrong one of the two files"};
    }
    if (doubles_++ == 0) {
      first_double_ = "cell " + grouped(cell + 1) + " in " + where;
    }
    return std::nullopt;
  }

  Shares& shares_;
  std::optional<ShardMark> sample_;
  std::uint32_t sample_number_ = 0;  // of the file that has it
  std::vector<std::uint32_t> owners_;
  std::vector<std::uint64_t> hashes_;  // of the rows, by cell
  std::uint64_t rows_ = 0;
  std::uint64_t doubles_ = 0;
  std::string first_double_;
  std::optional<Progress> progress_;
};

/// Opens every file; one that cannot be read or is no share is a fault.
Shares open_shares(const std::vector<std::string>& paths, std::vector<Fault>& faults) {
  rlimit limit{};  // a thousand shares are no exception, and the soft limit is often just above
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  Shares shares;
  shares.reserve(paths.size());
  for (const std::string& path : paths) {
    const ShareFile& share = shares.emplace_back(path);
    if (!share.problem().empty()) {
      faults.push_back({path, share.problem(),
                        share.problem().starts_with("cannot") ? std::string() : std::string(kShareRemedy)});
    }
  }
  return shares;
}

/// Says which cells are missing, by share; false if none is.
bool report_missing(const Inventory& inventory) {
  struct Gap {
    std::uint64_t cells = 0;
    std::uint64_t first = 0;
  };
  const ShardMark& sample = *inventory.sample();
  std::map<std::uint64_t, Gap> gaps;  // by the number of the share
  for (std::uint64_t cell = 0; cell < sample.cells; ++cell) {
    if (inventory.owner(cell) == Inventory::kNobody) {
      Gap& gap = gaps[sample.shard.number_of(cell)];
      gap.first = gap.cells++ == 0 ? cell : gap.first;
    }
  }
  for (const auto& [number, gap] : gaps) {
    const Shard share{number, sample.shard.count};
    const std::string name = std::to_string(number) + "/" + std::to_string(share.count);
    print_message("share " + name + ": " + grouped(gap.cells) + " of its " +
                  counted(share.cells(sample.cells), "row") + " missing, the first: cell " +
                  grouped(gap.first + 1) + " of " + grouped(sample.cells));
  }
  if (!gaps.empty()) {
    print_message("nothing was written: run the sweep with --shard K/N --resume FILE for each of these");
  }
  return !gaps.empty();
}

/// Copies the rows in order of their cells. `watch` is told how many are copied.
void write_rows(Shares& shares, const Inventory& inventory, std::ostream& out,
                const std::function<void(std::uint64_t)>& watch) {
  for (ShareFile& share : shares) {
    share.rewind();
  }
  const std::string& head = shares[inventory.owner(0)].head();
  if (!head.empty()) {
    out << head << '\n';
  }
  for (std::uint64_t cell = 0; cell < inventory.sample()->cells; ++cell) {
    ShareFile& share = shares[inventory.owner(cell)];
    do {
      if (!share.next_row() || !share.mark()) {
        throw OutputError(share.path() + ": changed while it was read");
      }
    } while (share.mark()->cell < cell);  // a row that another file has as well
    out << share.text() << '\n';
    watch(cell + 1);
  }
}

void check_options(const std::vector<Setting>& settings, std::vector<Fault>& faults) {
  for (const Setting& setting : settings) {
    if (setting.name != "output") {
      faults.push_back({setting.where, "has no meaning for portsim merge",
                        "leave it out: portsim merge --help shows the options"});
    }
  }
}

}  // namespace

std::optional<ExitCode> run_merge(const Arguments& arguments, std::vector<Fault>& faults) {
  check_options(arguments.settings, faults);
  const OutputSettings settings = read_output_settings({arguments.settings}, arguments.operands, faults);
  Shares shares = open_shares(arguments.operands, faults);
  if (!faults.empty()) {
    return std::nullopt;
  }
  Inventory inventory(shares);
  std::optional<Fault> fault = inventory.read();
  if (!fault && !inventory.sample()) {
    fault = Fault{arguments.operands.front(), "holds no row of a sweep, nor does any other file given", ""};
  }
  if (fault) {
    faults.push_back(*std::move(fault));
    return std::nullopt;
  }
  if (report_missing(inventory)) {
    return ExitCode::condition_held;
  }
  if (inventory.doubles() > 0) {
    print_message("warning: " + counted(inventory.doubles(), "row") + " found twice, and alike: " +
                  inventory.first_double() + (inventory.doubles() > 1 ? " ..." : ""));
  }
  const auto out =
      settings.output ? std::make_unique<OutputFile>(*settings.output) : OutputFile::standard_output();
  Progress progress(inventory.sample()->cells, "rows written");
  write_rows(shares, inventory, out->stream(), [&](std::uint64_t rows) {
    if (settings.output) {  // else the rows may stand where the progress would
      progress.show(rows);
    }
  });
  progress.clear();
  out->finish();
  out->publish();
  return ExitCode::done;
}

}  // namespace portsim::cli
