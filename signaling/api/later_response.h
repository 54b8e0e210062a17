#pragma once

// A response that another thread is still at work on. The signaling thread hands it out with the
// HttpResponse that it will become, and takes what is in it once it is ready; the other thread
// gives it once, and wakes the server's loop afterwards. If nobody waits any more it is in vain.

#include <atomic>
#include <utility>

#include "signaling/api/http_message.h"

namespace parley {

class LaterResponse {
 public:
  void Give(HttpResponse response) {
    response_ = std::move(response);
    // Release: whoever sees the flag sees the response.
    ready_.store(true, std::memory_order_release);
  }
  bool ready() const { return ready_.load(std::memory_order_acquire); }
  // Once, when ready().
  HttpResponse Take() { return std::move(response_); }

 private:
  HttpResponse response_;
  std::atomic<bool> ready_{false};
};

}  // namespace parley
