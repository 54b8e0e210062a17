#include "signaling/features/chat/held_messages.h"

#include <algorithm>
#include <utility>

namespace parley {

std::expected<void, Error> HeldMessages::HasSpaceFor(std::string_view participant) const {
  const auto own = std::ranges::count(messages_, participant, &ChatMessage::participant);
  if (messages_.size() < kHeldMessages && own < static_cast<std::ptrdiff_t>(kHeldOfOne)) return {};
  return std::unexpected(Error::Of(
      ErrorCode::kTooLarge, "Too many messages wait for a host: write again when they are read."));
}

const ChatMessage& HeldMessages::Add(ChatMessage message) {
  messages_.push_back(std::move(message));
  const ChatMessage& added = messages_.back();
  rows_.Save(added.row_key(), WriteObject([&](JsonWriter& w) { WriteMembers(w, added); }));
  return added;
}

std::optional<ChatMessage> HeldMessages::Take(std::string_view id) {
  const auto found = std::ranges::find(messages_, id, &ChatMessage::id);
  if (found == messages_.end()) return std::nullopt;
  std::optional<ChatMessage> taken(std::move(*found));
  messages_.erase(found);
  rows_.Forget(taken->row_key());
  return taken;
}

void HeldMessages::Clear() {
  for (const ChatMessage& message : messages_) rows_.Forget(message.row_key());
  messages_.clear();
}

}  // namespace parley
