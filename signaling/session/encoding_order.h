#pragma once

// Which of an m-line's simulcast encodings is the lower one. A worker takes the first for the
// lowest; offers tell by the restrictions of a=rid (RFC 8851 section 5) or only by the order of
// a=simulcast, which means the opposite for different clients. Pure; any thread.

#include <cstdint>
#include <vector>

#include "sfu/port/media_params.h"
#include "sfu/wire/sdp_session.h"

namespace parley {

// What the order of a=simulcast says where restrictions say nothing.
enum class SimulcastOrder : uint8_t {
  kLowestFirst,   // PROTOCOL.md, "Media", as browsers list sendEncodings
  kHighestFirst,  // RFC 8853 section 5.1: the one listed first is preferred most
};

// Puts `encodings`, which stand as `offer` lists them, lowest quality first: by max-height, then
// max-width, max-br and max-fps of their a=rid, where none means unlimited; those alike by `order`.
// Encodings without RIDs (a=ssrc-group:SIM) are lowest first already and stay as they are.
void OrderEncodings(const SdpMedia& offer, SimulcastOrder order,
                    std::vector<EncodingParams>& encodings);

}  // namespace parley
