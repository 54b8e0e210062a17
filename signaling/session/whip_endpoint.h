#pragma once

// WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) without HTTP: makes participants of kind whip or
// whep from an SDP offer and a token, and keeps the resources that their Location names. A resource
// ends with its participant. Signaling thread; bounded by the limits on participants.

#include <expected>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sfu/base/socket_address.h"
#include "signaling/protocol/error.h"
#include "signaling/protocol/types.h"
#include "signaling/room/now.h"
#include "signaling/session/session_context.h"

namespace parley {

class Room;
struct Participant;

class WhipEndpoint {
 public:
  explicit WhipEndpoint(SessionContext& context);

  struct Created {
    std::string resource;  // unguessable; the last segment of the Location
    std::string etag;      // of the ICE session, without quotes (RFC 9725 section 4.3.1)
    std::string answer;    // application/sdp
  };
  // POST. `kind` is kWhip or kWhep; `bearer` the token of the Authorization header. Errors:
  // token_invalid, token_expired, forbidden, room_not_found, offer_invalid, no_common_codec,
  // too_large, room_full, server_full, too_many_requests, closing.
  std::expected<Created, Error> Create(ParticipantKind kind, std::string_view room,
                                       std::string_view bearer, std::string_view offer,
                                       const SocketAddress& peer, Now now);

  struct Patched {
    std::string etag;
    std::string fragment;  // application/trickle-ice-sdpfrag; empty: candidates only, answer 204
  };
  // PATCH with application/trickle-ice-sdpfrag (RFC 8840). `if_match` without quotes; empty when
  // the header is absent, "*" for a restart. Errors: participant_not_found (404), token_invalid,
  // token_expired, offer_invalid; bad_request with field "if-match" when the ICE session is another
  // by now (412).
  std::expected<Patched, Error> Patch(std::string_view resource, std::string_view bearer,
                                      std::string_view if_match, std::string_view fragment,
                                      Now now);

  // DELETE. Errors: participant_not_found (404), token_invalid, token_expired.
  std::expected<void, Error> Delete(std::string_view resource, std::string_view bearer, Now now);

 private:
  struct Resource {
    std::string room;
    std::string participant;
    std::string etag;
  };
  struct Found {
    Resource& resource;
    Room& room;
    Participant& participant;
  };
  std::expected<Found, Error> Find(std::string_view resource, std::string_view bearer, Now now);
  Participant* ParticipantOf(const Resource& resource);
  std::string NewEtag();

  SessionContext& context_;
  std::unordered_map<std::string, Resource> resources_;
};

}  // namespace parley
