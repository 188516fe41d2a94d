// 128-bit integers, for sums and products that must not be rounded.
#pragma once

namespace portsim {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

}  // namespace portsim
