#include "base/bad.hpp"
