#include "trace/line_reader.hpp"

#include <algorithm>
#include <utility>

namespace portsim {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

void LineReader::append(std::string_view part) {
  const std::size_t room = kLongestLine - std::min(kLongestLine, joined_.size());
  is_cut_ = is_cut_ || part.size() > room;
  joined_.append(part.substr(0, room));
}

bool LineReader::next() {
  if (std::exchange(is_repeated_, false)) {
    return true;
  }
  bytes_.drop(std::exchange(used_, 0));
  is_cut_ = false;
  if (!bytes_.fill()) {
    return false;
  }
  ++number_;
  std::size_t feed = bytes_.rest().find('\n');
  if (feed <= kLongestLine) {               // npos is more
    line_ = bytes_.rest().substr(0, feed);  // as a rule: no copy is needed
    used_ = feed + 1;
  } else {
    joined_.clear();
    do {
      const std::string_view rest = bytes_.rest();
      feed = rest.find('\n');
      append(rest.substr(0, feed));
      bytes_.drop(feed == std::string_view::npos ? rest.size() : feed + 1);
    } while (feed == std::string_view::npos && bytes_.fill());
    if (feed == std::string_view::npos && !error().empty()) {
      return false;  // the line is not whole
    }
    line_ = joined_;
  }
  if (!is_cut_ && line_.ends_with('\r')) {
    line_.remove_suffix(1);
  }
  if (number_ == 1 && line_.starts_with(kByteOrderMark)) {
    line_.remove_prefix(kByteOrderMark.size());
  }
  return true;
}

}  // namespace portsim
