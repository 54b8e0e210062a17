#include "sfu/congestion/flight_window.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(FlightWindow, HoldsARoundTripTheFeedbackIntervalAndALittleQueue) {
  FlightWindow window;
  Timestamp now = Timestamp::Seconds(1);
  for (int i = 0; i < 200; ++i) {
    now = now + Duration::Millis(60);
    window.HandleFeedback(Duration::Millis(i == 50 ? 40 : 45), now);
  }
  // 45 + 90 + 150 ms: the 40 are forgotten.
  EXPECT_NEAR(static_cast<double>(window.Size(Bitrate::Kbps(1000)).bytes()), 35'625, 700);
}

TEST(FlightWindow, AQueueDoesNotWidenItSoon) {
  FlightWindow window;
  Timestamp now = Timestamp::Seconds(1);
  for (int i = 0; i < 100; ++i) {
    now = now + Duration::Millis(50);
    window.HandleFeedback(Duration::Millis(i < 50 ? 40 : 900), now);
  }
  EXPECT_LT(window.Size(Bitrate::Kbps(1000)), DataSize::Bytes(36'000));
}

TEST(FlightWindow, NeverShutsAltogether) {
  EXPECT_EQ(FlightWindow().Size(Bitrate::Kbps(1)), FlightWindow::kLeast);
}

}  // namespace
}  // namespace parley
