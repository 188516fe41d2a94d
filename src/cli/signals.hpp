// What a signal must clean up, and the standard descriptors that a caller may have closed.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <string>

namespace portsim::cli {

/// Makes SIGINT, SIGTERM and SIGHUP remove the registered temporary files and end the process with status
/// 128 + signal (130, 143, 129); a signal that the caller ignores stays ignored (nohup). A failed assertion
/// does the same with status 1. SIGPIPE and SIGXFSZ are ignored: a closed pipe, and a file that may grow no
/// more, are seen by the write, as EPIPE and EFBIG. Call once, first.
void install_signal_handlers();

/// Opens descriptors 0, 1 and 2 where the caller closed them, in a way that makes their use fail: no file
/// that is opened later can then be taken for standard output.
void reserve_standard_descriptors();

/// While it lives, the ending signals (SIGINT, SIGTERM, SIGHUP) wait in this thread; a thread that is started
/// meanwhile never takes them.
class SignalBlock {
 public:
  SignalBlock();
  ~SignalBlock();
  SignalBlock(const SignalBlock&) = delete;
  SignalBlock& operator=(const SignalBlock&) = delete;

 private:
  sigset_t before_{};
};

/// While it lives, an ending signal kills the process group `leader`. One may live at a time, and its process
/// must not have been waited for.
class ProcessGroupGuard {
 public:
  explicit ProcessGroupGuard(pid_t leader);
  ~ProcessGroupGuard();
  ProcessGroupGuard(const ProcessGroupGuard&) = delete;
  ProcessGroupGuard& operator=(const ProcessGroupGuard&) = delete;
};

/// While it lives, a signal removes the file. At most 8 may live at a time.
class TemporaryFileGuard {
 public:
  /// Creates the file for writing as open(2) does with O_CREAT | O_EXCL and `mode`, and registers it in
  /// one step that no signal can split. `descriptor()` is -1, with errno set, when it could not.
  TemporaryFileGuard(const std::string& path, unsigned mode);
  /// Removes the file, unless `release()` was called.
  ~TemporaryFileGuard();
  TemporaryFileGuard(const TemporaryFileGuard&) = delete;
  TemporaryFileGuard& operator=(const TemporaryFileGuard&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// The file has its final name, or is gone: nothing is left to remove.
  void release();

 private:
  int slot_ = -1;
  int descriptor_ = -1;
};

}  // namespace portsim::cli
