// portsim on a machine whose clock is set all the time: from each look at it to the next it goes forward by
// 100 days or back by as much. Clocks that cannot be set go on as they are. Linked in front of the C library,
// so that whatever asks is told.
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

constexpr std::time_t kJump = 100 * 86'400;

std::atomic<bool> is_ahead{false};

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) {
  const auto status = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  const bool can_be_set = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
  if (status == 0 && can_be_set) {
    is_ahead = !is_ahead;
    time->tv_sec += is_ahead ? kJump : -kJump;
  }
  return status;
}

int gettimeofday(timeval* __restrict time, void* __restrict) noexcept {
  timespec now{};
  const int status = clock_gettime(CLOCK_REALTIME, &now);
  *time = {now.tv_sec, now.tv_nsec / 1000};
  return status;
}
}

namespace {

/// Else the tests would pass on a clock that nobody sets.
[[maybe_unused]] const bool jumps = [] {
  const auto first = std::chrono::system_clock::now();
  const auto second = std::chrono::system_clock::now();
  const auto third = std::chrono::system_clock::now();
  constexpr std::chrono::hours kLeast{24 * 100};
  if (first - second < kLeast || third - second < kLeast) {
    std::fputs("jumping_clock: the clock does not jump\n", stderr);
    std::abort();
  }
  return true;
}();

}  // namespace
