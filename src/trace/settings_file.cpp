#include "trace/settings_file.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <string_view>

#include "base/number_text.hpp"
#include "scenario/knob_settings.hpp"
#include "scenario/toml_file.hpp"
#include "scenario/value_text.hpp"
#include "stacks/knobs.hpp"
#include "trace/log_text.hpp"

namespace portsim {
namespace {

constexpr std::size_t kLargestFile = 64'000'000;
constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kSetPorts = " set dynamicport tcp ";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// The text as bytes of which ASCII is all that matters: UTF-16LE becomes one byte a unit, a UTF-8 mark goes.
std::string plain_text(const std::string& content) {
  if (content.starts_with("\xEF\xBB\xBF")) {
    return content.substr(3);
  }
  if (!content.starts_with("\xFF\xFE")) {
    return content;
  }
  std::string text;
  for (std::size_t i = 2; i + 1 < content.size(); i += 2) {
    text += content[i + 1] == '\0' ? content[i] : '?';
  }
  return text;
}

/// What the forms have in common: knobs by name, the last one of each, with its line.
class SettingsReader {
 public:
  explicit SettingsReader(const std::string& path) : path_(path) {}

  std::variant<std::vector<Setting>, std::vector<Fault>> read(const std::string& text) {
    const std::vector<std::string_view> lines = split(text, '\n');
    const auto first = std::find_if(lines.begin(), lines.end(),
                                    [](std::string_view line) { return !trimmed(line).empty(); });
    const std::string_view title = first == lines.end() ? std::string_view() : trimmed(*first);
    if (title == "REGEDIT4" || title.starts_with("Windows Registry Editor")) {
      read_registry(lines);
    } else if (std::any_of(lines.begin(), lines.end(), is_start_port)) {
      read_netsh(lines);
    } else if (std::any_of(lines.begin(), lines.end(), is_command)) {
      read_commands(lines);
    } else {
      read_sysctl(lines);
    }
    if (faults_.empty() && found_.empty()) {
      faults_.push_back({path_, "holds no setting that portsim knows",
                         "what can be read: a .reg export with Tcpip\\Parameters, a sysctl.conf, the output "
                         "of sysctl -a or of netsh int ipv4 show dynamicport tcp"});
    }
    if (!faults_.empty()) {
      return faults_;
    }
    std::vector<Setting> settings;
    for (auto& [knob, setting] : found_) {
      settings.push_back(std::move(setting));
    }
    return settings;
  }

 private:
  /// `shown` is the value as the file has it.
  void add(std::string_view name, std::string_view value, std::string_view shown, std::size_t line) {
    if (const Knob* knob = find_knob(name)) {
      found_.insert_or_assign(
          knob->name, Setting{std::string(kKnobLine), std::string(knob->name) + "=" + std::string(value),
                              place(line) + ": " + std::string(name) + " = " + std::string(shown)});
    }
  }

  [[nodiscard]] std::string place(std::size_t line) const { return path_ + ":" + std::to_string(line); }

  // sysctl

  void read_sysctl(const std::vector<std::string_view>& lines) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      std::string_view line = trimmed(lines[i].substr(0, lines[i].find('#')));
      if (line.starts_with(';')) {
        continue;
      }
      line.remove_prefix(line.starts_with('-') ? 1 : 0);  // an error in this line is to be ignored
      const std::size_t sign = line.find_first_of("=:");
      if (sign != std::string_view::npos) {
        const std::string_view value = trimmed(line.substr(sign + 1));
        add(trimmed(line.substr(0, sign)), value, value, i + 1);
      }
    }
  }

  // netsh

  static bool is_start_port(std::string_view line) { return lower(trimmed(line)).starts_with("start port"); }

  /// The output may hold several blocks, each under `Protocol tcp ...` or `Protocol udp ...`.
  void read_netsh(const std::vector<std::string_view>& lines) {
    bool is_tcp = true;
    std::string_view start;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string line = lower(trimmed(lines[i]));
      const std::size_t colon = lines[i].find(':');
      const std::string_view value =
          colon == std::string_view::npos ? std::string_view() : trimmed(lines[i].substr(colon + 1));
      if (line.starts_with("protocol")) {
        is_tcp = line.find("udp") == std::string::npos;
      } else if (line.starts_with("start port")) {
        start = value;
      } else if (line.starts_with("number of ports") && is_tcp) {
        const std::string both = std::string(start) + " " + std::string(value);
        add("dynamicport", both, both, i + 1);
      }
    }
  }

  // Commands of a batch file or a script

  static bool is_netsh_command(std::string_view line) {
    const std::string command = lower(trimmed(line));
    return command.starts_with("netsh ") && command.find(kSetPorts) != std::string::npos;
  }

  /// `reg add HKLM\SYSTEM\...\Services\Tcpip\Parameters /v NAME ...`, or PowerShell's New- and
  /// Set-ItemProperty.
  static bool is_registry_command(std::string_view line) {
    constexpr std::string_view kKey = "\\services\\tcpip\\parameters";
    const std::string command = lower(trimmed(line));
    const std::size_t key = command.find(kKey);
    const bool is_command = command.starts_with("reg add ") || command.starts_with("reg.exe add ") ||
                            command.starts_with("new-itemproperty ") ||
                            command.starts_with("set-itemproperty ");
    const std::string rest = is_command && key != std::string::npos ? command.substr(key + kKey.size()) : "";
    return rest.starts_with(' ') || rest.starts_with('"') || rest.starts_with('\'') ||
           rest.starts_with("\\ ") || rest.starts_with("\\\"");
  }

  static bool is_command(std::string_view line) {
    return is_netsh_command(line) || is_registry_command(line);
  }

  /// The word behind one of two switches, without quotes; empty if there is none.
  static std::string_view behind(std::string_view line, std::string_view one, std::string_view other) {
    const std::vector<std::string_view> words = split_words(line);
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (lower(words[i]) == one || lower(words[i]) == other) {
        const std::size_t begin = std::min(words[i + 1].find_first_not_of("\"'"), words[i + 1].size());
        return words[i + 1].substr(begin, words[i + 1].find_last_not_of("\"'") + 1 - begin);
      }
    }
    return {};
  }

  /// `netsh int ipv4 set dynamicport tcp start=1025 num=64511`, or a value of the registry, decimal or with
  /// 0x.
  void read_commands(const std::vector<std::string_view>& lines) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string_view line = trimmed(lines[i]);
      if (is_netsh_command(line)) {
        const std::string_view value = trimmed(line.substr(lower(line).find(kSetPorts) + kSetPorts.size()));
        add("dynamicport", value, value, i + 1);
      } else if (is_registry_command(line)) {
        const std::string_view value = behind(line, "/d", "-value");
        add(behind(line, "/v", "-name"), value, value, i + 1);
      }
    }
  }

  // The registry

  void read_registry(const std::vector<std::string_view>& lines) {
    bool counts = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      std::string line(trimmed(lines[i]));
      const std::size_t number = i + 1;
      while (line.ends_with('\\') && i + 1 < lines.size()) {
        line.pop_back();
        line += trimmed(lines[++i]);
      }
      if (line.starts_with('[')) {
        const bool is_deleted = line.starts_with("[-");
        const std::size_t begin = is_deleted ? 2 : 1;
        counts = is_tcpip_parameters(line.substr(begin, line.rfind(']') - begin));
        if (counts && is_deleted) {
          found_.clear();
          counts = false;
        }
      } else if (counts && is_value(line)) {
        read_value(line, number);
      } else if (counts) {
        check_damaged(line, number);
      }
    }
  }

  /// `"NAME"=`
  static bool is_value(std::string_view line) {
    const std::size_t end = line.starts_with('"') ? line.find('"', 1) : std::string_view::npos;
    return end != std::string_view::npos && trimmed(line.substr(end + 1)).starts_with('=');
  }

  /// A line that begins with the name of a knob, and yet is no value of it.
  void check_damaged(std::string_view line, std::size_t number) {
    const std::size_t begin = std::min(line.find_first_not_of("\"' \t"), line.size());
    const std::string_view rest = line.substr(begin);
    const auto is_letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_letter);
    const std::string_view name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    if (!name.empty() && find_knob(name) != nullptr) {
      faults_.push_back({place(number) + ": " + std::string(line),
                         "is not of the form \"NAME\"=dword:VALUE, and has no effect on the machine",
                         "write it as " + quoted(name) + "=dword:0000001e"});
    }
  }

  static bool is_tcpip_parameters(std::string key) {
    constexpr std::string_view kRoot = "hkey_local_machine\\system\\";
    constexpr std::string_view kPath = "\\services\\tcpip\\parameters";
    key = lower(key);
    if (key.ends_with('\\')) {
      key.pop_back();  // an error that is common in public files
    }
    if (!key.starts_with(kRoot) || !key.ends_with(kPath) || key.size() < kRoot.size() + kPath.size()) {
      return false;
    }
    const std::string set = key.substr(kRoot.size(), key.size() - kRoot.size() - kPath.size());
    constexpr std::string_view kNumbered = "controlset";
    return set == "currentcontrolset" ||
           (set.starts_with(kNumbered) && set.size() == kNumbered.size() + 3 &&
            set.find_first_not_of("0123456789", kNumbered.size()) == std::string::npos);
  }

  /// `"NAME"=dword:HEX`, perhaps with a comment behind it; `"NAME"=-` deletes.
  void read_value(std::string_view line, std::size_t number) {
    const std::size_t end = line.find('"', 1);
    const std::size_t sign = line.find('=', end);
    const Knob* const knob = sign == std::string_view::npos ? nullptr : find_knob(line.substr(1, end - 1));
    if (knob == nullptr) {
      return;
    }
    const std::string_view name = line.substr(1, end - 1);
    const std::string_view value = trimmed(line.substr(sign + 1, line.find(';', sign) - sign - 1));
    if (value == "-") {
      found_.erase(knob->name);
    } else if (const std::optional<std::uint64_t> dword = parse_dword(value)) {
      add(name, std::to_string(*dword), value, number);
    } else {
      faults_.push_back({place(number) + ": " + std::string(name) + " = " + std::string(value),
                         "is not a dword of up to 8 hexadecimal digits, and has no effect on the machine",
                         "write it as " + quoted(name) + "=dword:0000001e"});
    }
  }

  static std::optional<std::uint64_t> parse_dword(std::string_view value) {
    constexpr std::string_view kDword = "dword:";
    const std::string_view digits = value.substr(std::min(kDword.size(), value.size()));
    if (!lower(value).starts_with(kDword) || digits.empty() || digits.size() > 8) {
      return std::nullopt;
    }
    return parse_unsigned("0x" + std::string(digits));
  }

  const std::string& path_;
  std::map<std::string_view, Setting> found_;  // by the knob's name
  std::vector<Fault> faults_;
};

}  // namespace

std::variant<std::vector<Setting>, std::vector<Fault>> parse_settings(const std::string& path,
                                                                      const std::string& content) {
  return SettingsReader(path).read(plain_text(content));
}

std::variant<std::vector<Setting>, std::vector<Fault>> read_settings_file(const std::string& path) {
  std::string content;
  if (const std::string problem = read_whole(path, content, kLargestFile); !problem.empty()) {
    return std::vector<Fault>{{"--settings " + path, "cannot be read: " + problem, ""}};
  }
  return parse_settings(path, content);
}

}  // namespace portsim
