#include "signaling/session/stream_negotiation.h"

#include <algorithm>
#include <array>

#include "sfu/wire/rtp_extensions.h"

namespace parley {
namespace {

struct WantedExtension {
  HeaderExtension kind;
  bool of_audio;
  bool of_video;
  bool from_producer;
  bool to_slot;
};

constexpr std::array<WantedExtension, kHeaderExtensionKinds> kWanted = {{
    {HeaderExtension::kMid, true, true, true, true},
    {HeaderExtension::kRid, false, true, true, false},
    {HeaderExtension::kRepairedRid, false, true, true, false},
    {HeaderExtension::kAudioLevel, true, false, true, true},
    {HeaderExtension::kTransportCc, true, true, true, true},
    {HeaderExtension::kAbsSendTime, true, true, true, true},
    {HeaderExtension::kAbsCaptureTime, true, true, true, true},
    {HeaderExtension::kDependencyDescriptor, false, true, true, true},
}};

bool IsWanted(HeaderExtension extension, MediaKind kind, StreamRole role) {
  auto wanted = std::ranges::find(kWanted, extension, &WantedExtension::kind);
  return (kind == MediaKind::kAudio ? wanted->of_audio : wanted->of_video) &&
         (role == StreamRole::kProducer ? wanted->from_producer : wanted->to_slot);
}

// RFC 8285 section 4.2: 15 is kept back in one-byte headers; two-byte ids end at 255.
bool IsUsableId(uint16_t id) { return id != 15 && id <= 255; }

std::optional<SdpDirection> Reversed(std::optional<SdpDirection> direction) {
  if (direction == SdpDirection::kSendOnly) return SdpDirection::kRecvOnly;
  if (direction == SdpDirection::kRecvOnly) return SdpDirection::kSendOnly;
  return direction;
}

std::optional<Ssrc> PairedSsrc(const SdpMedia& media, uint32_t ssrc) {
  for (const SdpSsrcGroup& group : media.ssrc_groups) {
    if (group.semantics == "FID" && group.ssrcs.size() == 2 && group.ssrcs[0] == ssrc) {
      return Ssrc(group.ssrcs[1]);
    }
  }
  return std::nullopt;
}

bool MayCarry(const SdpMedia& media, std::string_view rid, PayloadType payload_type) {
  auto found = std::ranges::find(media.rids, rid, &SdpRid::id);
  return found != media.rids.end() && found->send &&
         (found->payload_types.empty() ||
          std::ranges::find(found->payload_types, payload_type.value()) !=
              found->payload_types.end());
}

// RFC 8853 section 5.3: of each stream the first alternative that fits.
std::expected<std::vector<EncodingParams>, std::string> ByRid(const SdpMedia& media,
                                                              PayloadType payload_type) {
  std::vector<std::string_view> wanted;
  if (media.simulcast) {
    for (const SdpSimulcastStream& stream : media.simulcast->send) {
      auto fits = std::ranges::find_if(stream, [&](const SdpSimulcastAlternative& alternative) {
        return MayCarry(media, alternative.rid, payload_type);
      });
      if (fits != stream.end()) wanted.push_back(fits->rid);
    }
  } else {
    for (const SdpRid& rid : media.rids) {
      if (MayCarry(media, rid.id, payload_type)) wanted.push_back(rid.id);
    }
  }
  std::vector<EncodingParams> encodings;
  for (std::string_view name : wanted) {
    auto rid = Rid::From(name);
    if (!rid) return std::unexpected("its RID \"" + std::string(name) + "\" is over 16 characters");
    if (std::ranges::find(encodings, *rid, &EncodingParams::rid) != encodings.end()) {
      return std::unexpected("its simulcast names the RID \"" + std::string(name) + "\" twice");
    }
    if (encodings.size() < kMaxEncodings) encodings.push_back({*rid, std::nullopt, std::nullopt});
  }
  return encodings;
}

std::vector<EncodingParams> BySsrc(const SdpMedia& media) {
  std::vector<EncodingParams> encodings;
  auto simulcast = std::ranges::find(media.ssrc_groups, "SIM", &SdpSsrcGroup::semantics);
  if (simulcast != media.ssrc_groups.end()) {
    for (uint32_t ssrc : simulcast->ssrcs) {
      if (encodings.size() == kMaxEncodings) break;
      encodings.push_back({Rid(), Ssrc(ssrc), PairedSsrc(media, ssrc)});
    }
  }
  if (encodings.empty() && !media.ssrcs.empty()) {
    const uint32_t ssrc = media.ssrcs[0].ssrc;
    encodings.push_back({Rid(), Ssrc(ssrc), PairedSsrc(media, ssrc)});
  }
  return encodings;
}

}  // namespace

AgreedExtensions AgreeExtensions(const SdpSession& session, const SdpMedia& offer, MediaKind kind,
                                 StreamRole role) {
  AgreedExtensions agreed;
  auto take = [&](const SdpExtmap& extmap) {
    auto extension = HeaderExtensionFromUri(extmap.uri);
    if (!extension || !IsWanted(*extension, kind, role) || !IsUsableId(extmap.id) ||
        agreed.ids.Get(*extension) != 0) {
      return;
    }
    const SdpDirection direction = extmap.direction.value_or(SdpDirection::kSendRecv);
    if (role == StreamRole::kProducer ? !Sends(direction) : !Receives(direction)) return;
    agreed.ids.Set(*extension, static_cast<uint8_t>(extmap.id));
    agreed.extmaps.push_back({extmap.id, Reversed(extmap.direction), extmap.uri, ""});
  };
  std::ranges::for_each(offer.extmaps, take);
  std::ranges::for_each(session.extmaps, take);
  // Both would tell the same; transport-cc tells it better.
  if (role == StreamRole::kProducer && agreed.ids.transport_cc && agreed.ids.abs_send_time) {
    agreed.ids.abs_send_time = 0;
    std::erase_if(agreed.extmaps,
                  [](const SdpExtmap& extmap) { return extmap.uri == kAbsSendTimeUri; });
  }
  return agreed;
}

std::expected<std::vector<EncodingParams>, std::string> OfferedEncodings(const SdpMedia& offer,
                                                                         PayloadType payload_type) {
  auto encodings = ByRid(offer, payload_type);
  if (!encodings) return encodings;
  if (encodings->empty()) *encodings = BySsrc(offer);
  if (encodings->empty()) encodings->emplace_back();
  return encodings;
}

void WriteEncodings(const std::vector<EncodingParams>& encodings, SdpMedia& answer) {
  SdpSimulcast simulcast;
  for (const EncodingParams& encoding : encodings) {
    if (encoding.rid.empty()) continue;
    std::string rid(encoding.rid.view());
    answer.rids.push_back({rid, /*send=*/false, {}, ""});
    simulcast.recv.push_back({{rid, /*paused=*/false}});
  }
  if (simulcast.recv.size() > 1) answer.simulcast = std::move(simulcast);
}

}  // namespace parley
