// Work that all cores share, and whose results come out in order.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace portsim {

/// Computes `make(index)` for each index of [first, end) on several threads, and gives the values out in the
/// order of the indices, each as soon as it and all before it are there: whatever the number of threads, the
/// same values in the same order. `make` is called by several threads at once.
template <class Value>
class OrderedWork {
 public:
  using Make = std::function<Value(std::uint64_t index)>;

  /// Starts `jobs` threads (at least one), or as many as the system gives.
  OrderedWork(std::uint64_t first, std::uint64_t end, unsigned jobs, Make make)
      : make_(std::move(make)), first_(first), end_(end), claimed_(first), taken_(first) {
    const std::uint64_t useful = std::min<std::uint64_t>(std::max(jobs, 1U), end - first);
    threads_.reserve(static_cast<std::size_t>(useful));
    for (std::uint64_t job = 0; job < useful; ++job) {
      try {
        threads_.emplace_back([this] { work(); });
      } catch (const std::system_error&) {
        if (threads_.empty()) {
          throw;
        }
        break;  // those that run do the work of all
      }
    }
  }

  /// Waits for the values that are being computed; no other one is begun.
  ~OrderedWork() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    room_.notify_all();
    for (std::thread& thread : threads_) {
      thread.join();
    }
  }
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;

  /// The next value, or nothing if it is not there within `patience`. Throws what `make` threw for it. Not
  /// to be called when `is_done()`.
  [[nodiscard]] std::optional<Value> next(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, patience, [this] { return ready_.contains(taken_); })) {
      return std::nullopt;
    }
    Outcome outcome = std::move(ready_.extract(taken_).mapped());
    ++taken_;
    room_.notify_all();
    lock.unlock();
    if (const auto* error = std::get_if<std::exception_ptr>(&outcome)) {
      std::rethrow_exception(*error);
    }
    return std::get<Value>(std::move(outcome));
  }

  /// True when every value was given out.
  [[nodiscard]] bool is_done() const {
    const std::lock_guard lock(mutex_);
    return taken_ == end_;
  }

  /// How many values were computed, given out or not.
  [[nodiscard]] std::uint64_t made() const {
    const std::lock_guard lock(mutex_);
    return taken_ - first_ + ready_.size();
  }

 private:
  using Outcome = std::variant<Value, std::exception_ptr>;

  /// How far the computed values may be ahead of those given out: memory must not grow with the work.
  static constexpr std::uint64_t kMostAhead = 16'384;

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      room_.wait(lock, [this] { return stopping_ || claimed_ == end_ || claimed_ - taken_ < kMostAhead; });
      if (stopping_ || claimed_ == end_) {
        return;
      }
      const std::uint64_t index = claimed_++;
      lock.unlock();
      Outcome outcome = compute(index);
      lock.lock();
      ready_.emplace(index, std::move(outcome));
      arrived_.notify_one();
    }
  }

  [[nodiscard]] Outcome compute(std::uint64_t index) const {
    try {
      return make_(index);
    } catch (...) {
      return std::current_exception();
    }
  }

  Make make_;
  std::uint64_t first_;
  std::uint64_t end_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable room_;
  std::condition_variable arrived_;
  std::uint64_t claimed_;  // the next index that no thread has taken on
  std::uint64_t taken_;    // the next index that is to be given out
  std::map<std::uint64_t, Outcome> ready_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace portsim
