#include "signaling/protocol/error.h"

#include <array>
#include <utility>

namespace parley {
namespace {

using enum ErrorCode;

constexpr std::array<ErrorCodeInfo, 27> kCodes = {{
    {kBadRequest, "bad_request", 400, "The request is not understood."},
    {kUnknownType, "unknown_type", 400, "There is no such message."},
    {kTooLarge, "too_large", 413, "That is too large."},
    {kTooManyRequests, "too_many_requests", 429, "Too many requests: slow down."},
    {kNotJoined, "not_joined", 409, "Join a meeting first."},
    {kAlreadyJoined, "already_joined", 409, "This connection is in a meeting already."},
    {kRoomNotFound, "room_not_found", 404, "There is no such meeting."},
    {kLinkInvalid, "link_invalid", 403, "This invitation link is wrong or was replaced."},
    {kPasscodeRequired, "passcode_required", 403, "This meeting asks for a passcode."},
    {kPasscodeWrong, "passcode_wrong", 403, "The passcode is wrong."},
    {kTokenInvalid, "token_invalid", 401, "The token is not valid for this meeting."},
    {kTokenExpired, "token_expired", 401, "The token has expired."},
    {kForbidden, "forbidden", 403, "Your role does not allow this."},
    {kRoomLocked, "room_locked", 403, "The meeting is locked: nobody else is let in."},
    {kRoomFull, "room_full", 409, "The meeting is full."},
    {kServerFull, "server_full", 503, "The server is full."},
    {kNameInvalid, "name_invalid", 400, "A name has 1 to 64 characters and no control characters."},
    {kOfferInvalid, "offer_invalid", 400, "The offer cannot be used."},
    {kNoCommonCodec, "no_common_codec", 406, "There is no codec that both sides know."},
    {kResumeExpired, "resume_expired", 410, "The session is gone: join again."},
    {kParticipantNotFound, "participant_not_found", 404, "That participant has left."},
    {kSourceNotFound, "source_not_found", 404, "There is no such source."},
    {kRecordingNotFound, "recording_not_found", 404, "There is no such recording."},
    {kEmergencyNumber, "emergency_number", 403,
     "Emergency numbers cannot be called from here. Use a telephone and dial the number there."},
    {kNumberRefused, "number_refused", 400, "This number cannot be called."},
    {kClosing, "closing", 503, "The server is shutting down."},
    {kInternal, "internal", 500, "The server failed; that is our fault."},
}};

consteval bool InOrder() {
  for (size_t i = 0; i < kCodes.size(); ++i) {
    if (static_cast<size_t>(kCodes[i].code) != i) return false;
  }
  return true;
}
static_assert(InOrder() && kCodes.size() == static_cast<size_t>(kInternal) + 1);

}  // namespace

std::span<const ErrorCodeInfo> ErrorCodes() { return kCodes; }

const ErrorCodeInfo& InfoOf(ErrorCode code) { return kCodes[static_cast<size_t>(code)]; }

Error Error::Of(ErrorCode code) { return Of(code, std::string(InfoOf(code).message)); }

Error Error::Of(ErrorCode code, std::string message) {
  return {.code = code, .message = std::move(message), .field = {}, .retry_after_ms = 0};
}

Error Error::BadField(std::string field, std::string message) {
  return {.code = kBadRequest,
          .message = std::move(message),
          .field = std::move(field),
          .retry_after_ms = 0};
}

}  // namespace parley
