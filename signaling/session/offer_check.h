#pragma once

// Whether an offer can be answered at all: one BUNDLE (RFC 9143) over everything, rtcp-mux
// (RFC 8858), ICE and a DTLS fingerprint. Errors are offer_invalid with a sentence that names the
// m-line. Pure; signaling thread.

#include <expected>
#include <string>
#include <vector>

#include "sfu/port/media_params.h"
#include "sfu/wire/sdp_session.h"
#include "signaling/protocol/error.h"

namespace parley {

// The bundle's one transport, as the peer describes it.
struct OfferTransport {
  IceParams ice;
  std::vector<DtlsFingerprint> fingerprints;  // with hashes that we can check; at least one
  SdpSetup setup = SdpSetup::kActpass;
};

// Audio or video that the offerer has not given up itself (port 0 without a=bundle-only).
bool IsOpen(const SdpMedia& media);
bool IsAudioOrVideo(const SdpMedia& media);

// "m-line 2 (video, mid 1)": m-lines count from 1, as a person does.
std::string NameOf(const SdpSession& session, const SdpMedia& media);

// Checks every open audio and video m-line, and that ids mean the same on all of them.
std::expected<void, Error> CheckBundle(const SdpSession& offer);

// Of an offer that CheckBundle() found well.
std::expected<OfferTransport, Error> ReadTransport(const SdpSession& offer);

}  // namespace parley
