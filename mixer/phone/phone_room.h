#pragma once

// What phones of one place hear: a meeting; or the lobby, where callers who have not entered yet
// hear only what they are told; or where they wait to be let in, with music. Owned by the
// Switchboard; phone thread.

#include <optional>
#include <span>
#include <vector>

#include "mixer/audio/mix_room.h"
#include "mixer/ivr/music_loop.h"
#include "mixer/phone/room_speakers.h"
#include "sfu/base/ids.h"
#include "sfu/base/units.h"

namespace parley {

class PhoneRoom {
 public:
  // The lobby.
  PhoneRoom() = default;
  // A lobby with the library's music, which all hear at the same place and share the encoding of.
  explicit PhoneRoom(const PromptLibrary& prompts) : music_(prompts) {}
  explicit PhoneRoom(const std::array<Ssrc, kSpeakerSeats>& seats) : speakers_(seats) {}

  MixRoom& mix() { return mix_; }
  bool is_lobby() const { return !speakers_; }

  void AddSource(SourceId source) { phones_.push_back(source); }
  void RemoveSource(SourceId source) { std::erase(phones_, source); }

  void HandleRtp(std::span<const uint8_t> packet, Timestamp at) {
    if (speakers_) speakers_->HandleRtp(packet, phones_, at);
  }
  // After the frames of all calls have been set.
  void Tick(Timestamp now) {
    if (mix_.leg_count() == 0) return;
    if (speakers_) speakers_->Tick(mix_, now);
    if (music_) mix_.SetInput(0, music_->Next(), SampleRate::k8kHz);
    mix_.Tick();
  }

 private:
  MixRoom mix_;
  std::optional<RoomSpeakers> speakers_;
  std::optional<MusicLoop> music_;
  std::vector<SourceId> phones_;  // of the callers in it
};

}  // namespace parley
