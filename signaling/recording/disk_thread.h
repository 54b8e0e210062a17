#pragma once

// A thread for what the signaling thread must not wait for: reading and mending recordings. Jobs
// run one after the other, in the order they came; at most kMaxJobs wait. Any thread may post.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace parley {

class DiskThread {
 public:
  static constexpr size_t kMaxJobs = 1024;

  DiskThread();
  // The job that runs is waited for; those behind it are dropped.
  ~DiskThread();
  DiskThread(const DiskThread&) = delete;
  DiskThread& operator=(const DiskThread&) = delete;

  // False when too many wait. A job must not throw; a long one should look at stopping().
  bool Post(std::function<void()> job);
  bool stopping() const;
  // Returns early when the thread is to stop.
  void Wait(std::chrono::milliseconds time);

 private:
  void Run();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace parley
