#include "signaling/session/negotiator.h"

#include <algorithm>
#include <utility>

#include "sfu/base/random.h"
#include "sfu/wire/sdp_fragment.h"
#include "sfu/wire/sdp_parser.h"
#include "sfu/wire/sdp_writer.h"
#include "signaling/session/answer_builder.h"
#include "signaling/session/answer_candidates.h"

namespace parley {
namespace {

std::unexpected<Error> Invalid(std::string message) {
  return std::unexpected(Error::Of(ErrorCode::kOfferInvalid, std::move(message)));
}

std::expected<SdpSession, Error> ParseOffer(std::string_view sdp, const NegotiatorConfig& config) {
  if (sdp.size() > std::min(config.max_sdp_bytes, kMaxSdpBytes)) {
    Error error = Error::Of(ErrorCode::kTooLarge,
                            "The SDP is too large: " + std::to_string(sdp.size()) + " bytes.");
    error.field = "offer";
    return std::unexpected(std::move(error));
  }
  auto session = ParseSdp(sdp);
  if (!session) return Invalid("The offer cannot be read. " + session.error().message);
  return std::move(*session);
}

// Sources and slots are the same to the worker: nothing but ICE differs.
bool IsSameMedia(const TransportParams& a, const TransportParams& b) {
  return a.producers == b.producers && a.slots == b.slots;
}

// That which speaks for the bundle, and has the candidates.
SdpMedia& TaggedLine(SdpSession& answer) {
  return *std::ranges::find(answer.media, std::optional(answer.FindGroup("BUNDLE")->mids.front()),
                            &SdpMedia::mid);
}

// What a PATCH that restarts ICE is answered with (RFC 9725 section 4.3.2), but for credentials.
SdpFragment FragmentOf(SdpSession& answer) {
  SdpFragment fragment;
  fragment.ice_lite = answer.ice_lite;
  fragment.ice_options = answer.transport.ice_options;
  fragment.group = *answer.FindGroup("BUNDLE");
  const SdpMedia& tagged = TaggedLine(answer);
  fragment.media_line = tagged.type + " 9 " + tagged.protocol;
  for (uint8_t payload_type : tagged.payload_types) {
    fragment.media_line += ' ' + std::to_string(payload_type);
  }
  fragment.mid = *tagged.mid;
  fragment.candidates = tagged.candidates;
  fragment.end_of_candidates = true;
  return fragment;
}

}  // namespace

struct Negotiator::Agreed {
  PeerTerms terms;
  TransportParams params;
  SdpFragment fragment;
};

Negotiator::Negotiator(const NegotiatorConfig& config, RandomSource& random)
    : config_(config), random_(random) {}
Negotiator::~Negotiator() = default;
Negotiator::Negotiator(Negotiator&&) noexcept = default;

std::expected<Negotiated, Error> Negotiator::Answer(const NegotiatorOffer& offer) {
  auto session = ParseOffer(offer.sdp, config_);
  if (!session) return std::unexpected(session.error());
  auto agreed = std::make_unique<Agreed>();
  agreed->terms = {.sources_by_mid = offer.sources_by_mid,
                   .may_publish = offer.may_publish,
                   .source_ids = offer.source_ids,
                   .candidates = {offer.candidates.begin(), offer.candidates.end()},
                   .fingerprints = {offer.fingerprints.begin(), offer.fingerprints.end()},
                   .simulcast_order = offer.simulcast_order,
                   // RFC 9429 section 5.2.1: a positive number of 63 bits.
                   .session_id = random_.U64() >> 1,
                   .session_version = 1,
                   .local_ice = MakeIceParams(random_),
                   .slot_ssrcs = {}};
  auto built = BuildAnswer(*session, config_, agreed->terms, random_);
  if (!built) return std::unexpected(built.error());
  agreed->params = built->params;
  agreed->fragment = FragmentOf(built->answer);
  agreed_ = std::move(agreed);
  return Negotiated{WriteSdp(built->answer), std::move(built->params), built->sources,
                    std::move(built->slots)};
}

std::expected<Renegotiated, Error> Negotiator::Reoffer(std::string_view sdp) {
  if (!agreed_) return Invalid("There is no peer connection yet: send a fresh offer.");
  auto session = ParseOffer(sdp, config_);
  if (!session) return std::unexpected(session.error());

  PeerTerms terms = agreed_->terms;
  ++terms.session_version;
  auto built = BuildAnswer(*session, config_, terms, random_);
  if (!built) return std::unexpected(built.error());
  const TransportParams& before = agreed_->params;
  if (!IsSameMedia(built->params, before)) {
    return Invalid("A later offer may restart ICE but not change the m-lines: send a fresh one.");
  }
  if (built->params.remote_fingerprints != before.remote_fingerprints ||
      built->params.local_dtls_role != before.local_dtls_role) {
    return Invalid("A later offer may not change the certificate or a=setup: send a fresh one.");
  }
  const IceParams& remote = built->params.remote_ice;
  const bool restarted = remote.ufrag != before.remote_ice.ufrag;
  if (!restarted && remote.pwd != before.remote_ice.pwd) {
    return Invalid("The offer changes a=ice-pwd but not a=ice-ufrag.");
  }
  if (restarted) {
    terms.local_ice = MakeIceParams(random_);
    TaggedLine(built->answer).candidates = CandidateLines(terms.candidates, ++terms.ice_restarts);
    built->params.local_ice = terms.local_ice;
    built->answer.transport.ice_ufrag = terms.local_ice.ufrag;
    built->answer.transport.ice_pwd = terms.local_ice.pwd;
  }
  agreed_->terms = std::move(terms);
  agreed_->params = std::move(built->params);
  return Renegotiated{WriteSdp(built->answer), restarted, agreed_->params.local_ice,
                      agreed_->params.remote_ice};
}

std::expected<Renegotiated, Error> Negotiator::Patch(std::string_view fragment) {
  if (!agreed_) return Invalid("There is no peer connection yet.");
  auto parsed = ParseSdpFragment(fragment);
  if (!parsed) return Invalid("The fragment cannot be read. " + parsed.error().message);

  TransportParams& params = agreed_->params;
  const bool restarted = !parsed->ice_ufrag.empty() && parsed->ice_ufrag != params.remote_ice.ufrag;
  std::string answer;
  if (restarted) {
    if (parsed->ice_pwd.empty()) return Invalid("The fragment has a=ice-ufrag but no a=ice-pwd.");
    params.remote_ice = {parsed->ice_ufrag, parsed->ice_pwd};
    params.local_ice = MakeIceParams(random_);
    PeerTerms& terms = agreed_->terms;
    terms.local_ice = params.local_ice;
    SdpFragment reply = agreed_->fragment;
    reply.ice_ufrag = params.local_ice.ufrag;
    reply.ice_pwd = params.local_ice.pwd;
    reply.candidates = CandidateLines(terms.candidates, ++terms.ice_restarts);
    answer = WriteSdpFragment(reply);
  }
  return Renegotiated{std::move(answer), restarted, params.local_ice, params.remote_ice};
}

IceParams MakeIceParams(RandomSource& random) {
  constexpr std::string_view kIceChars =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<uint8_t, 32> bytes;
  random.Fill(bytes);
  std::string chars;
  for (uint8_t byte : bytes) chars += kIceChars[byte % kIceChars.size()];
  return {chars.substr(0, 8), chars.substr(8)};
}

}  // namespace parley
