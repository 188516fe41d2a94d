// Replays the runs of the kernel and writes the comparison into README.md: kernel_report DIRECTORY, where
// DIRECTORY is tests/validation.
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "kernel_report.hpp"

namespace {

void update(const std::string& directory) {
  const std::string path = directory + "/README.md";
  std::ifstream in(path);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::size_t mark = text.find(portsim::kReportMark);
  if (mark == std::string::npos) {
    throw std::runtime_error(path + " has no line " + std::string(portsim::kReportMark));
  }
  text.resize(mark + portsim::kReportMark.size());
  text += '\n' + portsim::markdown(portsim::replay(portsim::read_kernel_runs(directory + "/data/kernel")));
  std::ofstream(path) << text;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: kernel_report DIRECTORY\n";
    return 2;
  }
  try {
    update(arguments[1]);
  } catch (const std::exception& error) {
    std::cerr << "kernel_report: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
