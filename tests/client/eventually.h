#pragma once

// Waiting for what another thread or process does.

#include <chrono>
#include <thread>

namespace parley::test {

// Whether `condition` comes true, which is asked each 50 ms, in a time that only a fault takes.
template <class Condition>
bool Eventually(Condition condition, std::chrono::seconds patience = std::chrono::seconds(40)) {
  constexpr std::chrono::milliseconds kStep(50);
  for (auto left = patience / kStep; left > 0; --left) {
    if (condition()) return true;
    std::this_thread::sleep_for(kStep);
  }
  return condition();
}

}  // namespace parley::test
