// Lines that a program wrote in a container, out of the files in which runtimes keep them.
#pragma once

#include <string>
#include <string_view>

namespace portsim {

/// Takes off what a container's runtime puts around a line.
class ContainerLines {
 public:
  /// What the program wrote: the text of `{"log":"TEXT\n","stream":...}` (Docker's json-file), what follows
  /// `2026-02-06T12:14:14.664Z stdout F ` (CRI: containerd, CRI-O), or the line itself. Valid until the next
  /// call.
  [[nodiscard]] std::string_view message_of(std::string_view line);

 private:
  std::string buffer_;
};

}  // namespace portsim
