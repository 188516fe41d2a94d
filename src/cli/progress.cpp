#include "cli/progress.hpp"

#include <unistd.h>

#include <string>

#include "cli/messages.hpp"
#include "portsim/time.hpp"
#include "report/phrases.hpp"

namespace portsim::cli {
namespace {

constexpr std::chrono::milliseconds kInterval{250};
constexpr const char* kEraseLine = "\r\033[K";

}  // namespace

Progress::Progress(std::uint64_t total) : is_terminal_(isatty(STDERR_FILENO) == 1), total_(total) {}

void Progress::show(std::uint64_t made) {
  const Clock::time_point now = Clock::now();
  if (!is_terminal_ || now - last_ < kInterval) {
    return;
  }
  last_ = now;
  std::string text = kEraseLine + grouped(made) + " of " + grouped(total_) + " rows";
  if (made > 0) {
    // An estimate for the eye: floating point does no harm here.
    const double left = std::chrono::duration<double>(now - start_).count() *
                        static_cast<double>(total_ - made) / static_cast<double>(made);
    text += ", about " + human_time(std::chrono::seconds(static_cast<std::int64_t>(left) + 1)) + " left";
  }
  print_raw(text);
  is_shown_ = true;
}

void Progress::clear() {
  if (is_shown_) {
    print_raw(kEraseLine);
    is_shown_ = false;
  }
}

}  // namespace portsim::cli
