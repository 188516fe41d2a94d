// Receives the rows of a log and checks what holds of each.
#pragma once

#include "target.hpp"
#include "trace/log_reader.hpp"

namespace portsim::fuzz {

class CheckedSink final : public LogSink {
 public:
  void add(const LogRow& row) override {
    require(!row.lifetime || *row.lifetime >= Duration{}, "no connection lasts less than nothing");
    require(static_cast<std::size_t>(row.ending.rule) < kCloserRuleNames.size(), "a rule decided the closer");
    ++calls_;
  }
  void skip() override { ++calls_; }
  void damaged() override { ++calls_; }
  void lost(std::uint64_t) override {}
  void exhausted(std::optional<std::int64_t>) override { ++calls_; }
  void refuse(std::string_view, std::string_view) override {}

  /// How many rows, remarks and damaged lines there were.
  [[nodiscard]] std::size_t calls() const { return calls_; }

 private:
  std::size_t calls_ = 0;
};

}  // namespace portsim::fuzz
