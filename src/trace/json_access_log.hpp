// Access logs of web servers whose lines are JSON objects: nginx, Apache, Caddy, Traefik, Envoy.
#pragma once

#include <memory>
#include <string_view>

#include "trace/log_reader.hpp"

namespace portsim {

/// True for an object with the address of a client and a time, under the names that are usual.
[[nodiscard]] bool is_json_access_log(std::string_view line);

/// A request is a connection of its client.
[[nodiscard]] std::unique_ptr<LogReader> make_json_access_log_reader();

}  // namespace portsim
