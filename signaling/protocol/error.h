#pragma once

// What a request or an HTTP call can be answered with instead of a result: a code for programs and
// a sentence for a person (PROTOCOL.md, "Error codes"). Values, any thread.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parley {

enum class ErrorCode : uint8_t {
  kBadRequest,
  kUnknownType,
  kTooLarge,
  kTooManyRequests,
  kNotJoined,
  kAlreadyJoined,
  kRoomNotFound,
  kLinkInvalid,
  kPasscodeRequired,
  kPasscodeWrong,
  kTokenInvalid,
  kTokenExpired,
  kForbidden,
  kRoomLocked,
  kRoomFull,
  kServerFull,
  kNameInvalid,
  kOfferInvalid,
  kNoCommonCodec,
  kResumeExpired,
  kParticipantNotFound,
  kSourceNotFound,
  kRecordingNotFound,
  kEmergencyNumber,
  kNumberRefused,
  kClosing,
  kInternal,
};

struct ErrorCodeInfo {
  ErrorCode code;
  std::string_view name;
  int http_status;
  std::string_view message;  // the sentence when nothing more exact is known
};

// In the order of ErrorCode.
std::span<const ErrorCodeInfo> ErrorCodes();
const ErrorCodeInfo& InfoOf(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string field;           // of bad_request and too_large; empty elsewhere
  int64_t retry_after_ms = 0;  // of too_many_requests; 0 elsewhere

  // With the code's own sentence.
  static Error Of(ErrorCode code);
  static Error Of(ErrorCode code, std::string message);
  static Error BadField(std::string field, std::string message);
};

}  // namespace parley
