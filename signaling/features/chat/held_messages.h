#pragma once

// What is to be said to everyone in a chat that is moderated, until a host lets it through or not.
// Kept over a restart of the server. Signaling thread; bounded by kHeldMessages.

#include <cstddef>
#include <deque>
#include <expected>
#include <optional>
#include <string_view>

#include "signaling/features/chat/chat_message.h"
#include "signaling/protocol/error.h"
#include "signaling/room/feature_rows.h"

namespace parley {

inline constexpr size_t kHeldMessages = 200;
inline constexpr size_t kHeldOfOne = 20;

class HeldMessages {
 public:
  // `rows`: where they are kept; outlives this.
  explicit HeldMessages(FeatureRows& rows) : rows_(rows) {}

  // too_large when too many wait, of all or of its author.
  std::expected<void, Error> HasSpaceFor(std::string_view participant) const;
  const ChatMessage& Add(ChatMessage message);
  // Of that id, which waits no longer; nothing when there is none.
  std::optional<ChatMessage> Take(std::string_view id);
  void Restore(ChatMessage message) { messages_.push_back(std::move(message)); }
  void Clear();
  // In the order in which they came.
  const std::deque<ChatMessage>& all() const { return messages_; }

 private:
  FeatureRows& rows_;
  std::deque<ChatMessage> messages_;
};

}  // namespace parley
