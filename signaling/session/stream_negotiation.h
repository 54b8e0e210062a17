#pragma once

// What an m-line says of its streams beside the codecs: header extensions (RFC 8285 section 7),
// simulcast encodings (RFC 8853, or ssrc groups) and SSRCs (RFC 5576). Pure; signaling thread.

#include <expected>
#include <string>
#include <vector>

#include "sfu/port/media_params.h"
#include "sfu/wire/sdp_session.h"
#include "signaling/session/codec_negotiation.h"

namespace parley {

struct AgreedExtensions {
  HeaderExtensionIds ids;
  std::vector<SdpExtmap> extmaps;  // of the answer's m-line
};

AgreedExtensions AgreeExtensions(const SdpSession& session, const SdpMedia& offer, MediaKind kind,
                                 StreamRole role);

// At most this many simulcast layers are taken; the answer leaves the others out.
inline constexpr size_t kMaxEncodings = 3;

// What a sending m-line will send, in the order of the offer (OrderEncodings); always at least one.
// `payload_type` is the codec that was agreed: a RID that may not carry it is left out. The
// error is a sentence for a person.
std::expected<std::vector<EncodingParams>, std::string> OfferedEncodings(const SdpMedia& offer,
                                                                         PayloadType payload_type);

// Puts a=rid and a=simulcast of what was taken into an answer's m-line.
void WriteEncodings(const std::vector<EncodingParams>& encodings, SdpMedia& answer);

}  // namespace parley
