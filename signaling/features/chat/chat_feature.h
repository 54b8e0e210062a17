#pragma once

// What is said in writing: to everyone, to the hosts, or to one. The latest messages are shown to
// those who come later (Limits::chat_history), also after a restart of the server; with the last
// participant they are forgotten: what was said is for those who were there, and what was not said
// to one only is for the report. Where it is moderated, what others than hosts say to everyone
// waits for a host. Signaling thread; bounded by kChatLog, kChatLogBytes and kHeldMessages.

#include <cstdint>
#include <deque>
#include <expected>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sfu/base/units.h"
#include "signaling/features/chat/chat_message.h"
#include "signaling/features/chat/held_messages.h"
#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

// Kept for the report.
inline constexpr size_t kChatLog = 5000;
inline constexpr size_t kChatLogBytes = 4 << 20;

class ChatFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit ChatFeature(Room& room);

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnRoleChanged(const Participant& participant) override;
  void OnLeft(const Participant& participant, Now now) override;
  void OnEmpty() override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;
  void Restore(std::string_view key, std::string_view value) override;
  void ReportTo(MeetingReport& report, Now now) const override;

 private:
  using Result = std::expected<std::string, Error>;

  Result Say(Participant& from, const FeatureRequest& request, Now now);
  Result Delete(const Participant& from, const FeatureRequest& request);
  Result SetSlowMode(const Participant& from, const FeatureRequest& request);
  Result SetModerated(const Participant& from, const FeatureRequest& request);
  Result Hold(ChatMessage message);
  Result Approve(const Participant& from, const FeatureRequest& request, Now now);
  // One that waits no longer, one way or the other.
  void TellDecided(const ChatMessage& held, const Participant& by, bool approved);
  // Adds it, and tells it to all who may see it.
  void Publish(ChatMessage message);
  void SaveSettings();
  void WriteSettings(JsonWriter& w) const;
  // Empty for everyone. Errors: forbidden, participant_not_found, bad_request.
  Result ReadRecipient(const Participant& from, std::string wanted) const;
  std::expected<void, Error> KeepPace(const Participant& from, Now now);
  // One event to all who may see the message.
  template <class WriteData>
  void Tell(const ChatMessage& message, std::string_view type, WriteData write_data);
  void Add(ChatMessage message);
  void Drop(std::deque<ChatMessage>::iterator message);

  Room& room_;
  FeatureRows rows_;
  HeldMessages held_{rows_};
  bool moderated_ = false;
  uint64_t count_ = 0;
  std::deque<ChatMessage> messages_;  // oldest first, those that are not for everyone among them
  size_t hidden_ = 0;                 // so many of the oldest are shown to nobody any more
  size_t bytes_ = 0;                  // of their texts
  Duration slow_;  // between two messages of one participant; zero: as fast as they like
  std::unordered_map<std::string, Timestamp> next_message_;  // of whom slow mode holds
};

}  // namespace parley
