#include "signaling/session/session.h"

#include <utility>
#include <variant>

#include "sfu/base/check.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/parse_request.h"
#include "signaling/protocol/refuse.h"
#include "signaling/protocol/write_message.h"
#include "signaling/room/display_name.h"
#include "signaling/room/limits.h"
#include "signaling/room/room_registry.h"
#include "signaling/session/host_acts.h"
#include "signaling/session/join_limiter.h"
#include "signaling/session/peer_connection.h"
#include "signaling/session/token_verifier.h"

namespace parley {
namespace {

std::string_view ReasonFor(CloseCode code) {
  switch (code) {
    case CloseCode::kGoingAway:
      return "the server stops";
    case CloseCode::kInvalidPayload:
      return "not a message of this protocol";
    case CloseCode::kPolicyViolation:
      return "too many messages";
    case CloseCode::kTooBig:
      return "message too large";
    case CloseCode::kReplaced:
      return "replaced by another connection";
    case CloseCode::kRemoved:
      return "removed by a host";
    case CloseCode::kEnded:
      return "the meeting was ended";
    case CloseCode::kLeft:
      return "left";
    case CloseCode::kDenied:
      return "not let in";
  }
  return "";
}

Error TooManyRequests(Duration wait) {
  Error error = Error::Of(ErrorCode::kTooManyRequests);
  error.retry_after_ms = wait.ms() + 1;
  return error;
}

template <class Body>
constexpr bool kEnters = std::is_same_v<Body, JoinRequest> || std::is_same_v<Body, ResumeRequest>;

}  // namespace

Session::Session(SessionContext& context, SessionSink& sink, const SocketAddress& peer)
    : context_(context),
      sink_(sink),
      peer_(peer),
      messages_(context.limits.messages_per_second, context.limits.message_burst) {}

Session::~Session() { PARLEY_CHECK(!participant_); }

void Session::HandleMessage(std::string_view text, Now now) {
  if (closed_) return;
  const auto request = ParseRequest(
      text, {.bytes = context_.limits.message_bytes, .depth = context_.limits.json_depth},
      context_.rooms.feature_types());
  if (Flooding(request ? request->id : request.error().id, now)) return;
  if (!request) {
    sink_.Send(WriteError(request.error().id, request.error().error));
    if (request.error().close) HandleUnacceptable(*request.error().close);
    return;
  }

  answering_ = true;
  const Result result = std::visit(
      [&]<class Body>(const Body& body) -> Result {
        if constexpr (kEnters<Body>) {
          if (auto may = MayEnter(now); !may) return std::unexpected(std::move(may.error()));
        } else if constexpr (!std::is_same_v<Body, PingRequest>) {
          if constexpr (std::is_same_v<Body, LeaveRequest>) {
            if (lobby_of_) return StopWaiting(request->id);
          }
          if (!participant_) return Refuse(ErrorCode::kNotJoined);
        }
        return Handle(request->id, body, now);
      },
      request->body);
  sink_.Send(result ? *result : WriteError(request->id, result.error()));
  answering_ = false;
  if (close_after_) CloseWith(*close_after_);
  context_.rooms.Flush();
}

void Session::HandleUnacceptable(CloseCode code) {
  if (!closed_) CloseWith(code);
}

void Session::HandleClosed(Now now) {
  closed_ = true;
  if (Participant* participant = std::exchange(participant_, nullptr)) {
    room_->Disconnect(*participant, now);
  }
  if (Room* room = std::exchange(lobby_of_, nullptr))
    room->LobbyOf(waiting_).Disconnect(waiting_, now);
  room_ = nullptr;
}

void Session::Deliver(std::string_view message) {
  if (!closed_) sink_.Send(message);
}

void Session::DeliverSoon(std::string_view message) {
  if (!closed_) sink_.SendSoon(message);
}

void Session::Detached(CloseCode code) {
  participant_ = nullptr;
  room_ = nullptr;
  if (answering_) {
    close_after_ = code;
  } else if (!closed_) {
    CloseWith(code);
  }
}

void Session::CloseWith(CloseCode code) {
  closed_ = true;
  sink_.Close(code, ReasonFor(code));
}

bool Session::Flooding(int32_t id, Now now) {
  const Duration wait = messages_.Take(now.steady);
  if (wait == Duration::Zero()) {
    refused_in_a_row_ = 0;
    return false;
  }
  sink_.Send(WriteError(id, TooManyRequests(wait)));
  if (++refused_in_a_row_ > context_.limits.flood_tolerance) {
    CloseWith(CloseCode::kPolicyViolation);
  }
  return true;
}

std::expected<void, Error> Session::MayEnter(Now now) {
  if (participant_ || lobby_of_) return Refuse(ErrorCode::kAlreadyJoined);
  if (context_.rooms.closing()) return Refuse(ErrorCode::kClosing);
  if (const Duration wait = context_.joins.Take(peer_, now.steady); wait != Duration::Zero()) {
    return std::unexpected(TooManyRequests(wait));
  }
  return {};
}

Session::Result Session::Handle(int32_t id, const OfferRequest& offer, Now) {
  std::string answer;
  if (offer.beside) {
    auto answered = ConnectBeside(*room_, *participant_, offer.offer);
    if (!answered) return std::unexpected(std::move(answered.error()));
    return WriteOfferResult(id, *answered, participant_->move->leg->slots());
  }
  if (offer.fresh || !participant_->leg) {
    auto answered = ConnectMedia(*room_, *participant_, offer.offer);
    if (!answered) return std::unexpected(std::move(answered.error()));
    answer = *std::move(answered);
  } else {
    auto renegotiated = PeerConnection::Of(*participant_)->Reoffer(offer.offer.sdp);
    if (!renegotiated) return std::unexpected(std::move(renegotiated.error()));
    if (renegotiated->restarted) {
      room_->RestartIce(*participant_, std::move(renegotiated->local_ice),
                        std::move(renegotiated->remote_ice));
    }
    answer = std::move(renegotiated->answer);
  }
  return WriteOfferResult(id, answer, participant_->leg->slots());
}

Session::Result Session::Handle(int32_t id, const ViewRequest& view, Now) {
  room_->SetView(*participant_, view);
  return WriteEmptyResult(id);
}

Session::Result Session::Handle(int32_t id, const PublishRequest& publish, Now) {
  if (!MayDo(participant_->role, Action::kPublish) ||
      !participant_->may_publish.test(IndexOf(publish.source))) {
    return Refuse(ErrorCode::kForbidden);
  }
  if (!participant_->source(publish.source).offered) return Refuse(ErrorCode::kSourceNotFound);
  room_->SetSource(*participant_, publish.source, publish.on);
  return WriteEmptyResult(id);
}

Session::Result Session::Handle(int32_t id, const RenameRequest& rename, Now now) {
  if (!rename.participant.empty() && rename.participant != participant_->id) {
    return Act(id, rename, now);
  }
  auto name = NormalizeDisplayName(rename.name, context_.limits.name_characters);
  if (!name) return Refuse(ErrorCode::kNameInvalid);
  if (!MayDo(participant_->role, Action::kRename)) return Refuse(ErrorCode::kForbidden);
  room_->Rename(*participant_, *std::move(name));
  return WriteRenameResult(id, ResumeToken(now));
}

template <class Request>
Session::Result Session::Act(int32_t id, const Request& request, Now now) {
  const HostActs acts(context_.rooms, context_.tokens, context_.limits);
  auto data = acts.Do(*room_, *participant_, request, now);
  if (!data) return std::unexpected(std::move(data.error()));
  return WriteResultOf(id, *data);
}

Session::Result Session::Handle(int32_t id, const MuteRequest& mute, Now now) {
  return Act(id, mute, now);
}

Session::Result Session::Handle(int32_t id, const RemoveRequest& remove, Now now) {
  return Act(id, remove, now);
}

Session::Result Session::Handle(int32_t id, const RecordRequest& record, Now now) {
  return Act(id, record, now);
}

Session::Result Session::Handle(int32_t id, const ConsentRequest& consent, Now) {
  room_->SetConsent(*participant_, consent.given);
  return WriteEmptyResult(id);
}

Session::Result Session::Handle(int32_t id, const EndRequest& end, Now now) {
  return Act(id, end, now);
}

Session::Result Session::Handle(int32_t id, const LeaveRequest&, Now now) {
  std::exchange(room_, nullptr)
      ->Leave(*std::exchange(participant_, nullptr), LeaveReason::kLeft, now);
  close_after_ = CloseCode::kLeft;
  return WriteEmptyResult(id);
}

Session::Result Session::Handle(int32_t id, const PingRequest&, Now) {
  return WriteEmptyResult(id);
}

Session::Result Session::Handle(int32_t id, const FeatureRequest& request, Now now) {
  auto data = room_->Ask(*participant_, request, now);
  if (!data) return std::unexpected(std::move(data.error()));
  return WriteResultOf(id, *data);
}

}  // namespace parley
