#pragma once

// The values of the SDP attributes that have a structure, each by its own grammar. Every parser
// takes what stands after "a=name:" and returns what is wrong with it otherwise, as a phrase that
// goes on from "a=name" ("needs …"). Pure, any thread.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/wire/sdp_session.h"

namespace parley {

template <class T>
using SdpParsed = std::expected<T, std::string_view>;

SdpParsed<SdpGroup> ParseSdpGroup(std::string_view value);
SdpParsed<SdpFingerprint> ParseSdpFingerprint(std::string_view value);
SdpParsed<SdpSetup> ParseSdpSetup(std::string_view value);
SdpParsed<SdpRtpMap> ParseSdpRtpMap(std::string_view value);
SdpParsed<SdpFmtp> ParseSdpFmtp(std::string_view value);
SdpParsed<SdpRtcpFeedback> ParseSdpRtcpFeedback(std::string_view value);
SdpParsed<SdpExtmap> ParseSdpExtmap(std::string_view value);
SdpParsed<SdpRid> ParseSdpRid(std::string_view value);
SdpParsed<SdpSimulcast> ParseSdpSimulcast(std::string_view value);
SdpParsed<SdpSsrc> ParseSdpSsrc(std::string_view value);
SdpParsed<SdpSsrcGroup> ParseSdpSsrcGroup(std::string_view value);
SdpParsed<SdpMsid> ParseSdpMsid(std::string_view value);
// One token of visible characters.
SdpParsed<std::string> ParseSdpToken(std::string_view value);
// RFC 8839 section 5.4 bounds the lengths; the alphabet is taken wider, for what is in use.
SdpParsed<std::string> ParseSdpIceUfrag(std::string_view value);
SdpParsed<std::string> ParseSdpIcePwd(std::string_view value);

// "sendrecv" and the like.
std::optional<SdpDirection> SdpDirectionFromName(std::string_view name);
std::string_view SdpDirectionName(SdpDirection direction);
std::string_view SdpSetupName(SdpSetup setup);

}  // namespace parley
