#include "cli/plot_file.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sstream>
#include <string_view>

#include "cli/signals.hpp"

namespace portsim::cli {
namespace {

constexpr const char* kConverter = "rsvg-convert";

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw OutputError(path + ": cannot be drawn: " + kConverter + ": " + why);
}

/// The file descriptors of a new process, as posix_spawn takes them.
class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  void connect(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
  void close(int descriptor) { posix_spawn_file_actions_addclose(&actions_, descriptor); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Starts the converter in a process group of its own, with no signal blocked, and notes the group before a
/// signal can end portsim. Returns what `posix_spawn` does.
int start(pid_t& child, const FileActions& actions, std::unique_ptr<ProcessGroupGuard>& guard) {
  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  std::array<std::string, 3> words{kConverter, "--format=png", "--zoom=2"};
  std::array<char*, 4> arguments{words[0].data(), words[1].data(), words[2].data(), nullptr};
  const SignalBlock block;
  const int error = posix_spawnp(&child, kConverter, actions.get(), &attributes, arguments.data(), environ);
  if (error == 0) {
    guard = std::make_unique<ProcessGroupGuard>(child);
  }
  posix_spawnattr_destroy(&attributes);
  return error;
}

/// Runs the converter with `input` as its standard input; copies what it prints to `out`.
void convert(const std::string& path, std::FILE* input, std::ostream& out) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) {
    fail(path, std::strerror(errno));
  }
  FileActions actions;
  actions.connect(fileno(input), STDIN_FILENO);
  actions.connect(pipe[1], STDOUT_FILENO);
  actions.close(pipe[0]);
  pid_t child = 0;
  std::unique_ptr<ProcessGroupGuard> guard;
  const int error = start(child, actions, guard);
  close(pipe[1]);
  std::array<char, 1 << 16> buffer{};
  ssize_t count = 0;
  bool is_empty = true;
  while (error == 0 &&
         ((count = read(pipe[0], buffer.data(), buffer.size())) > 0 || (count < 0 && errno == EINTR))) {
    out.write(buffer.data(), count > 0 ? count : 0);
    is_empty = is_empty && count <= 0;
  }
  close(pipe[0]);
  if (error != 0) {
    fail(path, std::strerror(error));
  }
  guard.reset();  // once it is waited for, its number may be another's
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fail(path, "did not succeed");
  }
  if (is_empty) {
    fail(path, "wrote nothing");
  }
}

}  // namespace

std::optional<PlotForm> plot_form(const std::string& path) {
  if (path.ends_with(".svg")) {
    return PlotForm::svg;
  }
  if (path.ends_with(".html")) {
    return PlotForm::html;
  }
  return path.ends_with(".png") ? std::optional(PlotForm::png) : std::nullopt;
}

bool can_make_png() {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + kConverter).c_str(), X_OK) == 0) {
      return true;
    }
  }
  return false;
}

void write_plot(const std::string& path, OutputFile& file, const std::function<void(std::ostream&)>& svg,
                const std::function<void(std::ostream&)>& page) {
  switch (plot_form(path).value_or(PlotForm::svg)) {
    case PlotForm::svg: svg(file.stream()); break;
    case PlotForm::html: page(file.stream()); break;
    case PlotForm::png: {
      std::ostringstream text;
      svg(text);
      const std::string image = text.str();
      const std::unique_ptr<std::FILE, int (*)(std::FILE*)> input(std::tmpfile(), std::fclose);
      if (!input || std::fwrite(image.data(), 1, image.size(), input.get()) != image.size() ||
          std::fflush(input.get()) != 0) {
        fail(path, std::strerror(errno));
      }
      std::rewind(input.get());
      convert(path, input.get(), file.stream());
      break;
    }
  }
}

}  // namespace portsim::cli
