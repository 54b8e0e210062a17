#include "sfu/forward/key_frame_gate.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(KeyFrameGate, LetsOneRequestPassPerInterval) {
  KeyFrameGate gate;
  Timestamp now = Timestamp::Seconds(1);
  EXPECT_TRUE(gate.Request(now));
  gate.HandleKeyFrame();
  EXPECT_FALSE(gate.Request(now + Duration::Millis(100)));
  EXPECT_EQ(gate.NextTimeout(), now + KeyFrameGate::kInterval) << "the wish is remembered";
  EXPECT_FALSE(gate.HandleTimeout(now + Duration::Millis(499)));
  EXPECT_TRUE(gate.HandleTimeout(now + Duration::Millis(500)));
}

TEST(KeyFrameGate, AKeyFrameServesEverybody) {
  KeyFrameGate gate;
  Timestamp now = Timestamp::Seconds(1);
  EXPECT_TRUE(gate.Request(now));
  EXPECT_FALSE(gate.Request(now));
  gate.HandleKeyFrame();
  EXPECT_TRUE(gate.NextTimeout().IsNever());
  EXPECT_FALSE(gate.HandleTimeout(now + Duration::Seconds(1)));
}

TEST(KeyFrameGate, GivesUpOnADeadSource) {
  KeyFrameGate gate;
  Timestamp now = Timestamp::Seconds(1);
  int sent = gate.Request(now) ? 1 : 0;
  while (!gate.NextTimeout().IsNever()) sent += gate.HandleTimeout(gate.NextTimeout()) ? 1 : 0;
  EXPECT_EQ(sent, KeyFrameGate::kMaxAttempts);
}

}  // namespace
}  // namespace parley
