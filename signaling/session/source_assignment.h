#pragma once

// Which of the four sources each sending m-line of an offer carries: as the client says, else by
// PROTOCOL.md's defaults. Pure; signaling thread.

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sfu/wire/sdp_session.h"
#include "signaling/protocol/error.h"
#include "signaling/protocol/types.h"

namespace parley {

// By the m-line's place in the offer; none where it does not send, or where no kind is left for it.
// Errors: offer_invalid when `sources_by_mid` contradicts the offer or names a kind twice; mids
// that are not in the offer are ignored.
std::expected<std::vector<std::optional<SourceKind>>, Error> AssignSources(
    const SdpSession& offer, const std::map<std::string, SourceKind>& sources_by_mid);

}  // namespace parley
