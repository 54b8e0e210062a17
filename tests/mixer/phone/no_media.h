#pragma once

// For phones whose calls never meet a room.

#include <functional>

#include "sfu/port/local_media.h"

namespace parley {

class NoMedia final : public LocalMediaPort {
 public:
  PacketPool& pool() override { return pool_; }
  bool Send(WorkerIndex, LocalPacket) override { return true; }
  void Flush() override {}
  void Receive(const std::function<void(LocalPacket)>&) override {}

 private:
  PacketPool pool_{64};
};

}  // namespace parley
