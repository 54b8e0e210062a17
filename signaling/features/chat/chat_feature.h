#pragma once

// What is said in writing. The latest messages are kept for those who come later
// (Limits::chat_history); with the last participant they are forgotten: what was said is for those
// who were there. Signaling thread.

#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <string>

#include "sfu/base/units.h"
#include "signaling/room/feature.h"

namespace parley {

struct ChatMessage {
  std::string id;
  std::string participant;
  std::string name;  // as it was when it was said
  std::string text;
  WallTime at;
};

class ChatFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit ChatFeature(Room& room) : room_(room) {}

  // Oldest first.
  const std::deque<ChatMessage>& messages() const { return messages_; }

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnEmpty() override { messages_.clear(); }
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;

 private:
  Room& room_;
  uint64_t count_ = 0;
  std::deque<ChatMessage> messages_;
};

}  // namespace parley
