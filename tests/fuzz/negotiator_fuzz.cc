// The Negotiator with any SDP: an answer that is made can be read, answers every m-line, and names
// what the worker is told. The input is an offer, perhaps "---" on a line of its own, and what
// follows it on the same peer connection: a later offer, and the same text as a PATCH.

#include <string_view>

#include "sfu/base/random.h"
#include "sfu/wire/sdp_parser.h"
#include "signaling/session/negotiator.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

void CheckAnswer(std::string_view offer_text, const Negotiated& negotiated) {
  auto offer = ParseSdp(offer_text);
  auto answer = ParseSdp(negotiated.answer);
  FUZZ_CHECK(offer && answer);
  FUZZ_CHECK(answer->media.size() == offer->media.size());
  size_t sending = 0;
  size_t receiving = 0;
  for (size_t i = 0; i < answer->media.size(); ++i) {
    const SdpMedia& media = answer->media[i];
    FUZZ_CHECK(media.mid == offer->media[i].mid);
    FUZZ_CHECK(media.type == offer->media[i].type);
    if (media.port == 0) continue;
    if (media.direction == SdpDirection::kSendOnly) ++sending;
    if (media.direction == SdpDirection::kRecvOnly) ++receiving;
  }
  FUZZ_CHECK(sending == negotiated.params.slots.size());
  FUZZ_CHECK(sending == negotiated.slots.size());
  FUZZ_CHECK(receiving == negotiated.params.producers.size());
  FUZZ_CHECK(receiving == negotiated.sources.count());
  for (const ProducerParams& producer : negotiated.params.producers) {
    FUZZ_CHECK(!producer.codecs.empty());
    FUZZ_CHECK(!producer.encodings.empty() && producer.encodings.size() <= 3);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::string_view kSeparator = "\n---";
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t cut = text.find(kSeparator);
  std::string_view first = text.substr(0, cut);
  std::string_view later = cut == std::string_view::npos ? text : text.substr(cut + 4);
  if (size_t start = later.find_first_not_of("\r\n"); start != std::string_view::npos) {
    later.remove_prefix(start);
  }

  static const NegotiatorConfig config;
  static const DtlsFingerprint fingerprint{"sha-256", std::vector<uint8_t>(32, 0xab)};
  static const MediaPort::Candidate candidate{*SocketAddress::Parse("192.0.2.1", 7000), false};
  SeededRandom random(size);
  Negotiator negotiator(config, random);
  NegotiatorOffer offer;
  offer.sdp = first;
  // Mostly everything, at times less.
  offer.may_publish = size % 4 == 0 ? SourceKindSet(size / 4 % 16) : kAllSources;
  offer.candidates = {&candidate, 1};
  offer.fingerprints = {&fingerprint, 1};
  auto negotiated = negotiator.Answer(offer);
  FUZZ_CHECK(negotiated.has_value() == negotiator.answered());
  if (!negotiated) {
    FUZZ_CHECK(!negotiated.error().message.empty());
    return 0;
  }
  CheckAnswer(first, *negotiated);
  auto again = negotiator.Reoffer(first);
  FUZZ_CHECK(again && !again->restarted);
  if (auto patched = negotiator.Patch(later); patched && patched->restarted) {
    FUZZ_CHECK(patched->local_ice != negotiated->params.local_ice);
    FUZZ_CHECK(!patched->answer.empty());
  }
  if (auto reoffered = negotiator.Reoffer(later)) FUZZ_CHECK(ParseSdp(reoffered->answer));
  return 0;
}
