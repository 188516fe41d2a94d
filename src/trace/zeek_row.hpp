// What Zeek's logs have in common, as TSV or JSON: the fields, and how they tell who closed first.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// The fields that are read.
enum class ZeekField : std::uint8_t {
  ts,
  uid,
  source,
  source_port,
  destination,
  destination_port,
  proto,
  duration,
  conn_state,
  history,
};

inline constexpr std::size_t kZeekFieldCount = 10;

/// The values of one row, indexed by `ZeekField`; an unset field is empty.
using ZeekValues = std::array<std::string_view, kZeekFieldCount>;

/// The field of that name, in any of the spellings in which Zeek's own options write it: `id.orig_h`,
/// `id_orig_h`, or `src`. Of a nested object the name is the whole path.
[[nodiscard]] std::optional<ZeekField> find_zeek_field(std::string_view name);

/// How a connection ended by its history and conn_state (either may be empty). History tells the order of the
/// FINs; conn_state never tells who closed first.
/// Source: Zeek, scripts/base/protocols/conn/main.zeek.
[[nodiscard]] Ending judge_zeek(std::string_view conn_state, std::string_view history);

/// What a log of that `#path` or `_path` holds.
enum class ZeekKind : std::uint8_t {
  connections,   ///< conn.log
  transactions,  ///< ssl, http ...: rows of a connection, of which the first one has its start
  other,         ///< no connections of TCP, though there may be addresses: dns, ntp, weird ...
};

/// The kind by the log's name; where that is not told (empty), by whether it has fields of conn.log alone.
[[nodiscard]] ZeekKind zeek_kind(std::string_view path, bool has_conn_fields);

/// Hands the row to the sink: of conn.log as a connection, of transactions as a start alone, of which the
/// first row of each uid counts. Others are skipped, so are UDP and ICMP.
void add_zeek_row(const ZeekValues& values, ZeekKind kind, LogSink& sink);

}  // namespace portsim
