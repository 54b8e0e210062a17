#include "recorder/write/source_clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <random>

namespace parley::testing {
namespace {

// A microphone or camera of somebody whose machine's wall clock is wrong and drifts, as does the
// device's own.
struct Device {
  Device(uint32_t rate, double ppm, ParticipantClock& participant)
      : rate(rate * (1 + ppm * 1e-6)), clock(rate, participant) {}
  // What the packet captured at `seconds` of true time says; it wraps on the way.
  RtpTimestamp RtpAt(double seconds) const {
    return RtpTimestamp(static_cast<uint32_t>(4'294'000'000LL + std::llround(seconds * rate)));
  }

  double rate;
  SourceClock clock;
};

TEST(SourceClockTest, OverTwoHoursOfSkewedClocksSoundAndPictureStayWithin20Ms) {
  for (const double ppm : {-100.0, 100.0}) {
    ParticipantClock participant;
    Device microphone(48'000, ppm, participant);
    Device camera(90'000, -ppm, participant);
    const auto wall = [&](double seconds) {
      return WallTime::UnixMicros(1'700'000'000'000'000 +
                                  std::llround(seconds * (1 + ppm * 1e-6) * 1e6));
    };
    std::mt19937 random(7);
    std::exponential_distribution<double> jitter(1 / 0.008);
    const auto arrival = [&](double seconds) {
      return Timestamp::Micros(std::llround((1000 + seconds + 0.02 + jitter(random)) * 1e6));
    };
    double worst = 0;
    double first = 0;
    double drift = 0;
    for (int i = 0; i < 7'200 * 10; ++i) {
      const double t = i * 0.1;
      // The picture's packets wait 60 ms more, behind larger ones.
      if (i % 50 == 0) microphone.clock.HandleReport(wall(t), microphone.RtpAt(t), arrival(t));
      if (i % 50 == 25) camera.clock.HandleReport(wall(t), camera.RtpAt(t), arrival(t + 0.06));
      const Timestamp sound = microphone.clock.Place(microphone.RtpAt(t), arrival(t));
      const Timestamp picture = camera.clock.Place(camera.RtpAt(t), arrival(t + 0.06));
      if (t < 30) continue;
      worst = std::max(worst, std::abs(static_cast<double>((sound - picture).us()) / 1e3));
      const double off = static_cast<double>(sound.us()) / 1e3 - (1000 + t) * 1e3;
      if (first == 0) first = off;
      drift = std::max(drift, std::abs(off - first));
    }
    std::printf(
        "two hours at %+.0f ppm: sound and picture at most %.1f ms apart, %.1f ms of drift\n", ppm,
        worst, drift);
    EXPECT_LE(worst, 20) << ppm;
    EXPECT_LE(drift, 40) << ppm;
    EXPECT_EQ(microphone.clock.jumps() + camera.clock.jumps(), 0u);
  }
}

}  // namespace
}  // namespace parley::testing
