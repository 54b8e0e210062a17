#pragma once

// All calls of the server and the rooms they are in: answers who calls a number of ours, takes the
// calls' media through each tick, and passes between the SIP user agent and the signaling thread.
// Phone thread; bounded by SwitchboardConfig::calls.

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "mixer/net/sip_endpoint.h"
#include "mixer/phone/call_scores.h"
#include "mixer/phone/dial_outs.h"
#include "mixer/phone/mixer_threads.h"
#include "mixer/phone/phone_call.h"
#include "mixer/phone/phone_room.h"
#include "mixer/phone/sound_counts.h"
#include "mixer/port/phone_commands.h"
#include "mixer/port/phone_events.h"
#include "sfu/base/lockout.h"

namespace parley {

struct SwitchboardConfig {
  // Numbers or names that may be dialled; empty: all. Those of PIN length are PINs unless listed.
  std::vector<std::string> numbers;
  std::vector<std::string> chinese_numbers;  // of them, where Mandarin is spoken
  struct RoomNumber {
    std::string number;
    std::string room;  // its name
  };
  std::vector<RoomNumber> room_numbers;  // beside them; these ask for no PIN
  size_t calls = 500;
  size_t mixer_threads = 1;                   // MixerThreads
  SocketAddress media;                        // where RTP is received; the port is unused
  SocketAddress advertised;                   // what SDP says instead
  std::optional<SdpFingerprint> fingerprint;  // of our DTLS certificate; none: no DTLS-SRTP
  uint16_t rtp_port = 50000;                  // of the first call; each has two
  std::optional<size_t> dial_trunk;           // that carries calls of ours; none: we call nobody
};

class Switchboard {
 public:
  struct Counts {
    uint64_t answered = 0;
    uint64_t dialled = 0;
    uint64_t unknown_numbers = 0;
    uint64_t refused_full = 0;
    uint64_t no_port = 0;
    uint64_t trunks_registered = 0;  // now
    uint64_t trunks_down = 0;        // now
  };

  // Everything outlives it.
  Switchboard(SwitchboardConfig config, const PromptLibrary& prompts, LocalMediaPort& media,
              RandomSource& random, const DtlsContext& dtls);
  ~Switchboard();

  // Before the first event.
  void Attach(sip::SipEndpoint& endpoint) { endpoint_ = &endpoint; }
  void HandleAgentEvent(const sip::AgentEvent& event, Timestamp now);
  void HandleCommand(const PhoneCommand& command, Timestamp now);
  // Every 20 ms.
  void Tick(Timestamp now, WallTime wall);
  // Appends what the signaling thread is to be told.
  void TakeEvents(std::deque<PhoneEvent>& out);

  size_t call_count() const { return calls_.size(); }
  size_t room_count() const { return rooms_.size(); }
  const Counts& counts() const { return counts_; }
  // Of ended calls and those now; walks all calls, as LowestScore().
  SoundCounts CountSound() const;
  const CallScores& scores() const { return scores_; }
  // Mean opinion score of the call that is heard worst; 0 while none is rated.
  double LowestScore() const;

 private:
  void Handle(const sip::IncomingCall& event, Timestamp now);
  void Handle(const sip::CallEstablished& event, Timestamp now);
  void Handle(const sip::CallMediaChanged& event, Timestamp now);
  void Handle(const sip::CallDtmf& event, Timestamp now);
  void Handle(const sip::CallReferred& event, Timestamp now);
  void Handle(const sip::CallEnded& event, Timestamp now);
  void Handle(const sip::CallRinging& event, Timestamp) { dials_.HandleRinging(event.call); }
  void Handle(const sip::CallEarlyMedia&, Timestamp) {}
  void Handle(const sip::CallReferResult&, Timestamp) {}
  void Handle(const sip::TrunkChanged& event, Timestamp now);

  void Apply(const OpenPhoneRoom& command, Timestamp now);
  void Apply(const ClosePhoneRoom& command, Timestamp now);
  void Apply(const AnswerPin& command, Timestamp now);
  void Apply(const AdmitCall& command, Timestamp now);
  void Apply(const RefuseCall& command, Timestamp now);
  void Apply(const SetCallMuted& command, Timestamp now);
  void Apply(const SetCallHost& command, Timestamp now);
  void Apply(const TellCall& command, Timestamp now);
  void Apply(const TellPeople& command, Timestamp now);
  void Apply(const RemoveCall& command, Timestamp now);
  void Apply(const DialOut& command, Timestamp now);
  void Apply(const CancelDial& command, Timestamp now);

  PhoneCall* Find(PhoneCallId call);
  // What is left to do of a tick once all rooms have had it.
  void HandleNoted(Timestamp now);
  // The PIN that was dialled, empty when it is a number of ours; nothing when it is neither.
  std::optional<std::string> PinIn(const std::string& dialled) const;
  // The PIN in an address of ours; nothing when it is another's, or no PIN.
  std::optional<std::string> OwnPin(const sip::Uri& target) const;
  std::unique_ptr<sip::RtpSocket> OpenSocket();
  sip::AudioOptions AudioAt(uint16_t port) const;
  // By the provider's `server`th server.
  void Begin(const DialOut& command, size_t server, Timestamp now);
  // Nothing where there is no room or no way.
  std::optional<sip::CallId> Dial(const DialOut& command, Timestamp now);

  const SwitchboardConfig config_;
  LocalMediaPort& media_;
  Lockout lockout_;
  PhoneCallContext context_;
  sip::SipEndpoint* endpoint_ = nullptr;
  std::vector<PhoneCall*> noted_;  // within a tick
  PhoneRoom lobby_;
  PhoneRoom waiting_room_;
  // Rooms before calls: calls leave their rooms when they die.
  std::unordered_map<RoomId, std::unique_ptr<PhoneRoom>> rooms_;
  std::unordered_map<TransportId, PhoneRoom*> listeners_;
  std::unordered_map<RoomId, TransportId> listener_of_;
  MixerThreads mixers_;
  std::unordered_map<sip::CallId, std::unique_ptr<PhoneCall>> calls_;
  DialOuts dials_;
  std::deque<PhoneEvent> events_;
  std::unordered_map<size_t, sip::TrunkChanged> trunks_;  // as last told
  uint16_t next_pair_ = 0;
  Counts counts_;
  SoundCounts ended_sound_;
  CallScores scores_;
};

}  // namespace parley
