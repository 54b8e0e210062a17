#pragma once

// One caller whose PIN was right: waits in the lobby or is in the room, does what their keys ask
// for, and is told what happens there. What the room tells it goes to the phone thread; out of such
// a call it never calls back into the room. Owned by the PhoneDesk; signaling thread.

#include <optional>
#include <string>
#include <string_view>

#include "mixer/port/phone_port.h"
#include "mixer/port/phone_words.h"
#include "sfu/base/ids.h"
#include "signaling/phone/room_listeners.h"
#include "signaling/room/lobby.h"
#include "signaling/room/now.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/room.h"

namespace parley {

class PhoneCaller final : public ParticipantSink, public LobbySink {
 public:
  // What all callers share; outlives them.
  struct Desk {
    PhonePort& phones;
    RoomListeners& listeners;
    bool sweep = false;  // somebody is gone()
  };

  // `request` is that of the PIN, `ssrc` that of the microphone to be.
  PhoneCaller(Desk& desk, PhoneCallId call, uint32_t request, Ssrc ssrc, Room& room)
      : desk_(desk), call_(call), request_(request), ssrc_(ssrc), room_(room) {}
  ~PhoneCaller() override;

  // It has knocked, as `id`.
  void Wait(std::string id) { waiting_ = std::move(id); }
  // It is in the room.
  void Enter(Participant& participant);
  bool IsOf(const Room& room) const { return !gone_ && &room_ == &room; }
  // The room let go of it, or of the lobby it waited in.
  bool gone() const { return gone_; }
  // The call is over: leaves, unless gone().
  void Leave(Now now);
  // Keys were pressed; nothing unless it is in the room.
  void Do(KeypadCommand command, Now now);

  // ParticipantSink; Deliver is the LobbySink's too
  void Deliver(std::string_view) override {}
  void Detached(CloseCode code) override;
  void OnChanged(const Participant& participant) override;
  void OnOther(const Participant& other, bool joined) override;
  void OnAsked(SourceKind source) override;
  void OnKnock() override;
  void OnLocked(bool locked) override;
  void OnRecording(bool on) override;
  // The LobbySink's too.
  void OnAnnouncement() override { Tell(PhoneNotice::kAnnouncement); }

  // LobbySink
  void OnPlace(size_t) override {}
  void OnHostArrived() override { Tell(PhoneNotice::kHostArrived); }
  void OnAdmitted(Room& room, Participant& participant, std::optional<std::string> answer,
                  Now now) override;
  void OnTurnedAway(CloseCode code, std::string_view message) override;

 private:
  void Tell(PhoneNotice notice);
  void ToggleConsent();
  // The keys of a host, which the page has buttons for.
  void MuteAll();
  void ToggleLock(Now now);
  void AdmitNext(Now now);
  void Go();

  Desk& desk_;
  const PhoneCallId call_;
  const uint32_t request_;
  const Ssrc ssrc_;
  Room& room_;  // only while not gone_
  const RoomId room_id_ = room_.id();
  std::string waiting_;                 // its id in the lobby; empty: not there
  Participant* participant_ = nullptr;  // null unless in the room
  bool listens_ = false;
  bool gone_ = false;
  bool host_ = false;
  bool in_audience_ = false;  // of a webinar: listens until called on stage
  bool microphone_on_ = false;
  bool hand_up_ = false;
  bool by_key_ = false;  // what comes of a key is not told as a host's doing
};

}  // namespace parley
