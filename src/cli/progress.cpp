#include "cli/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "cli/messages.hpp"
#include "portsim/time.hpp"
#include "report/phrases.hpp"

namespace portsim::cli {
namespace {

constexpr std::chrono::seconds kPatience{1};
constexpr std::chrono::milliseconds kInterval{250};
constexpr const char* kEraseLine = "\r\033[K";

}  // namespace

ProgressLine::ProgressLine() : is_terminal_(isatty(STDERR_FILENO) == 1), due_(start_ + kPatience) {}

bool ProgressLine::is_due() { return is_terminal_ && Clock::now() >= due_; }

void ProgressLine::show(const std::string& text, double share) {
  std::string line = kEraseLine + text;
  if (share > 0) {
    // An estimate for the eye: floating point does no harm here.
    const double left = elapsed() * (1 - share) / share;
    line += ", about " + human_time(std::chrono::seconds(static_cast<std::int64_t>(left) + 1)) + " left";
  }
  print_raw(line);
  is_shown_ = true;
  due_ = Clock::now() + kInterval;
}

void ProgressLine::clear() {
  if (is_shown_) {
    print_raw(kEraseLine);
    is_shown_ = false;
  }
}

double ProgressLine::elapsed() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

void Progress::show(std::uint64_t made) {
  if (line_.is_due()) {
    line_.show(grouped(made) + " of " + grouped(total_) + " " + std::string(noun_),
               static_cast<double>(made) / static_cast<double>(total_));
  }
}

ReadingProgress::ReadingProgress(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    std::error_code fault;
    const bool is_file = std::filesystem::is_regular_file(path, fault);
    const std::uintmax_t size = is_file ? std::filesystem::file_size(path, fault) : 0;
    if (!is_file || fault) {
      total_ = 0;
      return;
    }
    total_ += size;
  }
}

void ReadingProgress::add(std::uint64_t bytes) {
  constexpr std::uint64_t kMegabyte = 1'000'000;
  read_ += bytes;
  if (!line_.is_due()) {
    return;
  }
  const std::string so_far = "read " + grouped(read_ / kMegabyte);
  if (total_ == 0) {
    line_.show(so_far + " MB", 0);
    return;
  }
  const double share =
      std::min(1.0, static_cast<double>(read_) / static_cast<double>(total_));  // it may grow
  line_.show(so_far + " of " + grouped(total_ / kMegabyte) + " MB (" +
                 std::to_string(static_cast<int>(share * 100)) + " %)",
             share);
}

void RunProgress::add(const TimelineRow& row) {
  attempts_ += row.attempts;
  if (next_ != nullptr) {
    next_->add(row);
  }
  if (line_.is_due()) {
    const Duration simulated = row.end.time_since_epoch();
    const double share = static_cast<double>(simulated.count()) / static_cast<double>(duration_.count());
    const auto speed = static_cast<std::uint64_t>(static_cast<double>(attempts_) / line_.elapsed());
    line_.show("simulated " + human_time(std::chrono::floor<std::chrono::seconds>(simulated)) + " of " +
                   human_time(duration_) + " (" + std::to_string(static_cast<int>(share * 100)) + " %), " +
                   grouped(speed) + " attempts/s",
               share);
  }
}

void SearchProgress::begin(const std::string& subject, std::size_t number, std::size_t total) {
  subject_ = subject + " (" + std::to_string(number) + " of " + std::to_string(total) + ")";
  share_ = static_cast<double>(number - 1) / static_cast<double>(total);
}

void SearchProgress::add(const TimelineRow& row) {
  attempts_ += row.attempts;
  if (line_.is_due()) {
    const auto speed = static_cast<std::uint64_t>(static_cast<double>(attempts_) / line_.elapsed());
    line_.show("searching" + (subject_.empty() ? "" : " what fixes it: " + subject_) + ", " +
                   grouped(attempts_) + " attempts, " + grouped(speed) + " attempts/s",
               share_);
  }
}

void HostsProgress::show(std::uint64_t hosts, std::uint64_t connections) {
  if (line_.is_due()) {
    line_.show(grouped(hosts) + " of " + grouped(hosts_) + " hosts replayed",
               static_cast<double>(std::min(connections, connections_)) / static_cast<double>(connections_));
  }
}

}  // namespace portsim::cli
