#include "signaling/session/offer_check.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "sfu/base/short_string.h"
#include "sfu/wire/rtp_extensions.h"

namespace parley {
namespace {

std::unexpected<Error> Invalid(std::string message) {
  return std::unexpected(Error::Of(ErrorCode::kOfferInvalid, std::move(message)));
}

struct Hash {
  std::string_view name;
  size_t size;
};
// RFC 8122 section 5; SHA-1 and below are not taken.
constexpr std::array<Hash, 3> kHashes = {{{"sha-256", 32}, {"sha-384", 48}, {"sha-512", 64}}};

bool IsCheckable(const SdpFingerprint& fingerprint) {
  return std::ranges::any_of(kHashes, [&](const Hash& hash) {
    return fingerprint.algorithm == hash.name && fingerprint.digest.size() == hash.size;
  });
}

bool Holds(const std::vector<std::string>& mids, std::string_view mid) {
  return std::ranges::find(mids, mid) != mids.end();
}

// RFC 9143 section 7.2.1: the group's first m-line in use carries the transport of all.
const SdpMedia* TaggedMedia(const SdpSession& offer) {
  for (const std::string& mid : offer.FindGroup("BUNDLE")->mids) {
    auto media = std::ranges::find(offer.media, std::optional(mid), &SdpMedia::mid);
    if (media != offer.media.end() && IsOpen(*media)) return &*media;
  }
  return nullptr;
}

// RFC 9143 section 9.2: over all m-lines of a bundle an id means one extension.
class ExtensionTable {
 public:
  bool Agrees(const SdpExtmap& extmap) {
    auto kind = HeaderExtensionFromUri(extmap.uri);
    if (!kind || extmap.id > 255) return true;
    auto& known = kinds_[extmap.id];
    if (!known) known = kind;
    return known == kind;
  }

 private:
  std::array<std::optional<HeaderExtension>, 256> kinds_{};
};

}  // namespace

bool IsOpen(const SdpMedia& media) { return media.port != 0 || media.bundle_only; }

bool IsAudioOrVideo(const SdpMedia& media) {
  return (media.type == "audio" || media.type == "video") && !media.payload_types.empty();
}

std::string NameOf(const SdpSession& session, const SdpMedia& media) {
  std::string name = "m-line " + std::to_string(&media - session.media.data() + 1) + " (";
  name += IsAudioOrVideo(media) ? media.type : "other";
  if (media.mid && Mid::From(*media.mid)) name += ", mid " + *media.mid;
  return name + ")";
}

std::expected<void, Error> CheckBundle(const SdpSession& offer) {
  if (offer.ice_lite) {
    return Invalid("The offer says ICE lite, and so does the server: nobody would connect.");
  }
  const SdpGroup* bundle = offer.FindGroup("BUNDLE");
  if (!bundle || bundle->mids.empty()) {
    return Invalid("The offer has no BUNDLE group: all m-lines must share one transport.");
  }
  std::set<std::string_view> mids;
  ExtensionTable extensions;
  bool any = false;
  for (const SdpMedia& media : offer.media) {
    auto invalid = [&](const std::string& what) {
      return Invalid("In the offer, " + NameOf(offer, media) + " " + what);
    };
    if (media.mid && !mids.insert(*media.mid).second) {
      return invalid("has the mid of another m-line.");
    }
    if (!IsOpen(media) || !IsAudioOrVideo(media)) continue;
    any = true;
    if (!media.mid) return invalid("has no a=mid.");
    if (!Mid::From(*media.mid)) return invalid("has a mid of over 16 characters.");
    if (!Holds(bundle->mids, *media.mid)) return invalid("is not in the BUNDLE group.");
    if (!media.rtcp_mux && !media.rtcp_mux_only) return invalid("has no a=rtcp-mux.");
    if (!media.protocol.ends_with("RTP/SAVPF")) {
      return invalid("must have the protocol UDP/TLS/RTP/SAVPF.");
    }
    for (const SdpExtmap& extmap : media.extmaps) {
      if (!extensions.Agrees(extmap)) {
        return invalid("uses the header extension id " + std::to_string(extmap.id) +
                       " for something else than an m-line before it.");
      }
    }
  }
  if (!any) return Invalid("The offer has no audio and no video.");
  return {};
}

std::expected<OfferTransport, Error> ReadTransport(const SdpSession& offer) {
  const SdpMedia* tagged = TaggedMedia(offer);
  if (!tagged) return Invalid("The BUNDLE group names no m-line that is in use.");
  SdpTransport transport = offer.TransportOf(*tagged);
  if (transport.ice_ufrag.empty() || transport.ice_pwd.empty()) {
    return Invalid("The offer has no ICE credentials (a=ice-ufrag and a=ice-pwd) on " +
                   NameOf(offer, *tagged) + ".");
  }
  OfferTransport result{{transport.ice_ufrag, transport.ice_pwd}, {}, SdpSetup::kActpass};
  for (SdpFingerprint& fingerprint : transport.fingerprints) {
    if (!IsCheckable(fingerprint)) continue;
    result.fingerprints.push_back(
        {std::move(fingerprint.algorithm), std::move(fingerprint.digest)});
  }
  if (result.fingerprints.empty()) {
    return Invalid(transport.fingerprints.empty()
                       ? "The offer has no a=fingerprint: media must be encrypted with DTLS-SRTP."
                       : "The offer's fingerprints use no hash that the server takes: sha-256, "
                         "sha-384 or sha-512.");
  }
  result.setup = transport.setup.value_or(SdpSetup::kActpass);
  if (result.setup == SdpSetup::kHoldconn) {
    return Invalid("The offer's a=setup must be actpass, active or passive.");
  }
  return result;
}

}  // namespace parley
