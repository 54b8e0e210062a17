#include "sfu/base/log.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(Log, LineIsEventAndFields) {
  EXPECT_EQ(
      FormatLogLine("worker_started", {{"worker", 1}, {"port", uint16_t{5000}}, {"tcp", true}}),
      "worker_started worker=1 port=5000 tcp=true");
  EXPECT_EQ(FormatLogLine("stopped", {}), "stopped");
}

TEST(Log, ValuesCannotForgeALine) {
  EXPECT_EQ(FormatLogLine("e", {{"k", "a b"}}), "e k=\"a b\"");
  EXPECT_EQ(FormatLogLine("e", {{"k", "x\nlevel=error"}}), "e k=\"x\\x0alevel=error\"");
  EXPECT_EQ(FormatLogLine("e", {{"k", "\"\\"}}), "e k=\"\\\"\\\\\"");
  EXPECT_EQ(FormatLogLine("e", {{"k", ""}}), "e k=\"\"");
}

TEST(Log, LevelsByName) {
  EXPECT_TRUE(SetLogLevel("warning"));
  EXPECT_FALSE(LogEnabled(LogLevel::kInfo));
  EXPECT_TRUE(LogEnabled(LogLevel::kError));
  EXPECT_FALSE(SetLogLevel("loud"));
  EXPECT_TRUE(SetLogLevel("info"));
  EXPECT_TRUE(LogEnabled(LogLevel::kInfo));
}

}  // namespace
}  // namespace parley
