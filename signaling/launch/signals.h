#pragma once

#include <pthread.h>
#include <signal.h>

#include <cstdlib>
#include <functional>
#include <thread>
#include <utility>

namespace parley {

// SIGINT and SIGTERM, taken by a thread of their own: the first stops cleanly, the second at once.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);  // inherited by every later thread
  }
  void Watch(std::function<void()> on_first) {
    std::thread([set = set_, on_first = std::move(on_first)] {
      int signal = 0;
      sigwait(&set, &signal);
      on_first();
      sigwait(&set, &signal);
      std::_Exit(128 + signal);
    }).detach();
  }

 private:
  sigset_t set_;
};

}  // namespace parley
