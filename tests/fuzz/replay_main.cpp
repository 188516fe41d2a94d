// Runs a fuzz target without libFuzzer, with any compiler: on every input of a corpus, and on inputs that are
// made from them by small changes, the same ones each time.
// usage: TARGET DIRECTORY [CHANGED_INPUTS]
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "target.hpp"

namespace {

using Bytes = std::vector<std::uint8_t>;

std::vector<Bytes> read_corpus(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) {
      paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());  // a directory has no order of its own
  std::vector<Bytes> corpus;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return corpus;
}

/// Changes inputs as libFuzzer does, but for its looking at what the target does with them.
class Changer {
 public:
  explicit Changer(const std::vector<Bytes>& corpus) : corpus_(corpus) {}

  Bytes next() {
    Bytes input = pick();
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
      change(input);
    }
    return input;
  }

 private:
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }

  const Bytes& pick() { return corpus_[below(corpus_.size())]; }

  void change(Bytes& input) {
    if (input.empty()) {
      input.push_back(static_cast<std::uint8_t>(below(256)));
      return;
    }
    const std::size_t place = below(input.size());
    const auto at = input.begin() + static_cast<std::ptrdiff_t>(place);
    switch (below(6)) {
      case 0: *at = static_cast<std::uint8_t>(*at ^ (1U << below(8))); break;
      case 1: *at = static_cast<std::uint8_t>(below(256)); break;
      case 2: input.insert(at, static_cast<std::uint8_t>(below(256))); break;
      case 3:
        input.erase(
            at, at + static_cast<std::ptrdiff_t>(1 + below(std::min<std::size_t>(16, input.size() - place))));
        break;
      case 4: *at = input[below(input.size())]; break;
      default: splice(input, place); break;
    }
  }

  /// Puts a piece of another input in.
  void splice(Bytes& input, std::size_t place) {
    const Bytes& other = pick();
    if (other.empty()) {
      return;
    }
    const std::size_t begin = below(other.size());
    const std::size_t length = 1 + below(std::min<std::size_t>(64, other.size() - begin));
    input.insert(input.begin() + static_cast<std::ptrdiff_t>(place),
                 other.begin() + static_cast<std::ptrdiff_t>(begin),
                 other.begin() + static_cast<std::ptrdiff_t>(begin + length));
  }

  const std::vector<Bytes>& corpus_;
  std::mt19937_64 random_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: %s DIRECTORY [CHANGED_INPUTS]\n", argv[0]);
    return 2;
  }
  const std::vector<Bytes> corpus = read_corpus(argv[1]);
  portsim::fuzz::require(!corpus.empty(), "the corpus has an input");
  for (const Bytes& input : corpus) {
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  const unsigned long long changed = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
  Changer changer(corpus);
  for (unsigned long long i = 0; i < changed; ++i) {
    const Bytes input = changer.next();
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%zu inputs, %llu changed ones: no finding\n", corpus.size(), changed);
  return 0;
}
