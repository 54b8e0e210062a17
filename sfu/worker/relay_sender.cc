#include "sfu/worker/relay_sender.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace parley {

RelaySender::RelaySender(WorkerIndex self, CoreLinks& links, WorkerMetrics& metrics)
    : links_(links), metrics_(metrics), to_(static_cast<size_t>(links.workers())) {
  for (size_t i = 0; i < to_.size(); ++i) {
    to_[i].to = WorkerIndex(static_cast<uint8_t>(i));
    if (to_[i].to == self) continue;
    to_[i].ring = &links.ring(self, to_[i].to);
    to_[i].waiting.reserve(kBatch);
  }
}

void RelaySender::Send(std::span<RelayMessage> messages) {
  for (RelayMessage& message : messages) {
    Link* last = nullptr;
    for (uint64_t workers = message.workers; workers != 0; workers &= workers - 1) {
      const auto target = static_cast<size_t>(std::countr_zero(workers));
      if (target >= to_.size() || to_[target].ring == nullptr) continue;
      if (last != nullptr) Queue(*last, message.Copy());
      last = &to_[target];
    }
    if (last != nullptr) Queue(*last, std::move(message));
  }
}

void RelaySender::Queue(Link& link, RelayMessage message) {
  if (link.waiting.size() == kBatch) Push(link);
  link.waiting.push_back(std::move(message));
}

void RelaySender::Flush() {
  for (Link& link : to_) {
    if (!link.waiting.empty()) Push(link);
  }
}

void RelaySender::Push(Link& link) {
  const size_t reserve = link.ring->capacity() / 4;
  size_t room = link.ring->Room(link.waiting.size() + reserve);
  if (room < link.waiting.size() + reserve || link.broken_count > 0) {
    std::erase_if(link.waiting, [&](const RelayMessage& message) {
      if (!Admit(link, message, room)) return true;
      --room;
      return false;
    });
  }
  const size_t pushed = link.ring->PushBatch(link.waiting);
  link.waiting.clear();
  metrics_.relay_sent.Add(pushed);
  if (links_.parking(link.to).Notify()) metrics_.wakes_sent.Add();
}

bool RelaySender::Admit(Link& link, const RelayMessage& message, size_t room) {
  if (!message.is_video_packet()) {
    if (room == 0) metrics_.relay_dropped_other.Add();
    return room != 0;
  }
  const auto& relayed = std::get<RelayedPacket>(message.body);
  BrokenFrame* const end = link.broken.data() + link.broken_count;
  BrokenFrame* const known = std::find_if(link.broken.data(), end, [&](const BrokenFrame& b) {
    return b.source == relayed.source && b.encoding == relayed.meta.encoding;
  });
  const bool of_broken_frame = known != end && known->timestamp == relayed.meta.timestamp;
  // The last quarter of the ring is for audio and requests.
  if (!of_broken_frame && room > link.ring->capacity() / 4) {
    // A later frame: the broken one is over.
    if (known != end) *known = link.broken[--link.broken_count];
    return true;
  }
  metrics_.relay_dropped_video.Add();
  const BrokenFrame frame{relayed.source, relayed.meta.encoding, relayed.meta.timestamp};
  if (known != end) {
    *known = frame;
  } else if (link.broken_count < link.broken.size()) {
    link.broken[link.broken_count++] = frame;
  }
  return false;
}

}  // namespace parley
