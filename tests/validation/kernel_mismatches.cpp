#include "kernel_mismatches.hpp"

namespace portsim {
namespace {

// Each cause was tried: the replay was repeated with the time that is named changed by so much.
constexpr Mismatch kMismatches[] = {
    {"e01_det_P1000_x1.0_578",
     "The wheel's offset is known to a few milliseconds: with one 2.5 ms later all 3,334 outcomes agree."},
    {"e01_det_P4000_x0.98_584",
     "Two ports were freed one batch later than simulated: they were closed at the edge of a jiffy. Held "
     "for 3 ms longer, the simulation has 164 failures too."},
    {"e03_reuse1_P50_poisson1.3_s1_777",
     "A port is used again after 1.6 s and a hold is known to some 0.2 ms only: 0.3 ms less or 0.4 ms more "
     "make it 2,012 or 2,016."},
    {"e05_server_first_hold2s_r140_630",
     "Only a pause of 0.4 s on the machine filled the pool: the attempts came late and all at once, and how "
     "late the server closed was not recorded."},
    {"e05_server_first_hold2s_r160_631",
     "The server's close is taken to come 2 s after its accept: 0.8 ms later gives 613 failures."},
    {"e06_rst_hold1s_P100_r101_636",
     "101 attempts a second for 100 ports of 1 s: held for 2 ms longer, the simulation has 120 failures."},
    {"e06_rst_hold1s_P100_r99_635",
     "99 attempts a second for 100 ports of 1 s: it fails only where attempts came late. Held for 0.6 ms "
     "longer, the simulation has 4 failures."},
    {"e06_rst_poisson_P100_hold2s_x0.95_s1_793",
     "A port is used again at once: held for 0.1 ms less, the simulation has 510 failures."},
    {"e06_rst_poisson_P100_mix_x1.3_802",
     "A port is used again at once: 0.1 ms of hold moves the count by 14."},
    {"e07_fw2_hold_ft10_never_840",
     "The last socket was closed at the edge of a jiffy, and released one batch of 0.256 s later than "
     "simulated. Closed 3 ms later, the simulation agrees."},
    {"e08_blackhole_ctimeout0.5_r420_459",
     "The program's own timeout of 0.5 s came late: with 0.5 ms more the simulation has 660 failures."},
    {"e08_blackhole_retries1_linear4_r110_446",
     "The pool is refilled in waves of 3.06 s, three rounded timers each: a port that is freed one tick "
     "later "
     "costs an attempt in every later wave."},
};

}  // namespace

std::span<const Mismatch> known_mismatches() { return kMismatches; }

bool is_mismatch(const Comparison& comparison) {
  return comparison.difference() != 0 ||
         comparison.measured.first_failure != comparison.simulated.first_failure ||
         comparison.release_error().value_or(Duration{}) > std::chrono::milliseconds(50);
}

}  // namespace portsim
