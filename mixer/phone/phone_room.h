#pragma once

// What phones of one place hear: a meeting; or the lobby, where callers who have not entered yet
// hear only what they are told; or where they wait to be let in, with music. Owned by the
// Switchboard; phone thread, which lends it to a mixer thread for each tick.

#include <optional>
#include <span>
#include <vector>

#include "mixer/audio/mix_room.h"
#include "mixer/ivr/music_loop.h"
#include "mixer/net/rtp_socket.h"
#include "mixer/phone/room_speakers.h"
#include "sfu/base/ids.h"
#include "sfu/base/units.h"

namespace parley {

class PhoneCall;

class PhoneRoom {
 public:
  // The lobby.
  PhoneRoom() = default;
  // A lobby with the library's music, which all hear at the same place and share the encoding of.
  explicit PhoneRoom(const PromptLibrary& prompts) : music_(prompts) {}
  explicit PhoneRoom(const std::array<Ssrc, kSpeakerSeats>& seats) : speakers_(seats) {}

  MixRoom& mix() { return mix_; }
  bool is_lobby() const { return !speakers_; }

  // Calls that are legs of mix().
  void Add(PhoneCall& call) { calls_.push_back(&call); }
  void Remove(PhoneCall& call) { std::erase(calls_, &call); }
  size_t call_count() const { return calls_.size(); }

  void AddSource(SourceId source) { phones_.push_back(source); }
  void RemoveSource(SourceId source) { std::erase(phones_, source); }

  void HandleRtp(std::span<const uint8_t> packet, Timestamp at) {
    if (speakers_) speakers_->HandleRtp(packet, phones_, at);
  }

  // 20 ms of everybody in it: their packets, the mix, what they hear. Touches nothing but its calls
  // and their sockets, so several rooms may have theirs at once, on as many threads.
  void Tick(Timestamp now, WallTime wall, sip::RtpBatch& batch);
  // Appends the calls for which something is left to do after it (PhoneCall::HandleNoted).
  void TakeNoted(std::vector<PhoneCall*>& out);

 private:
  MixRoom mix_;
  std::optional<RoomSpeakers> speakers_;
  std::optional<MusicLoop> music_;
  std::vector<PhoneCall*> calls_;
  std::vector<PhoneCall*> noted_;
  std::vector<SourceId> phones_;  // of the callers in it
};

}  // namespace parley
