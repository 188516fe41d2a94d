#include "cli/signals.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>

namespace portsim::cli {
namespace {

/// A path in storage that a signal handler may read: no allocation, no lock.
struct Slot {
  std::atomic<bool> used{false};
  std::array<char, PATH_MAX> path{};
};

constexpr std::size_t kSlotCount = 8;
std::array<Slot, kSlotCount> g_slots;   // NOLINT: a handler can reach nothing but globals
std::atomic<pid_t> g_process_group{0};  // NOLINT: the same
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free);

constexpr std::array kEndingSignals{SIGINT, SIGTERM, SIGHUP};

/// Only calls that POSIX lists as async-signal-safe. An abort comes from a failed assertion, which has
/// said what is wrong: like every other failure inside portsim it is status 1.
extern "C" void remove_temporaries_and_exit(int signal_number) {
  for (const Slot& slot : g_slots) {
    if (slot.used.load()) {
      unlink(slot.path.data());
    }
  }
  if (const pid_t group = g_process_group.load(); group > 0) {
    kill(-group, SIGKILL);
  }
  _exit(signal_number == SIGABRT ? 1 : 128 + signal_number);
}

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal_number : kEndingSignals) {
    sigaddset(&set, signal_number);
  }
  return set;
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
  sigaction(SIGXFSZ, &action, nullptr);  // writing above `ulimit -f` then fails like any other write
  action.sa_handler = remove_temporaries_and_exit;
  action.sa_mask = ending_signals();
  for (const int signal_number : kEndingSignals) {
    struct sigaction before {};
    sigaction(signal_number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) {
      sigaction(signal_number, &action, nullptr);
    }
  }
  sigaction(SIGABRT, &action, nullptr);
}

SignalBlock::SignalBlock() {
  const sigset_t set = ending_signals();
  pthread_sigmask(SIG_BLOCK, &set, &before_);
}

SignalBlock::~SignalBlock() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

ProcessGroupGuard::ProcessGroupGuard(pid_t leader) { g_process_group.store(leader); }

ProcessGroupGuard::~ProcessGroupGuard() { g_process_group.store(0); }

void reserve_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
      // The lowest free number is taken, which is this one. Reading what is written to fails, and so does
      // writing to what is read: just what a closed descriptor would do.
      const int opened = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
      static_cast<void>(opened);
    }
  }
}

TemporaryFileGuard::TemporaryFileGuard(const std::string& path, unsigned mode) {
  const SignalBlock block;
  int free_slot = 0;
  while (free_slot < static_cast<int>(kSlotCount) && g_slots[static_cast<std::size_t>(free_slot)].used) {
    ++free_slot;
  }
  if (free_slot == static_cast<int>(kSlotCount) || path.size() >= PATH_MAX) {
    errno = free_slot == static_cast<int>(kSlotCount) ? EMFILE : ENAMETOOLONG;
    return;
  }
  descriptor_ = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, static_cast<mode_t>(mode));
  if (descriptor_ < 0) {
    return;
  }
  slot_ = free_slot;
  Slot& slot = g_slots[static_cast<std::size_t>(slot_)];
  path.copy(slot.path.data(), path.size());
  slot.path[path.size()] = '\0';
  slot.used.store(true);
}

TemporaryFileGuard::~TemporaryFileGuard() {
  if (slot_ >= 0) {
    unlink(g_slots[static_cast<std::size_t>(slot_)].path.data());
    release();
  }
}

void TemporaryFileGuard::release() {
  if (slot_ >= 0) {
    g_slots[static_cast<std::size_t>(slot_)].used.store(false);
    slot_ = -1;
  }
}

}  // namespace portsim::cli
