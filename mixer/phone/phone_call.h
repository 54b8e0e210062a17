#pragma once

// One answered call, from its media to what its keys do: RTP in and out, the way in (EntryFlow) and
// what is told on it, the place where it is heard (the lobby, then a room), and its voice as a
// microphone of the room. Its ticks are its room's, on the thread that mixes that; all else is the
// Switchboard's, on the phone thread, between ticks. Rooms outlive the calls in them.

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

// What all calls share; outlives them. The phone thread's, but for what ticks need: `random`, which
// is then the system's, and `dtls`, which does not change.
struct PhoneCallContext {
  const PromptLibrary& prompts;
  Lockout& lockout;
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

  // A tick, by the room that the call is in: what has come and what is said to the caller goes into
  // it; then, when it has mixed, what they hear goes out. Both touch nothing that another room's
  // calls do.
  void Receive(Timestamp now, WallTime wall, sip::RtpBatch& batch);
  void Send(Timestamp now, WallTime wall);
  // `turns` calls before it is this one's turn in either, from kMostAhead to 0: each time what is
  // reached through what was asked for the time before. Of a call in a room.
  static constexpr int kMostAhead = 3;
  void PrefetchAhead(int turns) const;
  // There is something for HandleNoted() since the tick.
  bool noted(Timestamp now) const;
  // After the tick of all rooms: keys, prompts that are over, and the caller's voice, which goes to
  // the workers.
  void HandleNoted(Timestamp now);

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
  void SendVoice(Timestamp now);

  PhoneCallInfo info_;
  PhoneCallContext& context_;
  EntryFlow flow_;
  PromptPlayer player_;
  sip::AudioStream stream_;
  bool known_ = false;
  bool declined_ = false;
  bool muted_ = false;
  std::optional<AdmitCall> admission_;
  PhoneRoom* admitted_to_ = nullptr;  // until the flow lets it in
  SampleRate track_rate_{};
  std::optional<RtpLeg> leg_;

  // What every tick looks at, besides the leg: side by side and last, for Prefetch().
  std::unique_ptr<sip::RtpSocket> socket_;
  std::unique_ptr<CallSecurity> security_;  // none: plain RTP
  std::unique_ptr<PublishedTrack> track_;
  PhoneRoom* room_ = nullptr;  // where it is heard; none before it is established
  LegId place_;                // in room_
  int ticks_to_rtcp_ = 0;
  bool was_playing_ = false;
  bool prompts_done_ = false;
  bool hangup_ = false;
  std::optional<int> transfer_answer_;
  std::span<const uint8_t> voice_packet_;  // of this tick, in track_; empty: none
  std::deque<PhoneEvent> events_;
};

}  // namespace parley
