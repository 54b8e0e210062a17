#pragma once

// How a worker sleeps and how others wake it: an eventfd in its event loop and a flag that says
// whether anybody is asleep, so that a busy worker costs its peers no system call and a parked one
// is woken once. The sleeper calls Park() before its last look at the rings and Unpark() after it
// woke; a producer calls Notify() after each batch it pushed. The owner's thread and any other.

#include <atomic>

namespace parley {

class Parking {
 public:
  Parking();
  ~Parking();
  Parking(const Parking&) = delete;
  Parking& operator=(const Parking&) = delete;

  int fd() const { return fd_; }

  // Owner. From here on a Notify() writes to the eventfd; look at the rings once more before
  // sleeping.
  void Park() {
    parked_.store(true, std::memory_order_relaxed);
    // Against the fence in Notify(): either the producer sees parked_, or our look at the rings
    // that follows sees what it pushed. Acquire and release alone would allow neither.
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
  // Relaxed: it only saves the next producer a system call.
  void Unpark() { parked_.store(false, std::memory_order_relaxed); }
  // Owner, when fd() became readable.
  void Clear();

  // Any other thread. True when it had to wake the owner.
  bool Notify() {
    std::atomic_thread_fence(std::memory_order_seq_cst);  // see Park()
    if (!parked_.load(std::memory_order_relaxed)) return false;
    // The exchange leaves one of several producers to write.
    if (!parked_.exchange(false, std::memory_order_relaxed)) return false;
    Wake();
    return true;
  }

 private:
  void Wake();

  int fd_;
  alignas(64) std::atomic<bool> parked_{false};
};

}  // namespace parley
