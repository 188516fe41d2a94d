#include "theory/erlang.hpp"

namespace portsim {

double erlang_b(std::uint64_t servers, double offered) {
  if (servers == 0) {
    return 1;
  }
  if (!(offered > 0)) {
    return 0;
  }
  // In 1/B every term is positive, so no digits cancel; where B is too small for a double 1/B is infinite.
  double inverse = 1;
  for (std::uint64_t k = 1; k <= servers; ++k) {
    inverse = 1 + static_cast<double>(k) / offered * inverse;
  }
  return 1 / inverse;
}

}  // namespace portsim
