#include "mixer/sip/dtmf_info.h"

#include <gtest/gtest.h>

namespace parley::sip {
namespace {

TEST(DtmfInfoTest, ReadsBothTypes) {
  auto info = DtmfInfo::Parse("application/dtmf-relay", "Signal= #\r\nDuration=250\r\n");
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->digit, '#');
  EXPECT_EQ(info->duration.ms(), 250);
  EXPECT_EQ(DtmfInfo::Parse("application/dtmf-relay", "signal=10")->digit, '*');
  EXPECT_EQ(DtmfInfo::Parse("application/dtmf-relay", "Signal=5\r\nDuration=99999")->duration.ms(),
            160);
  EXPECT_EQ(DtmfInfo::Parse("application/dtmf", "d")->digit, 'D');
}

TEST(DtmfInfoTest, RefusesWhatIsNoKey) {
  for (const char* body : {"", "Signal=", "Signal=12", "Signal=E", "Duration=100", "5"}) {
    EXPECT_FALSE(DtmfInfo::Parse("application/dtmf-relay", body).has_value()) << body;
  }
  EXPECT_FALSE(DtmfInfo::Parse("text/plain", "5").has_value());
}

}  // namespace
}  // namespace parley::sip
