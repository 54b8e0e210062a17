// Announcements, as clients see them.

#include "signaling/features/announcement/announcement_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

std::string Say(const std::string& text) { return R"({"text":)" + Quote(text) + "}"; }

std::string Standing(const Client& newcomer) {
  return Text(newcomer.last_result()["data"]["room"]["features"]["announcement"]);
}

class AnnouncementFeatureTest : public testing::Test {
 protected:
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada", "attendee");
};

TEST_F(AnnouncementFeatureTest, EverybodyIsToldAndWhoeverComesLaterToo) {
  EXPECT_EQ(Standing(ada), "null");
  const auto* data = host.Ask("announcement", Say("We begin at ten past."));
  ASSERT_TRUE(data);
  EXPECT_STREQ((*data)["announcement"].GetString(), "a1");
  const std::string json = R"({"id":"a1","text":"We begin at ten past.","at":1700000000000})";
  EXPECT_EQ(ada.Take("announcement.changed"),
            std::vector<std::string>{R"({"announcement":)" + json + "}"});
  EXPECT_EQ(Standing(meeting.Joined("Late")), json);
  ASSERT_TRUE(host.Ask("announcement.withdraw"));
  EXPECT_EQ(ada.Take("announcement.changed"), std::vector<std::string>{R"({"announcement":null})"});
  ASSERT_TRUE(host.Ask("announcement.withdraw"));
  EXPECT_TRUE(ada.Take("announcement.changed").empty());
  meeting.ExpectAgreement();
}

TEST_F(AnnouncementFeatureTest, WhoeverWaitsIsTold) {
  ASSERT_TRUE(host.Ask("lobby.set", R"({"on":true})"));
  Client& bob = meeting.NewClient();
  ASSERT_TRUE(bob.Join(meeting.room_name, meeting.invite, "Bob"));
  ASSERT_TRUE(host.Ask("announcement", Say("Soon.")));
  EXPECT_EQ(bob.Take("announcement.changed").size(), 1u);
  Client& eve = meeting.NewClient();
  ASSERT_TRUE(eve.Join(meeting.room_name, meeting.invite, "Eve"));
  EXPECT_STREQ(eve.last_result()["data"]["waiting"]["announcement"]["text"].GetString(), "Soon.");
}

TEST_F(AnnouncementFeatureTest, RefusesWhatIsNoAnnouncement) {
  EXPECT_EQ(ada.Refusal("announcement", Say("Me too")), "forbidden");
  EXPECT_EQ(ada.Refusal("announcement.withdraw"), "forbidden");
  EXPECT_EQ(host.Refusal("announcement", Say("  \n")), "bad_request");
  EXPECT_EQ(host.Refusal("announcement"), "bad_request");
  std::string text;
  for (int i = 0; i < 500; ++i) text += "宣";
  EXPECT_EQ(host.Refusal("announcement", Say(text + "布")), "too_large");
  EXPECT_EQ(host.Refusal("announcement", Say(text)), "ok");
}

TEST_F(AnnouncementFeatureTest, TheyDoNotFlood) {
  for (int i = 0; i < kAnnouncementBurst; ++i) {
    EXPECT_EQ(host.Refusal("announcement", Say("Now!")), "ok");
  }
  EXPECT_EQ(host.Refusal("announcement", Say("Now!")), "too_many_requests");
  EXPECT_EQ(host.error()["retry_after_ms"].GetInt(), 10'001);
  meeting.Pass(kAnnouncementInterval);
  EXPECT_EQ(host.Refusal("announcement", Say("Now!")), "ok");
  EXPECT_EQ(host.Refusal("announcement", Say("Now!")), "too_many_requests");
}

TEST_F(AnnouncementFeatureTest, TheyOutliveTheServerAndEndWithTheMeeting) {
  ASSERT_TRUE(host.Ask("announcement", Say("\"Quoted\"")));
  meeting.RestartServer();
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(host.resume_token()));
  EXPECT_EQ(Standing(again), R"({"id":"a1","text":"\"Quoted\"","at":1700000000000})");
  const auto* data = again.Ask("announcement", Say("More"));
  ASSERT_TRUE(data);
  EXPECT_STREQ((*data)["announcement"].GetString(), "a2");
  ASSERT_TRUE(again.Ask("end"));
  EXPECT_TRUE(meeting.store.RowsOf("announcement").empty());
}

}  // namespace
}  // namespace parley::test
