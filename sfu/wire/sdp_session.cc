#include "sfu/wire/sdp_session.h"

#include <algorithm>

namespace parley {

bool Sends(SdpDirection direction) {
  return direction == SdpDirection::kSendRecv || direction == SdpDirection::kSendOnly;
}

bool Receives(SdpDirection direction) {
  return direction == SdpDirection::kSendRecv || direction == SdpDirection::kRecvOnly;
}

const SdpRtpMap* SdpMedia::FindRtpMap(uint8_t payload_type) const {
  auto found = std::ranges::find(rtpmaps, payload_type, &SdpRtpMap::payload_type);
  return found == rtpmaps.end() ? nullptr : &*found;
}

std::string_view SdpMedia::FindFmtp(uint8_t payload_type) const {
  auto found = std::ranges::find(fmtps, payload_type, &SdpFmtp::payload_type);
  return found == fmtps.end() ? std::string_view() : found->parameters;
}

bool SdpMedia::HasFeedback(uint8_t payload_type, std::string_view type,
                           std::string_view parameter) const {
  return std::ranges::any_of(rtcp_feedback, [&](const SdpRtcpFeedback& feedback) {
    return feedback.payload_type.value_or(payload_type) == payload_type && feedback.type == type &&
           feedback.parameter == parameter;
  });
}

SdpDirection SdpSession::DirectionOf(const SdpMedia& media) const {
  return media.direction.value_or(direction.value_or(SdpDirection::kSendRecv));
}

SdpTransport SdpSession::TransportOf(const SdpMedia& media) const {
  SdpTransport result = media.transport;
  // A ufrag without its own password would be mixed from two places: the pair moves together.
  if (result.ice_ufrag.empty() && result.ice_pwd.empty()) {
    result.ice_ufrag = transport.ice_ufrag;
    result.ice_pwd = transport.ice_pwd;
  }
  if (result.ice_options.empty()) result.ice_options = transport.ice_options;
  if (result.fingerprints.empty()) result.fingerprints = transport.fingerprints;
  if (!result.setup) result.setup = transport.setup;
  return result;
}

const SdpGroup* SdpSession::FindGroup(std::string_view semantics) const {
  auto found = std::ranges::find(groups, semantics, &SdpGroup::semantics);
  return found == groups.end() ? nullptr : &*found;
}

}  // namespace parley
