#include "signaling/session/answer_builder.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sfu/base/random.h"
#include "signaling/session/answer_candidates.h"
#include "signaling/session/codec_negotiation.h"
#include "signaling/session/encoding_order.h"
#include "signaling/session/offer_check.h"
#include "signaling/session/source_assignment.h"
#include "signaling/session/stream_negotiation.h"

namespace parley {
namespace {

constexpr std::string_view kCname = "parley";
constexpr int kSpeakerSlots = 3;  // PROTOCOL.md: a fourth carries the screen's audio

class Builder {
 public:
  Builder(const SdpSession& offer, const NegotiatorConfig& config, PeerTerms& terms,
          RandomSource& random)
      : offer_(offer), config_(config), terms_(terms), random_(random) {}

  std::expected<BuiltAnswer, Error> Build();

 private:
  void StartAnswer(const OfferTransport& transport);
  std::optional<Error> AddMedia(const SdpMedia& media, std::optional<SourceKind> kind);
  // Without a kind, the m-line is answered as if it had one, but inactive.
  std::optional<Error> AddProducer(const SdpMedia& media, std::optional<SourceKind> kind);
  void AddSlot(const SdpMedia& media);
  void Reject(const SdpMedia& media);
  void FinishAnswer();
  Error NothingLeft() const;

  bool MayPublish(std::optional<SourceKind> kind) const {
    return kind && terms_.may_publish[IndexOf(*kind)];
  }
  // It receives, and does not also send what we take: sending comes first.
  bool IsSlot(const SdpMedia& media, std::optional<SourceKind> kind) const {
    return Receives(offer_.DirectionOf(media)) && !MayPublish(kind);
  }
  // An m-line of the answer without codecs or streams.
  SdpMedia Accepted(const SdpMedia& media, SdpDirection direction) const;
  std::vector<AgreedCodec> CodecsOf(const SdpMedia& media, StreamRole role);
  SlotFollows FollowedBy(MediaKind kind, int audio_place) const;
  const std::array<Ssrc, 2>& SlotSsrcs(size_t slot);
  Ssrc DrawSsrc();

  const SdpSession& offer_;
  const NegotiatorConfig& config_;
  PeerTerms& terms_;
  RandomSource& random_;
  BuiltAnswer built_;
  SdpSetup setup_ = SdpSetup::kPassive;
  std::set<uint32_t> producer_ssrcs_;
  int audio_slots_offered_ = 0;
  int audio_slots_ = 0;
  bool forbidden_ = false;      // an m-line was rejected because of `may_publish`
  bool codec_missing_ = false;  // an m-line was rejected because of its codecs
};

MediaKind KindOf(const SdpMedia& media) {
  return media.type == "audio" ? MediaKind::kAudio : MediaKind::kVideo;
}

// Feedback on transport-wide sequence numbers needs such numbers, and without feedback they are of
// no use.
void AgreeTransportCc(std::vector<AgreedCodec>& codecs, HeaderExtensionIds& ids) {
  if (!ids.transport_cc) {
    for (AgreedCodec& codec : codecs) codec.params.transport_cc = false;
  }
  if (std::ranges::none_of(codecs, [](const AgreedCodec& c) { return c.params.transport_cc; })) {
    ids.transport_cc = 0;
  }
}

std::expected<BuiltAnswer, Error> Builder::Build() {
  if (auto checked = CheckBundle(offer_); !checked) return std::unexpected(checked.error());
  auto transport = ReadTransport(offer_);
  if (!transport) return std::unexpected(transport.error());
  auto kinds = AssignSources(offer_, terms_.sources_by_mid);
  if (!kinds) return std::unexpected(kinds.error());

  StartAnswer(*transport);
  for (size_t i = 0; i < offer_.media.size(); ++i) {
    const SdpMedia& media = offer_.media[i];
    if (media.type == "audio" && IsOpen(media) && IsSlot(media, (*kinds)[i])) {
      ++audio_slots_offered_;
    }
  }
  for (size_t i = 0; i < offer_.media.size(); ++i) {
    if (auto error = AddMedia(offer_.media[i], (*kinds)[i])) return std::unexpected(*error);
  }
  if (built_.params.producers.empty() && built_.params.slots.empty()) {
    return std::unexpected(NothingLeft());
  }
  FinishAnswer();
  return std::move(built_);
}

void Builder::StartAnswer(const OfferTransport& transport) {
  // RFC 8842 section 5.3: being passive saves the peer a round trip.
  setup_ = transport.setup == SdpSetup::kPassive ? SdpSetup::kActive : SdpSetup::kPassive;
  TransportParams& params = built_.params;
  params.local_ice = terms_.local_ice;
  params.remote_ice = transport.ice;
  params.local_dtls_role = setup_ == SdpSetup::kActive ? DtlsRole::kClient : DtlsRole::kServer;
  params.remote_fingerprints = transport.fingerprints;
}

std::optional<Error> Builder::AddMedia(const SdpMedia& media, std::optional<SourceKind> kind) {
  if (!IsOpen(media) || !IsAudioOrVideo(media)) {
    Reject(media);
    return std::nullopt;
  }
  if (IsSlot(media, kind)) {
    AddSlot(media);
    return std::nullopt;
  }
  if (MayPublish(kind)) return AddProducer(media, kind);
  if (Sends(offer_.DirectionOf(media))) forbidden_ = true;
  return AddProducer(media, std::nullopt);
}

std::optional<Error> Builder::AddProducer(const SdpMedia& media, std::optional<SourceKind> kind) {
  auto codecs = ProducerCodecs(CodecsOf(media, StreamRole::kProducer));
  if (codecs.empty()) {
    Reject(media);
    return std::nullopt;
  }
  auto encodings = OfferedEncodings(media, codecs[0].params.payload_type);
  if (!encodings) {
    return Error::Of(ErrorCode::kOfferInvalid, "In the offer, " + NameOf(offer_, media) +
                                                   " cannot be used: " + encodings.error() + ".");
  }
  for (const EncodingParams& encoding : *encodings) {
    for (const auto& ssrc : {encoding.ssrc, encoding.rtx_ssrc}) {
      if (ssrc && !producer_ssrcs_.insert(ssrc->value()).second) {
        return Error::Of(ErrorCode::kOfferInvalid, "In the offer, " + NameOf(offer_, media) +
                                                       " has an SSRC that another stream has.");
      }
    }
  }
  auto extensions = AgreeExtensions(offer_, media, KindOf(media), StreamRole::kProducer);

  AgreeTransportCc(codecs, extensions.ids);

  // What may not be sent is left inactive, not rejected: Chromium cannot go on when the m-line that
  // speaks for the bundle is rejected, nor offer again when simulcast lost its RIDs.
  SdpMedia answer = Accepted(media, kind ? SdpDirection::kRecvOnly : SdpDirection::kInactive);
  answer.extmaps = std::move(extensions.extmaps);
  WriteCodecs(codecs, answer);
  WriteEncodings(*encodings, answer);
  OrderEncodings(media, terms_.simulcast_order, *encodings);
  built_.answer.media.push_back(std::move(answer));

  if (!kind) return std::nullopt;
  built_.sources.set(IndexOf(*kind));
  built_.params.producers.push_back({.source = terms_.source_ids[IndexOf(*kind)],
                                     .kind = KindOf(media),
                                     .mid = *Mid::From(*media.mid),
                                     .codecs = ParamsOf(codecs),
                                     .encodings = std::move(*encodings),
                                     .extensions = extensions.ids,
                                     .screen = *kind == SourceKind::kScreen});
  return std::nullopt;
}

void Builder::AddSlot(const SdpMedia& media) {
  const size_t index = built_.params.slots.size();
  auto codecs = CodecsOf(media, StreamRole::kSlot);
  if (index >= std::min<size_t>(config_.max_slots, 255) || codecs.empty()) {
    Reject(media);
    return;
  }
  const MediaKind kind = KindOf(media);
  auto extensions = AgreeExtensions(offer_, media, kind, StreamRole::kSlot);
  AgreeTransportCc(codecs, extensions.ids);
  SlotParams slot;
  slot.index = static_cast<uint8_t>(index);
  slot.kind = kind;
  slot.mid = *Mid::From(*media.mid);
  slot.codecs = ParamsOf(codecs);
  slot.extensions = extensions.ids;
  if (kind == MediaKind::kAudio) {
    slot.follows = FollowedBy(kind, audio_slots_);
    if (slot.follows == SlotFollows::kSeat) slot.seat = static_cast<uint8_t>(audio_slots_);
    ++audio_slots_;
  }
  const auto& [ssrc, rtx_ssrc] = SlotSsrcs(index);
  slot.ssrc = ssrc;
  const bool rtx = std::ranges::any_of(
      slot.codecs, [](const CodecParams& codec) { return codec.rtx_payload_type.has_value(); });
  if (rtx) slot.rtx_ssrc = rtx_ssrc;

  SdpMedia answer = Accepted(media, SdpDirection::kSendOnly);
  answer.extmaps = std::move(extensions.extmaps);
  WriteCodecs(codecs, answer);
  const std::string name = "slot" + std::to_string(index);
  answer.msids.push_back({name, name + "-track"});
  answer.ssrcs.push_back({ssrc.value(), "cname", std::string(kCname)});
  if (rtx) {
    answer.ssrc_groups.push_back({"FID", {ssrc.value(), rtx_ssrc.value()}});
    answer.ssrcs.push_back({rtx_ssrc.value(), "cname", std::string(kCname)});
  }
  built_.answer.media.push_back(std::move(answer));
  built_.slots.push_back({slot.index, *media.mid, kind});
  built_.params.slots.push_back(std::move(slot));
}

// RFC 3264 section 6: the same formats, port 0.
void Builder::Reject(const SdpMedia& media) {
  SdpMedia answer;
  answer.type = media.type;
  answer.port = 0;
  answer.transport.setup = setup_;  // nobody needs it, but GStreamer refuses an answer without
  answer.protocol = media.protocol;
  answer.payload_types = media.payload_types;
  answer.formats = media.formats;
  answer.mid = media.mid;
  answer.direction = SdpDirection::kInactive;
  built_.answer.media.push_back(std::move(answer));
}

void Builder::FinishAnswer() {
  SdpSession& answer = built_.answer;
  answer.origin.session_id = std::to_string(terms_.session_id);
  answer.origin.session_version = terms_.session_version;
  answer.origin.address = "0.0.0.0";
  answer.connection = SdpConnection();
  answer.ice_lite = true;
  answer.extmap_allow_mixed = offer_.extmap_allow_mixed;

  SdpGroup bundle{"BUNDLE", {}};
  for (const std::string& mid : offer_.FindGroup("BUNDLE")->mids) {
    auto media = std::ranges::find(answer.media, std::optional(mid), &SdpMedia::mid);
    const bool twice = std::ranges::find(bundle.mids, mid) != bundle.mids.end();
    if (media != answer.media.end() && media->port != 0 && !twice) bundle.mids.push_back(mid);
  }
  // ICE and DTLS stand at session level, once for the whole bundle; candidates cannot, and go with
  // the m-line that speaks for it (RFC 9143 section 7.3.1).
  answer.transport.ice_ufrag = terms_.local_ice.ufrag;
  answer.transport.ice_pwd = terms_.local_ice.pwd;
  answer.transport.ice_options = {"ice2"};
  // One fingerprint: Chromium refuses a description with two at the same level.
  if (!terms_.fingerprints.empty()) {
    const DtlsFingerprint& fingerprint = terms_.fingerprints.front();
    answer.transport.fingerprints.push_back({fingerprint.algorithm, fingerprint.digest});
  }
  auto tagged = std::ranges::find(answer.media, std::optional(bundle.mids.front()), &SdpMedia::mid);
  SetDefaultDestination(terms_.candidates, *tagged);
  tagged->candidates = CandidateLines(terms_.candidates, terms_.ice_restarts);
  tagged->end_of_candidates = true;
  answer.groups.push_back(std::move(bundle));
}

Error Builder::NothingLeft() const {
  if (codec_missing_) {
    return Error::Of(ErrorCode::kNoCommonCodec,
                     "The server has no codec in common with the offer: it takes Opus for sound, "
                     "and VP8, VP9, H.264 or AV1 for pictures.");
  }
  if (forbidden_) {
    return Error::Of(ErrorCode::kForbidden, "Nothing that the offer holds may be sent here.");
  }
  return Error::Of(ErrorCode::kOfferInvalid, "The offer neither sends nor receives anything.");
}

SdpMedia Builder::Accepted(const SdpMedia& media, SdpDirection direction) const {
  SdpMedia answer;
  answer.type = media.type;
  answer.protocol = media.protocol;
  answer.mid = media.mid;
  answer.direction = direction;
  answer.transport.setup = setup_;
  answer.rtcp_mux = true;
  answer.rtcp_rsize = media.rtcp_rsize;
  answer.extmap_allow_mixed = media.extmap_allow_mixed;
  return answer;
}

std::vector<AgreedCodec> Builder::CodecsOf(const SdpMedia& media, StreamRole role) {
  auto codecs = CommonCodecs(media, KindOf(media), role, config_.video_codecs);
  if (codecs.empty()) codec_missing_ = true;
  return codecs;
}

SlotFollows Builder::FollowedBy(MediaKind kind, int audio_place) const {
  if (kind == MediaKind::kVideo) return SlotFollows::kAssigned;
  if (audio_slots_offered_ < kSpeakerSlots) {
    return audio_place == 0 ? SlotFollows::kDominant : SlotFollows::kAssigned;
  }
  return audio_place < kSpeakerSlots ? SlotFollows::kSeat : SlotFollows::kAssigned;
}

const std::array<Ssrc, 2>& Builder::SlotSsrcs(size_t slot) {
  while (terms_.slot_ssrcs.size() <= slot) {
    const Ssrc first = DrawSsrc();
    terms_.slot_ssrcs.push_back({first, first});
    terms_.slot_ssrcs.back()[1] = DrawSsrc();
  }
  return terms_.slot_ssrcs[slot];
}

// Unlike any SSRC of the offer or of an earlier slot; 0 is left out because some stacks take it for
// none.
Ssrc Builder::DrawSsrc() {
  auto is_taken = [&](uint32_t ssrc) {
    return std::ranges::any_of(terms_.slot_ssrcs,
                               [&](const auto& pair) {
                                 return pair[0].value() == ssrc || pair[1].value() == ssrc;
                               }) ||
           std::ranges::any_of(offer_.media, [&](const SdpMedia& media) {
             return std::ranges::find(media.ssrcs, ssrc, &SdpSsrc::ssrc) != media.ssrcs.end();
           });
  };
  uint32_t ssrc = 0;
  do {
    ssrc = random_.U32();
  } while (ssrc == 0 || is_taken(ssrc));
  return Ssrc(ssrc);
}

}  // namespace

std::expected<BuiltAnswer, Error> BuildAnswer(const SdpSession& offer,
                                              const NegotiatorConfig& config, PeerTerms& terms,
                                              RandomSource& random) {
  return Builder(offer, config, terms, random).Build();
}

}  // namespace parley
