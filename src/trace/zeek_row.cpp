#include "trace/zeek_row.hpp"

#include <algorithm>

#include "trace/log_text.hpp"
#include "trace/log_time.hpp"

namespace portsim {

namespace {

struct Spelling {
  std::string_view name;
  ZeekField field;
};
constexpr std::array kSpellings{
    Spelling{"ts", ZeekField::ts},
    Spelling{"uid", ZeekField::uid},
    Spelling{"id.orig_h", ZeekField::source},
    Spelling{"id.orig_p", ZeekField::source_port},
    Spelling{"id.resp_h", ZeekField::destination},
    Spelling{"id.resp_p", ZeekField::destination_port},
    Spelling{"proto", ZeekField::proto},
    Spelling{"duration", ZeekField::duration},
    Spelling{"conn_state", ZeekField::conn_state},
    Spelling{"history", ZeekField::history},
    Spelling{"id_orig_h", ZeekField::source},
    Spelling{"id_orig_p", ZeekField::source_port},
    Spelling{"id_resp_h", ZeekField::destination},
    Spelling{"id_resp_p", ZeekField::destination_port},
    Spelling{"src", ZeekField::source},
    Spelling{"src_port", ZeekField::source_port},
    Spelling{"dst", ZeekField::destination},
    Spelling{"dst_port", ZeekField::destination_port},
};

/// For rows without a history.
Ending judge_state(std::string_view state) {
  if (state == "SF") {
    return {};
  }
  if (state == "S1" || state == "S2" || state == "S3") {
    return {Closer::reset, CloserRule::not_closed, true};
  }
  if (state == "RSTO" || state == "RSTR" || state == "RSTOS0") {
    return {Closer::reset, CloserRule::reset, state != "RSTOS0"};
  }
  return state.empty() ? Ending{} : Ending{Closer::reset, CloserRule::no_start, false};
}

/// From seconds since 1970, whole milliseconds (JSON::TS_MILLIS: 12 digits and more), or ISO 8601.
std::optional<std::int64_t> parse_zeek_time(std::string_view text) {
  constexpr std::size_t kMillisecondDigits = 12;
  if (text.size() >= kMillisecondDigits && text.size() <= 13 &&
      text.find_first_not_of("0123456789") == std::string_view::npos) {
    const auto seconds = parse_log_seconds(text.substr(0, text.size() - 3));
    const auto milliseconds = parse_log_seconds(text.substr(text.size() - 3));
    return seconds && milliseconds ? std::optional(*seconds + *milliseconds / 1000) : std::nullopt;
  }
  const bool is_date = text.find_first_not_of("0123456789") == 4 && text[4] == '-';
  return is_date ? parse_iso_time(text) : parse_log_seconds(text);
}

}  // namespace

std::optional<ZeekField> find_zeek_field(std::string_view name) {
  const auto* const found = std::find_if(kSpellings.begin(), kSpellings.end(),
                                         [&](const Spelling& spelling) { return spelling.name == name; });
  return found == kSpellings.end() ? std::nullopt : std::optional(found->field);
}

Ending judge_zeek(std::string_view conn_state, std::string_view history) {
  const auto saw = [&](char letter) { return history.find(letter) != std::string_view::npos; };
  if (conn_state == "S0") {
    return {Closer::unreachable, CloserRule::unanswered, false};
  }
  if (conn_state == "REJ") {
    return {Closer::refused, CloserRule::refused, false};
  }
  if (history.empty()) {
    return judge_state(conn_state);
  }
  if (!saw('S')) {
    return {Closer::reset, CloserRule::no_start, false};
  }
  const bool is_established = saw('h');
  if (!is_established && conn_state.empty() && (saw('r') || !saw('R'))) {
    return saw('r') ? Ending{Closer::refused, CloserRule::refused, false}
                    : Ending{Closer::unreachable, CloserRule::unanswered, false};
  }
  const std::size_t client_fin = history.find('F');
  const std::size_t server_fin = history.find('f');
  if (const std::size_t reset = history.find_first_of("Rr"); reset != std::string_view::npos) {
    const bool is_late = is_established && client_fin < server_fin && server_fin < reset;  // npos is more
    if (!is_late || saw('R')) {
      return {Closer::reset, is_late ? CloserRule::late_reset : CloserRule::reset, is_established};
    }
    return {Closer::client, CloserRule::late_reset, is_established, true};
  }
  if (client_fin == std::string_view::npos || server_fin == std::string_view::npos) {
    return {Closer::reset, CloserRule::not_closed, is_established};
  }
  return {client_fin < server_fin ? Closer::client : Closer::server, CloserRule::first_fin, is_established};
}

ZeekKind zeek_kind(std::string_view path, bool has_conn_fields) {
  // They have no field proto, or tell of more than connections.
  constexpr std::array<std::string_view, 12> kOthers{"dhcp", "dns", "dpd",  "files", "notice", "ntp",
                                                     "quic", "sip", "snmp", "tftp",  "weird",  "radius"};
  if (path.empty() ? has_conn_fields : path.starts_with("conn")) {
    return ZeekKind::connections;
  }
  const bool is_other = std::find(kOthers.begin(), kOthers.end(), path) != kOthers.end();
  return is_other ? ZeekKind::other : ZeekKind::transactions;
}

void add_zeek_row(const ZeekValues& values, ZeekKind kind, LogSink& sink) {
  const auto value = [&](ZeekField field) { return values[static_cast<std::size_t>(field)]; };
  const std::string_view proto = value(ZeekField::proto);
  if (kind == ZeekKind::other || (!proto.empty() && proto != "tcp")) {
    sink.skip();
    return;
  }
  const auto start = parse_zeek_time(value(ZeekField::ts));
  const auto port = parse_port(value(ZeekField::destination_port));
  LogRow row{.source = value(ZeekField::source), .destination = value(ZeekField::destination), .ending = {}};
  if (!start || !port || !is_log_address(row.source) || !is_log_address(row.destination)) {
    sink.damaged();
    return;
  }
  row.start_ns = *start;
  row.source_port = parse_port(value(ZeekField::source_port)).value_or(0);
  row.destination_port = *port;
  if (kind == ZeekKind::transactions) {
    row.id = value(ZeekField::uid);
    sink.add(row);
    return;
  }
  const std::string_view duration = value(ZeekField::duration);
  const auto lifetime = duration.empty() ? std::int64_t{0} : parse_log_length(duration);
  if (!lifetime) {
    sink.damaged();
    return;
  }
  row.lifetime = Duration{*lifetime};
  row.ending = judge_zeek(value(ZeekField::conn_state), value(ZeekField::history));
  sink.add(row);
}

}  // namespace portsim
