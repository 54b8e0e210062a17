#include "sfu/congestion/probe_estimator.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr DataSize kPacket = DataSize::Bytes(1000);

// A train of ten packets of 1,000 bytes, a millisecond apart: 8 Mb/s; each arrives at `arrival(i)`.
template <class Arrival>
std::optional<Bitrate> Probe(Arrival&& arrival, int lost_every = 1000) {
  ProbeEstimator probes;
  probes.Begin({7, Bitrate::Kbps(8000), DataSize::Bytes(10'000)});
  std::optional<ProbeEstimator::Result> last;
  for (int i = 0; i < 10; ++i) {
    if (i % lost_every == lost_every - 1) continue;
    const Timestamp sent = Timestamp::Seconds(1) + Duration::Millis(i);
    if (auto result = probes.Handle({i, sent, kPacket, 7, Timestamp::Seconds(9) + arrival(i)})) {
      EXPECT_EQ(result->id, 7);
      last = result;
    }
  }
  if (!last) return std::nullopt;
  return last->rate;
}

TEST(ProbeEstimator, ShowsTheRateThatWentThrough) {
  EXPECT_EQ(Probe([](int i) { return Duration::Millis(20 + i); }), Bitrate::Kbps(8000));
}

TEST(ProbeEstimator, ShowsALittleLessThanWhatAFullLinkCarries) {
  EXPECT_EQ(Probe([](int i) { return Duration::Millis(20 + 2 * i); }), Bitrate::Kbps(3800));
}

TEST(ProbeEstimator, SomeMayBeLost) {
  const auto rate = Probe([](int i) { return Duration::Millis(20 + i); }, 4);
  ASSERT_TRUE(rate);
  EXPECT_GE(*rate, Bitrate::Kbps(5000));
  EXPECT_FALSE(Probe([](int i) { return Duration::Millis(20 + i); }, 2));
}

TEST(ProbeEstimator, OneBurstSaysNothing) {
  EXPECT_FALSE(Probe([](int) { return Duration::Millis(40); }));
  EXPECT_FALSE(Probe([](int i) { return Duration::Millis(i < 5 ? 20 : 40); }));
}

TEST(ProbeEstimator, PacketsOfTrainsLongPastAreIgnored) {
  ProbeEstimator probes;
  for (ProbeId id = 1; id <= 1 + ProbeEstimator::kClusters; ++id) {
    probes.Begin({id, Bitrate::Kbps(8000), DataSize::Bytes(1000)});
  }
  for (int i = 0; i < 10; ++i) {
    const Timestamp sent = Timestamp::Seconds(1) + Duration::Millis(i);
    EXPECT_FALSE(probes.Handle({i, sent, kPacket, 1, sent}));
  }
}

}  // namespace
}  // namespace parley
