#pragma once

// The way to what webhooks were not delivered, for the API. Any thread.

#include <functional>
#include <vector>

#include "signaling/hooks/webhook_event.h"

namespace parley {

class DeadLetters {
 public:
  virtual ~DeadLetters() = default;
  // The latest first. `done` gets them, perhaps on another thread.
  virtual void Read(std::function<void(std::vector<DeadLetter>)> done) = 0;
};

}  // namespace parley
