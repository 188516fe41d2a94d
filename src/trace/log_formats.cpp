#include "trace/log_formats.hpp"

#include <algorithm>
#include <array>

#include "trace/access_log.hpp"
#include "trace/archive_log.hpp"
#include "trace/argus_log.hpp"
#include "trace/conversations.hpp"
#include "trace/error_log.hpp"
#include "trace/haproxy_log.hpp"
#include "trace/json_access_log.hpp"
#include "trace/nfdump_csv.hpp"
#include "trace/nfdump_text.hpp"
#include "trace/packet_text.hpp"
#include "trace/squid_log.hpp"
#include "trace/tcplife_log.hpp"
#include "trace/tshark_fields.hpp"
#include "trace/vpc_flow_log.hpp"
#include "trace/w3c_log.hpp"
#include "trace/windows_firewall_log.hpp"
#include "trace/zeek_json.hpp"
#include "trace/zeek_tsv.hpp"

namespace portsim {

namespace {

constexpr std::array kFormats{
    LogFormat{"Zeek", is_zeek_tsv, make_zeek_tsv_reader},
    LogFormat{"Zeek JSON", is_zeek_json, make_zeek_json_reader},
    LogFormat{"tshark fields", is_tshark_fields, make_tshark_reader},
    LogFormat{"HAProxy", is_haproxy_log, make_haproxy_reader},
    LogFormat{"access log", is_access_log, make_access_log_reader},
    LogFormat{"JSON access log", is_json_access_log, make_json_access_log_reader},
    LogFormat{"W3C web log", is_w3c_log, make_w3c_log_reader},
    LogFormat{"Squid", is_squid_log, make_squid_log_reader},
    LogFormat{"Windows Firewall", is_windows_firewall_log, [] { return make_windows_firewall_reader(); }},
    LogFormat{"AWS VPC flow", is_vpc_flow_log, make_vpc_flow_reader},
    LogFormat{"tcplife", is_tcplife, make_tcplife_reader},
    LogFormat{"nfdump", is_nfdump_csv, make_nfdump_reader},
    LogFormat{"nfdump text", is_nfdump_text, make_nfdump_text_reader},
    LogFormat{"Argus", is_argus_log, make_argus_reader},
    LogFormat{"tshark conversations", is_conversations, make_conversations_reader},
    LogFormat{"packets as text", is_packet_text, make_packet_text_reader},
    LogFormat{"LBL connections", is_archive_connection, make_archive_connection_reader},
    LogFormat{"LBL packets", is_archive_packet, make_archive_packet_reader},
    LogFormat{"error log", is_error_log, make_error_log_reader},
};

}  // namespace

std::span<const LogFormat> log_formats() { return kFormats; }

const LogFormat* find_log_format(std::string_view line) {
  const auto* const found = std::find_if(kFormats.begin(), kFormats.end(),
                                         [&](const LogFormat& format) { return format.is_line(line); });
  return found == kFormats.end() ? nullptr : found;
}

}  // namespace portsim
