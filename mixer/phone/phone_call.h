#pragma once

// One answered call, from its media to what its keys do: RTP in and out, the way in (EntryFlow) and
// what is told on it, the place where it is heard (the lobby, then a room), and its voice as a
// microphone of the room. Driven by the Switchboard once a tick; phone thread. Rooms outlive the
// calls in them.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "mixer/audio/published_track.h"
#include "mixer/audio/rtp_leg.h"
#include "mixer/ivr/entry_flow.h"
#include "mixer/ivr/prompt_library.h"
#include "mixer/ivr/prompt_player.h"
#include "mixer/net/rtp_socket.h"
#include "mixer/phone/call_security.h"
#include "mixer/phone/phone_room.h"
#include "mixer/port/phone_commands.h"
#include "mixer/port/phone_events.h"
#include "mixer/sip/audio_stream.h"
#include "sfu/port/local_media.h"

namespace parley {

struct PhoneCallInfo {
  PhoneCallId id;
  std::string caller;
  std::string caller_name;
  std::string pin;             // dialled itself; empty: it is asked for
  std::string room;            // whose own number was dialled; empty: none's
  std::optional<DialId> dial;  // we call them
  EntryFlowConfig entry;
};

// What all calls share; outlives them.
struct PhoneCallContext {
  const PromptLibrary& prompts;
  PinLockout& lockout;
  LocalMediaPort& media;
  RandomSource& random;
  const DtlsContext& dtls;
  PhoneRoom& lobby;
  PhoneRoom& waiting_room;
};

class PhoneCall {
 public:
  PhoneCall(PhoneCallInfo info, PhoneCallContext& context);
  ~PhoneCall();
  PhoneCall(const PhoneCall&) = delete;
  PhoneCall& operator=(const PhoneCall&) = delete;

  PhoneCallId id() const { return info_.id; }
  // The signaling thread knows of it.
  bool known() const { return known_; }
  // We called, and whoever answered did not want to be in.
  bool declined() const { return declined_; }
  bool established() const { return leg_.has_value(); }
  PhoneRoom* room() const { return room_; }

  // Before it is answered.
  void SetSocket(std::unique_ptr<sip::RtpSocket> socket) { socket_ = std::move(socket); }
  uint16_t port() const { return socket_->port(); }

  // The call was answered: into the lobby, and the way in begins.
  void Establish(const sip::AudioStream& stream, Timestamp now);
  void ChangeMedia(const sip::AudioStream& stream, Timestamp now);
  void HandleInfoKey(char key, Timestamp now);
  // The far end wants the caller in the room of this PIN: TakeTransferAnswer() says what came of
  // it. False when it is refused at once.
  [[nodiscard]] bool Transfer(std::string pin, Timestamp now);

  // Of the signaling thread.
  void AnswerPin(uint32_t request, PinVerdict verdict, Timestamp now);
  void Admit(const AdmitCall& admission, PhoneRoom& room, Timestamp now);
  void Refuse(Timestamp now);
  void SetMuted(bool muted);
  void SetHost(bool host) { flow_.SetHost(host); }
  void Tell(PhoneNotice notice, Timestamp now);
  void TellPeople(uint32_t people, Timestamp now);
  void Remove(bool conference_ended, Timestamp now);
  // Its room is closed: back into the lobby.
  void LeaveRoom();

  // A tick: what has come, what the caller says and presses goes into the room; then, when the
  // rooms have mixed, what they hear goes out.
  void Receive(Timestamp now, WallTime wall, sip::RtpBatch& batch);
  void Send(Timestamp now, WallTime wall);

  // Appends what the signaling thread is to be told.
  void TakeEvents(std::deque<PhoneEvent>& out);
  // Everything has been said that was to be said before hanging up.
  bool wants_hangup() const { return hangup_ && !player_.playing(); }
  // A SIP status, once.
  std::optional<int> TakeTransferAnswer() { return std::exchange(transfer_answer_, std::nullopt); }
  const RtpLeg* leg() const { return leg_ ? &*leg_ : nullptr; }

 private:
  void MakeLeg(Timestamp now);
  void Fetch(sip::RtpSocket::Port port, Timestamp now, WallTime wall, sip::RtpBatch& batch);
  void HandlePacket(std::span<uint8_t> bytes, const SocketAddress& from, Timestamp at,
                    WallTime wall);
  void SendTo(sip::RtpSocket::Port port, std::span<const uint8_t> packet, bool rtcp,
              const SocketAddress& to);
  void EnterPlace(PhoneRoom& room);
  void LeavePlace();
  // Until the call is in a room: with music or without.
  void ChooseLobby();
  void Enter();
  void ApplyMute();
  void Publish();
  // Does what the flow asks for.
  void Follow();
  void Say(const std::vector<std::string>& prompts);

  PhoneCallInfo info_;
  PhoneCallContext& context_;
  EntryFlow flow_;
  PromptPlayer player_;
  bool was_playing_ = false;
  bool hangup_ = false;
  int ticks_to_rtcp_ = 0;
  bool known_ = false;
  bool declined_ = false;
  std::optional<int> transfer_answer_;

  std::unique_ptr<sip::RtpSocket> socket_;
  sip::AudioStream stream_;
  std::optional<RtpLeg> leg_;
  std::optional<CallSecurity> security_;  // none: plain RTP

  PhoneRoom* room_ = nullptr;  // where it is heard; none before it is established
  LegId place_;                // in room_
  bool muted_ = false;
  std::optional<AdmitCall> admission_;
  PhoneRoom* admitted_to_ = nullptr;  // until the flow lets it in
  std::optional<PublishedTrack> track_;
  SampleRate track_rate_{};
  std::deque<PhoneEvent> events_;
};

}  // namespace parley
