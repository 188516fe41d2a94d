// The border of the program: no exception and no library's exit code passes it.
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <vector>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "cli/memory_limit.hpp"
#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "cli/run_command.hpp"
#include "cli/signals.hpp"

namespace {

/// An allocation may fail where no exception may pass, such as while another one is under way.
void end_without_memory() {
  try {
    if (const std::exception_ptr error = std::current_exception()) {
      std::rethrow_exception(error);
    }
  } catch (const std::bad_alloc&) {
    portsim::cli::print_raw("portsim: out of memory\n");
  } catch (...) {
    portsim::cli::print_raw("portsim: internal error\n");
  }
  std::abort();
}

/// The cells of a sweep and the runs of a search need the same tables again and again. Left to itself glibc
/// gives their pages back after each run, and takes new ones, cleared by the kernel, for the next.
void keep_freed_memory() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 8 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  using namespace portsim::cli;
  keep_freed_memory();
  reserve_standard_descriptors();
  install_signal_handlers();
  std::set_terminate(end_without_memory);
  try {
    return static_cast<int>(run_command(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc)));
  } catch (const OutputError& error) {
    print_message(error.what());
  } catch (const std::bad_alloc&) {
    print_message(out_of_memory_text());
  } catch (const std::exception& error) {
    print_message(std::string("internal error: ") + error.what());
  }
  return static_cast<int>(ExitCode::not_finished);
}
