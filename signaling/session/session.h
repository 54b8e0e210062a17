#pragma once

// One client's socket as a state machine: takes its messages, answers each once, and passes on what
// its room says. Outside first, perhaps waiting in a lobby, then a member. The participant belongs
// to the Room and outlives the session by the resume grace. Signaling thread; sends through a
// SessionSink and never blocks.

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sfu/base/socket_address.h"
#include "signaling/protocol/error.h"
#include "signaling/protocol/messages.h"
#include "signaling/protocol/requests.h"
#include "signaling/protocol/types.h"
#include "signaling/room/now.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/room.h"
#include "signaling/session/session_context.h"
#include "signaling/session/token_bucket.h"

namespace parley {

// The socket below a session. Both only queue: neither calls back into the session before it
// returned, and what was sent before Close still goes out.
class SessionSink {
 public:
  virtual ~SessionSink() = default;
  virtual void Send(std::string_view message) = 0;
  // The same; nobody waits for it, and many may leave together.
  virtual void SendSoon(std::string_view message) { Send(message); }
  // At most once; the session ignores whatever comes in afterwards.
  virtual void Close(CloseCode code, std::string_view reason) = 0;
};

class Session final : public ParticipantSink, public LobbySink {
 public:
  // `sink` outlives the session; `peer` is the client's address as the limits should see it.
  Session(SessionContext& context, SessionSink& sink, const SocketAddress& peer);
  // HandleClosed comes first.
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // One whole text message.
  void HandleMessage(std::string_view text, Now now);
  // A message that could not be taken (binary, or too large to collect): closes the session.
  void HandleUnacceptable(CloseCode code);
  // The socket is gone, or is about to be: the participant waits for a resume.
  void HandleClosed(Now now);

  bool closed() const { return closed_; }

  // ParticipantSink; Deliver is the LobbySink's too.
  void Deliver(std::string_view message) override;
  void DeliverSoon(std::string_view message) override;
  void Detached(CloseCode code) override;
  // LobbySink
  void OnPlace(size_t place) override;
  void OnAdmitted(Room& room, Participant& participant, std::optional<std::string> answer,
                  Now now) override;
  void OnTurnedAway(CloseCode code, std::string_view message) override;

 private:
  using Result = std::expected<std::string, Error>;
  // What a participant to be has negotiated.
  struct Negotiated {
    std::array<SourceId, kSourceKinds> sources;
    std::unique_ptr<PeerState> peer;
    std::optional<MediaPlan> media;
    std::optional<std::string> answer;
  };

  // Each answers one request; `id` goes into the result.
  Result Handle(int32_t id, const JoinRequest& join, Now now);
  Result Handle(int32_t id, const ResumeRequest& resume, Now now);
  Result Handle(int32_t id, const OfferRequest& offer, Now now);
  Result Handle(int32_t id, const ViewRequest& view, Now now);
  Result Handle(int32_t id, const PublishRequest& publish, Now now);
  Result Handle(int32_t id, const RenameRequest& rename, Now now);
  Result Handle(int32_t id, const MuteRequest& mute, Now now);
  Result Handle(int32_t id, const RemoveRequest& remove, Now now);
  Result Handle(int32_t id, const RecordRequest& record, Now now);
  Result Handle(int32_t id, const ConsentRequest& consent, Now now);
  Result Handle(int32_t id, const EndRequest& end, Now now);
  Result Handle(int32_t id, const LeaveRequest& leave, Now now);
  Result Handle(int32_t id, const PingRequest& ping, Now now);
  Result Handle(int32_t id, const FeatureRequest& request, Now now);
  // By HostActs.
  template <class Request>
  Result Act(int32_t id, const Request& request, Now now);

  // Joining and resuming are for those outside, at a bounded rate; all else is for members.
  std::expected<void, Error> MayEnter(Now now);
  bool Flooding(int32_t id, Now now);
  Result Enter(int32_t id, Room& room, Newcomer newcomer, const std::optional<SdpOffer>& offer,
               bool resumed, Now now);
  std::expected<Negotiated, Error> Negotiate(Room& room, const std::optional<SdpOffer>& offer);
  Result ResumeMember(int32_t id, Room& room, Participant& participant, const ResumeRequest& resume,
                      Now now);
  std::expected<std::string, Error> ConnectMedia(Room& room, Participant& participant,
                                                 const SdpOffer& offer);
  std::expected<std::string, Error> ConnectBeside(Room& room, Participant& participant,
                                                  const SdpOffer& offer);
  // In session_lobby.cc: what becomes of somebody who is not let in at once.
  Result Wait(int32_t id, Room& room, Lobby& lobby, Newcomer newcomer,
              const std::optional<SdpOffer>& offer, Now now);
  Result ResumeWaiting(int32_t id, Room& room, Knock& knock, const ResumeRequest& resume, Now now);
  Result StopWaiting(int32_t id);
  std::string WaitingAnswer(int32_t id, Room& room, const Knock& knock, Now now);

  JoinResult Entered(std::optional<std::string> answer, std::optional<TransportOutcome> transport,
                     Now now);
  std::string ResumeToken(Now now) const;
  void CloseWith(CloseCode code);

  SessionContext& context_;
  SessionSink& sink_;
  const SocketAddress peer_;
  TokenBucket messages_;
  int refused_in_a_row_ = 0;

  Room* room_ = nullptr;  // both null until joined and after the end
  Participant* participant_ = nullptr;
  Room* lobby_of_ = nullptr;              // null unless waiting
  std::string waiting_;                   // ... under this id
  bool answering_ = false;                // a close waits until the answer is out
  std::optional<CloseCode> close_after_;  // ... and then happens with this
  bool closed_ = false;
};

}  // namespace parley
