// Offers and answers of a call: a usable offer gets an answer that a caller of ours could take, and
// what is agreed holds together.

#include <string>
#include <string_view>

#include "mixer/sip/audio_negotiation.h"
#include "sfu/wire/sdp_parser.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;
using namespace parley::sip;

namespace {

void CheckStream(const AudioStream& stream) {
  FUZZ_CHECK(!stream.receive.empty());
  FUZZ_CHECK(stream.ptime >= Duration::Millis(10) && stream.ptime <= Duration::Millis(60));
  if (stream.security == MediaSecurity::kSdes) {
    FUZZ_CHECK(stream.remote_key.key.size() == SrtpKeyBytes(stream.remote_key.suite));
    FUZZ_CHECK(stream.local_key.suite == stream.remote_key.suite);
  }
  if (stream.security == MediaSecurity::kDtls) FUZZ_CHECK(!stream.remote_fingerprints.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  SeededRandom random(1);
  AudioOptions options;
  options.rtp = SocketAddress::V4({192, 0, 2, 1}, 20'000);
  options.fingerprint = SdpFingerprint{"sha-256", std::vector<uint8_t>(32, 7)};

  AudioNegotiation callee(options, random);
  const bool usable = !AudioNegotiation::Judge(text, options);
  const auto answer = callee.TakeOffer(text);
  FUZZ_CHECK(answer.has_value() == usable);
  if (answer) {
    CheckStream(*callee.stream());
    const auto parsed = ParseSdp(*answer);
    FUZZ_CHECK(parsed.has_value());
    // Our next offer is one that we would take ourselves.
    FUZZ_CHECK(!AudioNegotiation::Judge(callee.MakeOffer(), options));
    callee.TakeAnswer(text);
    CheckStream(*callee.stream());
  }
  for (MediaSecurity security :
       {MediaSecurity::kNone, MediaSecurity::kSdes, MediaSecurity::kDtls}) {
    options.offer = security;
    AudioNegotiation caller(options, random);
    caller.MakeOffer();
    if (!caller.TakeAnswer(text)) CheckStream(*caller.stream());
  }
  return 0;
}
