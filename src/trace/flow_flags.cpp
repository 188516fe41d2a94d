#include "trace/flow_flags.hpp"

namespace portsim {

namespace {

bool has(std::string_view flags, char letter) { return flags.find(letter) != std::string_view::npos; }

}  // namespace

Ending judge_flags(std::string_view client, std::string_view server) {
  const bool is_established = has(client, 'S') && has(server, 'S');
  if (!has(client, 'S')) {
    return {Closer::reset, CloserRule::no_start, false};
  }
  if (!has(server, 'S') && has(server, 'R')) {
    return {Closer::refused, CloserRule::refused, false};
  }
  if (has(client, 'R') || has(server, 'R')) {
    return {Closer::reset, CloserRule::reset, is_established};
  }
  const bool is_one_sided = server.empty() && (has(client, 'A') || has(client, 'P') || has(client, 'F'));
  if (is_one_sided) {  // who acknowledges was answered: the log has only what the client sent
    return has(client, 'F') ? Ending{} : Ending{Closer::reset, CloserRule::not_closed, true};
  }
  if (server.empty()) {
    return {Closer::unreachable, CloserRule::unanswered, false};
  }
  if (has(client, 'F') && has(server, 'F')) {
    return {};
  }
  return {Closer::reset, CloserRule::not_closed, is_established};
}

}  // namespace portsim
