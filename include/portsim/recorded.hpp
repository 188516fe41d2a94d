// The connections of a recorded load: in memory, or in a file where there are too many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "portsim/stack.hpp"
#include "portsim/time.hpp"

namespace portsim {

/// How a connection ends, or why it never begins.
enum class Closer : std::uint8_t {
  client,       ///< the client sends the first FIN: its port passes through TIME_WAIT
  server,       ///< the server sends the first FIN: no TIME_WAIT on this side
  both,         ///< the two FINs cross
  reset,        ///< RST in ESTABLISHED: no TIME_WAIT
  unreachable,  ///< no answer to any SYN
  refused,      ///< the SYN is answered with RST (recorded connections only)
  shutdown,     ///< as `client`, but the socket stays open: no FIN_WAIT_2 timeout (recorded connections only)
};

inline constexpr std::size_t kCloserCount = 7;

/// One connection of a log. Empty fields take the scenario's value.
struct RecordedConnection {
  TimePoint start{};
  std::optional<Closer> closer;
  std::optional<Duration> lifetime;          ///< time ESTABLISHED before the first FIN
  std::optional<Duration> peer_close_delay;  ///< longer than the run: the peer's FIN never comes
  std::optional<Duration> connect_timeout;
  std::uint32_t source = 0;       ///< local address, by number from 0
  std::uint32_t destination = 0;  ///< remote address and port, by number from 0
  bool is_loopback = false;       ///< one of the addresses lies in 127.0.0.0/8
  std::optional<BindMode> bind;
  std::uint16_t local_port = 0;       ///< the port asked for with bind(); 0: the stack picks
  std::optional<bool> reuse_address;  ///< SO_REUSEADDR
  bool has_late_reset = false;        ///< an RST of the peer comes one RTT after TIME_WAIT began
};

/// Rows in a row. Who goes through many of them says how far it is, so that those of a file leave the memory
/// again; they come back when they are looked at once more.
class RowView {
 public:
  /// `release` drops rows from memory; null where they are there for good.
  using Release = void (*)(std::span<const RecordedConnection> rows);

  RowView() = default;
  explicit RowView(std::span<const RecordedConnection> rows, Release release = nullptr)
      : rows_(rows), release_(release) {}

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] const RecordedConnection& operator[](std::size_t index) const { return rows_[index]; }
  [[nodiscard]] const RecordedConnection& front() const { return rows_.front(); }
  [[nodiscard]] const RecordedConnection& back() const { return rows_.back(); }
  [[nodiscard]] auto begin() const { return rows_.begin(); }
  [[nodiscard]] auto end() const { return rows_.end(); }

  /// The rows before `index` have been passed.
  void pass(std::size_t index) const {
    if (release_ != nullptr && index % kStride == 0 && index >= kStride) {
      release_(rows_.subspan(index - kStride, kStride));
    }
  }

  [[nodiscard]] std::vector<RecordedConnection> copy() const { return {rows_.begin(), rows_.end()}; }

  /// Calls `visit` with each row in turn.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t index = 0; index < rows_.size(); ++index) {
      visit(rows_[index]);
      pass(index);
    }
  }

 private:
  static constexpr std::size_t kStride = std::size_t{1} << 16;

  std::span<const RecordedConnection> rows_;
  Release release_ = nullptr;
};

/// Rows that several loads may share; used like a pointer to them.
class RecordedRows {
 public:
  RecordedRows() = default;

  /// Rows in memory. Implicit: this is what they are nearly always made from.
  template <class Rows>
  RecordedRows(std::shared_ptr<Rows> rows) {  // NOLINT(google-explicit-constructor)
    if (rows) {
      view_ = std::make_shared<const RowView>(std::span<const RecordedConnection>(*rows));
      owner_ = std::move(rows);
    }
  }

  /// Rows of which `owner` takes care.
  RecordedRows(std::shared_ptr<const void> owner, RowView view)
      : owner_(std::move(owner)), view_(std::make_shared<const RowView>(view)) {}

  explicit operator bool() const { return view_ != nullptr; }
  [[nodiscard]] const RowView& operator*() const { return *view_; }
  [[nodiscard]] const RowView* operator->() const { return view_.get(); }
  [[nodiscard]] const RowView* get() const { return view_.get(); }

 private:
  std::shared_ptr<const void> owner_;
  std::shared_ptr<const RowView> view_;
};

}  // namespace portsim
