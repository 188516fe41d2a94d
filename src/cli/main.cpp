// The border of the program: no exception and no library's exit code passes it.
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "cli/run_command.hpp"
#include "cli/signals.hpp"

int main(int argc, char** argv) {
  using namespace portsim::cli;
  reserve_standard_descriptors();
  install_signal_handlers();
  try {
    return static_cast<int>(run_command(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc)));
  } catch (const OutputError& error) {
    print_message(error.what());
  } catch (const std::bad_alloc&) {
    print_message("out of memory: fewer --outages or a shorter log need less");
  } catch (const std::exception& error) {
    print_message(std::string("internal error: ") + error.what());
  }
  return static_cast<int>(ExitCode::not_finished);
}
