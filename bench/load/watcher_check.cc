#include "bench/load/watcher_check.h"

#include "tests/client/test_media.h"
#include "tests/client/test_offer.h"

namespace parley::bench {

test::StreamCheck::Expected WatcherCheck::Expected() {
  return {.sources = {}, .audio_frame = 960, .video_frame = 3000};
}

void WatcherCheck::HandleRtp(const RtpView& packet, Timestamp arrival) {
  const PayloadType type = packet.payload_type();
  if (type != test::kOpusPayload && type != test::kVp8Payload) return;
  streams_.try_emplace(packet.ssrc().value(), expected_).first->second.Count(packet, arrival);
}

test::StreamCheck::Counts WatcherCheck::counts() const {
  test::StreamCheck::Counts sum;
  for (const auto& [ssrc, stream] : streams_) sum += stream.counts();
  return sum;
}

test::StreamCheck::Counts CheckedSince(const test::StreamCheck::Counts& before,
                                       const test::StreamCheck::Counts& after) {
  test::StreamCheck::Counts since = after - before;
  since.no_key_frame = after.no_key_frame;
  since.wrong_source = after.wrong_source;
  return since;
}

}  // namespace parley::bench
