#include "base/portable_math.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/vectors.hpp"

// How the coefficients were made: portable_math.hpp. Everything but the one branch of normal_quantile is
// straight-line code.

namespace portsim {
namespace {

using portable::polynomial;

// Normal quantile x at distance y from the middle, p = 1/2 + y and |y| <= 0.478, that is |x| <= 2.02:
// x = y (3 + d + (0.099609375 - s) A(s) / B(s)) with s = 0.228515625 - y^2; relative error 2^-59.1.
// x / y is 3 + d where 0.099609375 - s is 0, 2.51 in the middle and 4.22 at the ends: the rounded quotient
// has little weight. All coefficients are positive, so that neither A nor B loses digits (the tail's too).
constexpr double kCentreLimit = 0x1.e978d4fdf3b64p-2;       // 0.478
constexpr double kCentreOffset = 0x1.6p-6;                  // 1/4 - 0.228515625
constexpr double kCentreZero = 0x1.98p-4;                   // 0.099609375
constexpr double kCentreSlope = 3;                          // few digits: its product with most of y is exact
constexpr double kCentreSlopeRest = -0x1.958ccf092671bp-9;  // d
constexpr double kCentreGrid = 0x1.8p4;  // adding and subtracting it rounds to a multiple of 2^-48
constexpr std::array<double, 11> kCentreA{0x1.8731403a052ccp+3,  0x1.d5a323f0b8bf0p+10, 0x1.c40fd43c3d637p+16,
                                          0x1.c1435cf6ab9c4p+21, 0x1.f03ad953375b6p+25, 0x1.32e681e533d88p+29,
                                          0x1.9a3e5673d2cbap+31, 0x1.1129c53849142p+33, 0x1.35d0f117b4689p+33,
                                          0x1.a4183e8b75a33p+31, 0x1.fa7462a5f8590p+24};
constexpr std::array<double, 11> kCentreB{0x1.0000000000000p+0,  0x1.54ab137dac88cp+7,  0x1.72fc0c4931278p+13,
                                          0x1.ac6339482ab2bp+18, 0x1.1cd33d3d37675p+23, 0x1.bd1f4259b3cf3p+26,
                                          0x1.92545aaf3c35ap+29, 0x1.910c0028dd40fp+31, 0x1.9376a3705f88dp+32,
                                          0x1.5bc79bda3f610p+32, 0x1.61fa55611fc9fp+30};

// In the tail, at probability q <= 0.022: x = t - A(t - 2.734375) / B(t - 2.734375) with t = sqrt(-2 ln q) up
// to 8.66; relative error 2^-64.3.
constexpr double kTailOffset = 0x1.5ep+1;  // 2.734375
constexpr std::array<double, 9> kTailA{0x1.81b202543945fp-1,  0x1.aa852c5d74db1p-1,  0x1.7865f0859d504p-2,
                                       0x1.55d6969a9aaedp-4,  0x1.5469ca44601d0p-7,  0x1.651ce45516e70p-11,
                                       0x1.527712ec2d804p-16, 0x1.929949d3a008ap-23, 0x1.759fa77d2bf2bp-34};
constexpr std::array<double, 9> kTailB{0x1.0000000000000p+0,  0x1.51992c332cd6fp+0,  0x1.6e0511c4e7095p-1,
                                       0x1.a72f42b1c2822p-3,  0x1.1a21acc078eeep-5,  0x1.b2154c9f97fd1p-9,
                                       0x1.66a27d5a71384p-13, 0x1.0b0a376a12888p-18, 0x1.da893b8e6f759p-26};

constexpr double kLeastProbability = 0x1p-54;

// -(quantile of q), q <= 1/2, near the middle.
inline double quantile_in_centre(double q) {
  // q (1 - q) = 1/4 - y^2, with less rounding than by way of y.
  const double s = q * (1 - q) - kCentreOffset;
  const double bend =
      kCentreSlopeRest + (kCentreZero - s) * (polynomial(s, kCentreA) / polynomial(s, kCentreB));
  // coarse + fine = 1/2 - q without rounding.
  const double y = 0.5 - q;
  const double coarse = (y + kCentreGrid) - kCentreGrid;
  const double fine = (0.5 - coarse) - q;
  return coarse * kCentreSlope + (fine * kCentreSlope + y * bend);
}

// -(quantile of q), q small.
inline double quantile_in_tail(double q) {
  const double square = -2 * portable_log(q);
  const double t = std::sqrt(square);
  // What the rounding of the root lost, (square - t^2) / (2 t): with t cut in two, each product is exact.
  const double high = std::bit_cast<double>(std::bit_cast<std::uint64_t>(t) & ~std::uint64_t{0x7FFFFFF});
  const double rest = (square - high * high) - (t - high) * (t + high);
  const double tau = t - kTailOffset;
  return t - (polynomial(tau, kTailA) / polynomial(tau, kTailB) - rest / (2 * t));
}

// The smaller of p and 1 - p, cut; 1 - p is exact where it is needed.
double smaller(double p) {
  const double q = p > 0.5 ? 1 - p : p;
  return q < kLeastProbability ? kLeastProbability : q;
}

bool is_in_centre(double q) { return 0.5 - q <= kCentreLimit; }

// Many at once are first taken for such of the centre, then those of the tail are put right.
constexpr std::size_t kTogether = 256;
struct Tail {
  std::array<double, kTogether> q{};
  std::array<std::uint16_t, kTogether> place{};
  std::size_t count = 0;
};

PORTSIM_VECTORISED
void take_all_for_centre(const double* q, double* x, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    x[i] = quantile_in_centre(q[i]);
  }
}

PORTSIM_VECTORISED
void tails(double* q, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    q[i] = quantile_in_tail(q[i]);
  }
}

PORTSIM_VECTORISED
void fold(const double* p, double* q, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    q[i] = smaller(p[i]);
  }
}

PORTSIM_VECTORISED
void set_signs(double* p, const double* x, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    p[i] = p[i] < 0.5 ? -x[i] : x[i];
  }
}

}  // namespace

double normal_quantile(double p) {
  const double q = smaller(p);
  const double x = is_in_centre(q) ? quantile_in_centre(q) : quantile_in_tail(q);
  return p < 0.5 ? -x : x;
}

void normal_quantiles(double* p, std::size_t count) {
  std::array<double, kTogether> q{};
  std::array<double, kTogether> x{};
  for (std::size_t begin = 0; begin < count; begin += kTogether) {
    const std::size_t size = std::min(count - begin, kTogether);
    fold(p + begin, q.data(), size);
    take_all_for_centre(q.data(), x.data(), size);
    Tail tail;
    for (std::size_t i = 0; i < size; ++i) {
      tail.q[tail.count] = q[i];
      tail.place[tail.count] = static_cast<std::uint16_t>(i);
      tail.count += is_in_centre(q[i]) ? 0 : 1;
    }
    tails(tail.q.data(), tail.count);
    for (std::size_t i = 0; i < tail.count; ++i) {
      x[tail.place[i]] = tail.q[i];
    }
    set_signs(p + begin, x.data(), size);
  }
}

}  // namespace portsim
