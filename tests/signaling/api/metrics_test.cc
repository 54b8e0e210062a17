#include "signaling/api/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(MetricsTest, SeriesOfOneNameShareTheirHelp) {
  Metrics metrics;
  double packets = 3;
  metrics.Add(Metrics::Type::kCounter, "parley_packets_total", "Packets.", {{"worker", "0"}},
              [&] { return packets; });
  metrics.Add(Metrics::Type::kCounter, "parley_packets_total", "Packets.", {{"worker", "1"}},
              [] { return 7; });
  metrics.Add(Metrics::Type::kGauge, "parley_rooms", "Rooms.", {}, [] { return 2; });
  packets = 4;
  EXPECT_EQ(metrics.Serialize(),
            "# HELP parley_packets_total Packets.\n"
            "# TYPE parley_packets_total counter\n"
            "parley_packets_total{worker=\"0\"} 4\n"
            "parley_packets_total{worker=\"1\"} 7\n"
            "# HELP parley_rooms Rooms.\n"
            "# TYPE parley_rooms gauge\n"
            "parley_rooms 2\n");
}

}  // namespace
}  // namespace parley
