#include "mixer/sip/session_timer.h"

#include <gtest/gtest.h>

namespace parley::sip {
namespace {

constexpr Timestamp kStart = Timestamp::Seconds(100);

Message With(std::initializer_list<std::pair<const char*, const char*>> headers) {
  Message message;
  for (const auto& [name, value] : headers) message.Add(name, value);
  return message;
}

TEST(SessionTimerTest, ThePeerRefreshesWhereItSaysSo) {
  SessionTimer timer({});
  Message response;
  timer.Answer(With({{"Supported", "timer"}, {"Session-Expires", "600;refresher=uac"}}), response,
               kStart);
  EXPECT_EQ(response.Find("Session-Expires"), "600;refresher=uac");
  EXPECT_TRUE(response.Lists("Require", "timer"));
  EXPECT_EQ(timer.NextTimeout(), kStart + Duration::Seconds(568));
  EXPECT_EQ(timer.HandleTimeout(timer.NextTimeout()), SessionTimer::Due::kExpired);
  EXPECT_TRUE(timer.NextTimeout().IsNever());
}

TEST(SessionTimerTest, WeRefreshForAPeerWithoutTimers) {
  SessionTimer timer({});
  Message response;
  timer.Answer(With({}), response, kStart);
  EXPECT_EQ(response.Find("Session-Expires"), "1800;refresher=uas");
  EXPECT_FALSE(response.Lists("Require", "timer"));
  EXPECT_EQ(timer.NextTimeout(), kStart + Duration::Seconds(900));
  EXPECT_EQ(timer.HandleTimeout(timer.NextTimeout()), SessionTimer::Due::kRefresh);
  EXPECT_EQ(timer.NextTimeout(), kStart + Duration::Seconds(1800));
}

TEST(SessionTimerTest, TheAnswererMayTakeOverTheRefreshing) {
  SessionTimer timer({});
  timer.TakeResponse(With({{"Session-Expires", "300 ;refresher=uas"}}), kStart);
  EXPECT_EQ(timer.HandleTimeout(kStart + Duration::Seconds(268)), SessionTimer::Due::kExpired);
  timer.TakeResponse(With({}), kStart);
  EXPECT_EQ(timer.HandleTimeout(kStart + Duration::Seconds(900)), SessionTimer::Due::kRefresh);
}

TEST(SessionTimerTest, BoundsWhatAPeerMayAsk) {
  SessionTimer timer({});
  EXPECT_TRUE(timer.TooShort(With({{"Session-Expires", "89"}})));
  EXPECT_FALSE(timer.TooShort(With({{"Session-Expires", "90"}})));
  EXPECT_FALSE(timer.TooShort(With({{"Session-Expires", "soon"}})));
  Message request;
  EXPECT_TRUE(timer.TakeTooShort(With({{"Min-SE", "2000"}})));
  EXPECT_FALSE(timer.TakeTooShort(With({{"Min-SE", "2000"}}))) << "no progress";
  EXPECT_FALSE(timer.TakeTooShort(With({{"Min-SE", "999999"}})));
  EXPECT_FALSE(timer.TakeTooShort(With({})));
  timer.AddTo(request);
  EXPECT_EQ(request.Find("Session-Expires"), "2000");
  EXPECT_EQ(request.Find("Min-SE"), "2000");
}

}  // namespace
}  // namespace parley::sip
