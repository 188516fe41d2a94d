#include "portsim/tcp.hpp"
