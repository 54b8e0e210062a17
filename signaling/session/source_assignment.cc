#include "signaling/session/source_assignment.h"

#include "signaling/session/offer_check.h"

namespace parley {
namespace {

bool MaySend(const SdpSession& offer, const SdpMedia& media) {
  return IsOpen(media) && IsAudioOrVideo(media) && Sends(offer.DirectionOf(media));
}

// The first kind of the m-line's that no other has.
std::optional<SourceKind> DefaultFor(const SdpMedia& media, const SourceKindSet& taken) {
  const bool video = media.type == "video";
  const SourceKind first = video ? SourceKind::kCamera : SourceKind::kMicrophone;
  const SourceKind second = video ? SourceKind::kScreen : SourceKind::kScreenAudio;
  if (!taken[IndexOf(first)]) return first;
  if (!taken[IndexOf(second)]) return second;
  return std::nullopt;
}

}  // namespace

std::expected<std::vector<std::optional<SourceKind>>, Error> AssignSources(
    const SdpSession& offer, const std::map<std::string, SourceKind>& sources_by_mid) {
  std::vector<std::optional<SourceKind>> kinds(offer.media.size());
  SourceKindSet taken;
  for (size_t i = 0; i < offer.media.size(); ++i) {
    const SdpMedia& media = offer.media[i];
    if (!MaySend(offer, media) || !media.mid) continue;
    auto said = sources_by_mid.find(*media.mid);
    if (said == sources_by_mid.end()) continue;
    const std::string source(ToString(said->second));
    if (IsVideo(said->second) != (media.type == "video")) {
      return std::unexpected(Error::Of(
          ErrorCode::kOfferInvalid,
          "sources_by_mid says that " + NameOf(offer, media) + " sends the " + source + "."));
    }
    if (taken[IndexOf(said->second)]) {
      return std::unexpected(
          Error::Of(ErrorCode::kOfferInvalid, "sources_by_mid names the " + source + " twice."));
    }
    taken.set(IndexOf(said->second));
    kinds[i] = said->second;
  }
  for (size_t i = 0; i < offer.media.size(); ++i) {
    if (kinds[i] || !MaySend(offer, offer.media[i])) continue;
    kinds[i] = DefaultFor(offer.media[i], taken);
    if (kinds[i]) taken.set(IndexOf(*kinds[i]));
  }
  return kinds;
}

}  // namespace parley
