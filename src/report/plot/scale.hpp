// Values to places on a drawing, and where its axes have ticks. Whole numbers only, so that a drawing has the
// same bytes in every build.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "portsim/time.hpp"

namespace portsim::plot {

/// A place on a drawing in tenths of a unit.
using Tenths = std::int64_t;

/// A straight scale from [0, `most`] to [`from`, `to`]; a value beyond `most` lies on the end.
class Scale {
 public:
  Scale(std::uint64_t most, Tenths from, Tenths to) : most_(most == 0 ? 1 : most), from_(from), to_(to) {}

  [[nodiscard]] Tenths at(std::uint64_t value) const;
  [[nodiscard]] std::uint64_t most() const { return most_; }

 private:
  std::uint64_t most_;
  Tenths from_;
  Tenths to_;
};

/// Multiples of 1, 2 or 5 times a power of ten from 0 to `most`, at most `count` steps of them.
[[nodiscard]] std::vector<std::uint64_t> count_ticks(std::uint64_t most, std::uint64_t count);

/// Times from 0 to `length` that people count in: multiples of 1, 2, 5, 10, 15, 30 of a unit and the like.
[[nodiscard]] std::vector<Duration> time_ticks(Duration length, std::int64_t count);

/// The ends of classes that hold all times from `earliest` to `latest`, the first one's lower end before
/// them: at most `count` classes with round ends, of one length where the times lie within a factor of ten,
/// else each about twice as long as the one before, and the first from 0.
[[nodiscard]] std::vector<Duration> time_classes(Duration earliest, Duration latest, std::size_t count);

/// `123.4`, without a zero behind the point.
[[nodiscard]] std::string tenths_text(Tenths value);

/// `text` with what means something in SVG and HTML escaped; bytes that are no UTF-8 are replaced.
[[nodiscard]] std::string escaped(const std::string& text);

}  // namespace portsim::plot
