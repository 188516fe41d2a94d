// A capture of packets: pcap and pcapng.
#include "checked_sink.hpp"
#include "memory_file.hpp"
#include "trace/packet_capture.hpp"
#include "trace/packet_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace portsim;
  static const fuzz::MemoryFile file;
  file.hold(fuzz::text_of(data, size));
  ByteSource bytes(file.path());
  if (bytes.fill() && PacketFile::is_one(bytes.rest())) {
    fuzz::CheckedSink sink;
    (void)read_packet_capture(bytes, sink);
    fuzz::require(sink.calls() <= size, "there are no more packets than bytes");
  }
  return 0;
}
