#pragma once

// What is said in writing: to everyone, to the hosts, or to one. The latest messages are kept for
// those who come later (Limits::chat_history), also over a restart of the server; with the last
// participant they are forgotten: what was said is for those who were there. Signaling thread.

#include <cstdint>
#include <deque>
#include <expected>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sfu/base/units.h"
#include "signaling/features/chat/chat_message.h"
#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

class ChatFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit ChatFeature(Room& room);

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnJoined(Participant& participant, Now now) override;
  void OnLeft(const Participant& participant, Now now) override;
  void OnEmpty() override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;
  void Restore(std::string_view key, std::string_view value) override;

 private:
  using Result = std::expected<std::string, Error>;

  Result Say(Participant& from, const FeatureRequest& request, Now now);
  Result Delete(const Participant& from, const FeatureRequest& request);
  Result SetSlowMode(const Participant& from, const FeatureRequest& request);
  // Empty for everyone. Errors: forbidden, participant_not_found, bad_request.
  Result ReadRecipient(const Participant& from, std::string wanted) const;
  std::expected<void, Error> KeepPace(const Participant& from, Now now);
  // One event to all who may see the message.
  template <class WriteData>
  void Tell(const ChatMessage& message, std::string_view type, WriteData write_data);
  void Drop(std::deque<ChatMessage>::iterator message);

  Room& room_;
  FeatureRows rows_;
  uint64_t count_ = 0;
  std::deque<ChatMessage> messages_;  // oldest first, those that are not for everyone among them
  Duration slow_;  // between two messages of one participant; zero: as fast as they like
  std::unordered_map<std::string, Timestamp> next_message_;  // of whom slow mode holds
};

}  // namespace parley
