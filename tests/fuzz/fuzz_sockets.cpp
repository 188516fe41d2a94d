// A list of sockets, in each form, and whose ports they hold.
#include <numeric>

#include "memory_file.hpp"
#include "trace/port_use.hpp"
#include "trace/socket_table.hpp"

namespace portsim::fuzz {
namespace {

std::vector<std::uint16_t> some_ports() {
  std::vector<std::uint16_t> ports(8'000);
  std::iota(ports.begin(), ports.end(), static_cast<std::uint16_t>(1024));
  return ports;
}

}  // namespace
}  // namespace portsim::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  static const fuzz::MemoryFile file;
  static const std::vector<std::uint16_t> ports = fuzz::some_ports();
  file.hold(fuzz::text_of(data, size));
  const auto read = read_sockets(file.path());
  if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) {
    fuzz::require_readable(*faults);
    return 0;
  }
  const auto& table = std::get<SocketTable>(read);
  for (const Socket& socket : table.sockets) {
    fuzz::require(!socket.time_left || *socket.time_left >= Duration{}, "no time that is left is below 0");
  }
  for (const Scope scope : {Scope::host, Scope::address, Scope::tuple}) {
    const PortUse use = port_use(table, &table, ports, scope);
    std::uint64_t held = use.listening + use.accepted + use.outside_range + use.not_connected;
    for (const PortPool& pool : use.pools) {
      fuzz::require(pool.in_use() <= ports.size(), "no pool holds more ports than there are");
      fuzz::require(pool.change.appeared == 0 && pool.change.disappeared == 0,
                    "nothing changes between a list and itself");
      held += pool.in_use();
    }
    fuzz::require(held <= table.sockets.size(), "no socket is counted twice");
  }
  return 0;
}
