// SDP and trickle fragments: what was understood survives being written and parsed again, and the
// text of an error is fit for JSON.

#include <string_view>

#include "sfu/wire/ice_candidate.h"
#include "sfu/wire/sdp_fragment.h"
#include "sfu/wire/sdp_parser.h"
#include "sfu/wire/sdp_writer.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

void CheckSession(std::string_view text) {
  auto session = ParseSdp(text);
  if (!session) {
    FUZZ_CHECK(!session.error().message.empty());
    for (char c : session.error().message.substr(session.error().message.rfind(" (\"") + 1)) {
      FUZZ_CHECK(c >= ' ' && c <= '~');
    }
    return;
  }
  std::string written = WriteSdp(*session);
  // A description near the limit may pass it when '\n' becomes CRLF.
  if (written.size() > kMaxSdpBytes) return;
  auto again = ParseSdp(written);
  FUZZ_CHECK(again.has_value());
  FUZZ_CHECK(*again == *session);
  for (const SdpMedia& media : session->media) {
    FUZZ_CHECK(media.payload_types.size() <= kMaxSdpPayloadTypes);
    session->TransportOf(media);
    for (const std::string& value : media.candidates) {
      auto candidate = IceCandidate::Parse(value);
      if (candidate) FUZZ_CHECK(IceCandidate::Parse(candidate->ToString()) == candidate);
    }
  }
}

void CheckFragment(std::string_view text) {
  auto fragment = ParseSdpFragment(text);
  if (!fragment) return;
  std::string written = WriteSdpFragment(*fragment);
  auto again = ParseSdpFragment(written);
  if (written.size() <= kMaxSdpBytes && again) FUZZ_CHECK(WriteSdpFragment(*again) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckSession(text);
  CheckFragment(text);
  return 0;
}
