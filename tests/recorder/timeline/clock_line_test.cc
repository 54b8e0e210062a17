#include "recorder/timeline/clock_line.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace parley {
namespace {

// A source whose 90 kHz clock runs `ppm` fast, sampled every two seconds through a jittery network.
class Source {
 public:
  explicit Source(double ppm) : rate_(90'000 * (1 + ppm * 1e-6)) {}
  int64_t RtpAt(double seconds) const { return 5'000'000 + std::llround(seconds * rate_); }
  Timestamp Arrival(double seconds) {
    return Timestamp::Micros(std::llround(seconds * 1e6 + jitter_us_(random_)));
  }

 private:
  double rate_;
  std::mt19937 random_{42};
  std::uniform_real_distribution<double> jitter_us_{0, 4'000};
};

double ErrorMs(const ClockLine& line, const Source& source, double seconds) {
  return (static_cast<double>(line.Map(source.RtpAt(seconds))->us()) - seconds * 1e6) / 1e3;
}

TEST(ClockLineTest, KnowsNothingBeforeTheFirstSample) {
  ClockLine line(48'000);
  EXPECT_FALSE(line.Map(0).has_value());
  line.AddSample(960, Timestamp::Millis(500));
  EXPECT_EQ(line.Map(960 + 48'000), Timestamp::Millis(1'500));
  EXPECT_EQ(line.Map(0), Timestamp::Millis(480));
}

TEST(ClockLineTest, TwoHoursOfClocksThatAre100PpmOffStayWithinFiveMilliseconds) {
  for (double ppm : {-100.0, 100.0}) {
    Source source(ppm);
    ClockLine line(90'000);
    for (double t = 0; t < 7'200; t += 2) {
      line.AddSample(source.RtpAt(t), source.Arrival(t));
      EXPECT_LT(std::abs(ErrorMs(line, source, t)), 5) << ppm << " ppm at " << t << " s";
    }
    EXPECT_NEAR(line.skew(), ppm * 1e-6, 20e-6);
  }
}

TEST(ClockLineTest, AbsurdSamplesMoveNothing) {
  Source source(50);
  ClockLine line(90'000);
  for (int i = 0; i < 300; ++i) {
    double t = i * 2;
    int64_t rtp = source.RtpAt(t);
    if (i > 10 && i % 5 == 0) rtp += (i % 2 == 0 ? 1 : -1) * (int64_t{1} << 31);
    line.AddSample(rtp, source.Arrival(t));
    EXPECT_LT(std::abs(ErrorMs(line, source, t)), 8) << t << " s";
  }
  line.AddSample(INT64_MAX, Timestamp::Seconds(700));
  EXPECT_FALSE(line.Map(INT64_MIN).has_value());
}

TEST(ClockLineTest, AClockThatJumpsIsFollowedWithoutAStep) {
  Source source(0);
  ClockLine line(90'000);
  double last = -1;
  for (double t = 0; t < 600; t += 2) {
    int64_t rtp = source.RtpAt(t) + (t >= 200 ? 9'000 : 0);  // 100 ms ahead
    line.AddSample(rtp, source.Arrival(t));
    double told = static_cast<double>(line.Map(source.RtpAt(t))->us());
    if (last >= 0) {
      EXPECT_NEAR(told - last, 2e6, 2e6 * 3 * ClockLine::kMaxSlew) << t;
    }
    last = told;
  }
  EXPECT_NEAR(ErrorMs(line, source, 598), -100, 8);
}

}  // namespace
}  // namespace parley
