// What of rooms is told outside of the server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signaling/room/event_port.h"
#include "tests/client/json_text.h"
#include "tests/signaling/session/meeting.h"
#include "tests/signaling/session/noted_recording.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class NotedEvents final : public EventPort {
 public:
  void Tell(std::string_view type, std::string_view room, std::string data) override {
    EXPECT_FALSE(room.empty());
    types_.emplace_back(type);
    data_.push_back(std::move(data));
  }
  // Types since the last call.
  std::vector<std::string> Take() { return std::exchange(types_, {}); }
  const std::string& last() const { return data_.back(); }
  const std::string& at(size_t back) const { return data_[data_.size() - 1 - back]; }

 private:
  std::vector<std::string> types_;
  std::vector<std::string> data_;
};

class OutsideTest : public ::testing::Test {
 protected:
  OutsideTest() { meeting.rooms->SetEvents(&events); }

  NotedEvents events;
  Meeting meeting;
};

TEST_F(OutsideTest, HearsOfRoomsMeetingsAndPeople) {
  ASSERT_TRUE(meeting.rooms->Create("daily", "Every day", meeting.now()));
  EXPECT_THAT(events.Take(), ElementsAre("room.created"));
  EXPECT_EQ(events.last(), R"({"title":"Every day"})");

  Client& ada = meeting.Joined("Ada", "host");
  EXPECT_THAT(events.Take(), ElementsAre("meeting.started", "participant.joined"));
  const std::string name = JsonText(events.at(1), "meeting");
  EXPECT_EQ(events.last(),
            R"({"participant":")" + ada.id() + R"(","name":"Ada","role":"host","kind":"browser"})");
  Client& ben = meeting.Joined("Ben", "attendee");
  EXPECT_THAT(events.Take(), ElementsAre("participant.joined"));
  ASSERT_TRUE(ada.Ask("role", R"({"participant":)" + Quote(ben.id()) + R"(,"role":"panelist"})"));
  EXPECT_THAT(events.Take(), ElementsAre("participant.role"));
  EXPECT_THAT(events.last(), HasSubstr(R"("role":"panelist")"));
  ASSERT_TRUE(ada.Ask("remove", R"({"participant":)" + Quote(ben.id()) + "}"));
  EXPECT_THAT(events.Take(), ElementsAre("participant.left"));
  EXPECT_THAT(events.last(), HasSubstr(R"("reason":"removed")"));
  ASSERT_TRUE(ada.Ask("leave"));
  EXPECT_THAT(events.Take(), ElementsAre("participant.left", "meeting.ended"));
  EXPECT_EQ(JsonText(events.last(), "meeting"), name);
  EXPECT_EQ(meeting.store.reports().back().started_at.unix_us(), std::stoll(name))
      << "as the report is named";

  EXPECT_TRUE(meeting.rooms->Forget("daily", meeting.now()));
  EXPECT_THAT(events.Take(), ElementsAre("room.deleted"));
}

TEST_F(OutsideTest, HearsEverybodyLeaveAMeetingThatIsEnded) {
  Client& ada = meeting.Joined("Ada", "host");
  meeting.Joined("Ben");
  events.Take();
  ASSERT_TRUE(ada.Ask("end"));
  EXPECT_THAT(events.Take(), ElementsAre("participant.left", "participant.left", "meeting.ended"));
  EXPECT_THAT(events.at(1), HasSubstr(R"("reason":"ended")"));
}

TEST_F(OutsideTest, HearsThatAWebinarGoesLive) {
  Meeting webinar({}, 2, {.webinar = true});
  webinar.rooms->SetEvents(&events);
  Client& host = webinar.Joined("Host", "host");
  ASSERT_TRUE(webinar.NewClient().Join(webinar.room_name, webinar.invite, "Ada"));
  events.Take();
  ASSERT_TRUE(host.Ask("live.go"));
  EXPECT_THAT(events.Take(), ElementsAre("webinar.live", "participant.joined"));
  EXPECT_EQ(events.at(1), R"({"waiting":1})");
}

TEST_F(OutsideTest, HearsOfRecordingsAndTheirTrouble) {
  NotedRecording recording;
  meeting.rooms->SetRecording(&recording);
  Client& ada = meeting.Joined("Ada", "host");
  events.Take();
  ASSERT_TRUE(ada.Ask("record", R"({"action":"start"})"));
  EXPECT_THAT(events.Take(), ElementsAre("recording.started"));
  EXPECT_EQ(events.last(), R"({"recording":"rabcdefghijklmnop"})");
  RecordingInfo paused = *meeting.room().recording();
  paused.paused = true;
  meeting.room().SetRecording(paused);
  EXPECT_THAT(events.Take(), ElementsAre("recording.paused"));
  paused.paused = false;
  meeting.room().SetRecording(paused);
  EXPECT_THAT(events.Take(), ElementsAre("recording.resumed"));
  EXPECT_EQ(events.last(), R"({"recording":"rabcdefghijklmnop"})");
  meeting.room().SetRecording(
      std::nullopt, RecordingTrouble{.code = "disk_full", .message = "The disk is full."});
  EXPECT_THAT(events.Take(), ElementsAre("recording.ended"));
  EXPECT_EQ(events.last(), R"({"recording":"rabcdefghijklmnop","trouble":"disk_full"})");
}

TEST_F(OutsideTest, HearsHowAPollEndedAndNotWhoChose) {
  Client& ada = meeting.Joined("Ada", "host");
  Client& ben = meeting.Joined("Ben");
  ASSERT_TRUE(ada.Ask("poll.create", R"({"question":"Tea?","options":["Yes","No"]})"));
  ASSERT_TRUE(ada.Ask("poll.open", R"({"poll":"v1"})"));
  EXPECT_EQ(events.last(),
            R"({"poll":"v1","question":"Tea?","multiple":false,"options":["Yes","No"]})");
  ASSERT_TRUE(ben.Ask("poll.vote", R"({"poll":"v1","options":[1]})"));
  events.Take();
  ASSERT_TRUE(ada.Ask("poll.end", R"({"poll":"v1"})"));
  ASSERT_TRUE(ada.Ask("poll.end", R"({"poll":"v1"})"));
  EXPECT_THAT(events.Take(), ElementsAre("poll.ended")) << "once";
  EXPECT_EQ(events.last(), R"({"poll":"v1","voters":1,"votes":[0,1]})");
  ASSERT_TRUE(ada.Ask("poll.share", R"({"poll":"v1","shared":true})"));
  EXPECT_EQ(events.last(), R"({"poll":"v1","shared":true})");
  ASSERT_TRUE(ada.Ask("poll.delete", R"({"poll":"v1"})"));
  EXPECT_EQ(events.last(), R"({"poll":"v1","by":")" + ada.id() + R"("})");
  EXPECT_THAT(events.Take(), ElementsAre("poll.shared", "poll.deleted"));
  // Drafts are for those who run polls.
  ASSERT_TRUE(ada.Ask("poll.create", R"({"question":"Milk?","options":["Yes","No"]})"));
  ASSERT_TRUE(ada.Ask("poll.share", R"({"poll":"v2","shared":true})"));
  ASSERT_TRUE(ada.Ask("poll.delete", R"({"poll":"v2"})"));
  EXPECT_THAT(events.Take(), IsEmpty());
}

TEST_F(OutsideTest, HearsOfHandsNamesAndMutes) {
  Client& ada = meeting.Joined("Ada", "host");
  Client& ben = meeting.Joined("Ben");
  events.Take();
  ASSERT_TRUE(ben.Ask("hand", R"({"up":true})"));
  ASSERT_TRUE(ben.Ask("hand", R"({"up":true})"));
  EXPECT_THAT(events.Take(), ElementsAre("hand.raised")) << "once";
  EXPECT_EQ(events.last(), R"({"participant":")" + ben.id() + R"(","name":"Ben"})");
  ASSERT_TRUE(ada.Ask("hand.next"));
  EXPECT_THAT(events.Take(), ElementsAre("hand.lowered"));
  ASSERT_TRUE(ben.Ask("rename", R"({"name":"Benno"})"));
  EXPECT_THAT(events.Take(), ElementsAre("participant.renamed"));
  EXPECT_THAT(events.last(), HasSubstr(R"("name":"Benno")"));
  ASSERT_TRUE(
      ada.Ask("mute", R"({"participant":)" + Quote(ben.id()) + R"(,"source":"microphone"})"));
  EXPECT_THAT(events.Take(), ElementsAre("participant.muted"));
  EXPECT_EQ(events.last(), R"({"participant":")" + ben.id() + R"(","source":"microphone","by":")" +
                               ada.id() + R"("})");
  ASSERT_TRUE(ada.Ask("ban", R"({"participant":)" + Quote(ben.id()) + "}"));
  EXPECT_THAT(events.Take(), ElementsAre("participant.banned", "participant.left"));
}

TEST_F(OutsideTest, HearsWhatIsSaidToAllOrTheHostsAndToNobodyElse) {
  Client& ada = meeting.Joined("Ada", "host");
  Client& ben = meeting.Joined("Ben");
  events.Take();
  ASSERT_TRUE(ben.Ask("chat", R"({"text":"hello"})"));
  EXPECT_THAT(events.last(), HasSubstr(R"("name":"Ben","text":"hello")"));
  ASSERT_TRUE(ben.Ask("chat", R"({"text":"psst","to":"hosts"})"));
  EXPECT_THAT(events.last(), HasSubstr(R"("to":"hosts","text":"psst")"));
  EXPECT_THAT(events.Take(), ElementsAre("chat.message", "chat.message"));
  ASSERT_TRUE(ben.Ask("chat", R"({"text":"secret","to":)" + Quote(ada.id()) + "}"));
  ASSERT_TRUE(ada.Ask("chat.delete", R"({"message":"m3"})"));
  EXPECT_THAT(events.Take(), IsEmpty());
  ASSERT_TRUE(ada.Ask("chat.delete", R"({"message":"m1"})"));
  EXPECT_THAT(events.Take(), ElementsAre("chat.deleted"));
  EXPECT_EQ(events.last(), R"({"message":"m1","by":")" + ada.id() + R"("})");
}

TEST_F(OutsideTest, HearsOfAModeratedChatAndItsRules) {
  Client& ada = meeting.Joined("Ada", "host");
  Client& ben = meeting.Joined("Ben");
  events.Take();
  ASSERT_TRUE(ada.Ask("chat.moderate", R"({"on":true})"));
  EXPECT_EQ(events.last(), R"({"slow_seconds":0,"moderated":true})");
  ASSERT_TRUE(ben.Ask("chat", R"({"text":"hello"})"));
  EXPECT_THAT(events.last(), HasSubstr(R"("id":"h1")"));
  ASSERT_TRUE(ada.Ask("chat.approve", R"({"message":"h1"})"));
  EXPECT_THAT(events.last(), HasSubstr(R"("name":"Ben","text":"hello")"));
  EXPECT_THAT(events.Take(),
              ElementsAre("chat.settings", "chat.held", "chat.decided", "chat.message"));
}

TEST_F(OutsideTest, HearsOfQuestionsAndNotWhoseAnAnonymousOneIs) {
  Client& ada = meeting.Joined("Ada", "host");
  Client& ben = meeting.Joined("Ben", "attendee");
  events.Take();
  ASSERT_TRUE(ben.Ask("qa.ask", R"({"text":"Why?","anonymous":true})"));
  EXPECT_THAT(events.last(), HasSubstr(R"("text":"Why?")"));
  EXPECT_THAT(events.last(), Not(HasSubstr("Ben")));
  EXPECT_THAT(events.last(), Not(HasSubstr(ben.id())));
  ASSERT_TRUE(ada.Ask("qa.vote", R"({"question":"q1","up":true})"));
  meeting.Pass(Duration::Seconds(1));
  ASSERT_TRUE(ada.Ask("qa.answer", R"({"question":"q1","text":"So."})"));
  EXPECT_THAT(events.last(), HasSubstr(R"("answered":true,"answer":"So.")"));
  ASSERT_TRUE(ada.Ask("qa.dismiss", R"({"question":"q1"})"));
  EXPECT_THAT(events.Take(),
              ElementsAre("question.asked", "question.answered", "question.dismissed"));
}

TEST_F(OutsideTest, HearsOfTheLobbyAndTheLock) {
  Client& ada = meeting.Joined("Ada", "host");
  events.Take();
  ASSERT_TRUE(ada.Ask("lobby.set", R"({"on":true})"));
  const std::string rules =
      R"("admits":{"tokens":true,"returning":true,"callers":false},"passcode":false})";
  EXPECT_EQ(events.last(), R"({"on":true,"locked":false,)" + rules);
  Client& ben = meeting.NewClient();
  (void)ben.Join(meeting.room_name, meeting.invite, "Ben");
  EXPECT_THAT(events.last(), HasSubstr(R"("name":"Ben","kind":"browser")"));
  ASSERT_TRUE(ada.Ask("lobby.admit"));
  EXPECT_THAT(events.Take(),
              ElementsAre("lobby.settings", "lobby.knock", "lobby.gone", "participant.joined"));
  ASSERT_TRUE(ada.Ask("lobby.lock", R"({"locked":true})"));
  EXPECT_THAT(events.Take(), ElementsAre("lobby.settings"));
  EXPECT_EQ(events.last(), R"({"on":true,"locked":true,)" + rules);
}

TEST_F(OutsideTest, HearsOfAnnouncementsAndTheStage) {
  Client& ada = meeting.Joined("Ada", "host");
  events.Take();
  ASSERT_TRUE(ada.Ask("announcement", R"({"text":"Soon."})"));
  EXPECT_THAT(events.last(), HasSubstr(R"("text":"Soon.")"));
  ASSERT_TRUE(ada.Ask("announcement.withdraw"));
  EXPECT_EQ(events.last(), R"({"announcement":null})");
  ASSERT_TRUE(ada.Ask("stage.layout", R"({"layout":"gallery"})"));
  EXPECT_THAT(events.Take(),
              ElementsAre("announcement.changed", "announcement.changed", "stage.settings"));
  EXPECT_EQ(events.last(), R"({"spotlight":[],"layout":"gallery"})");
}

TEST_F(OutsideTest, AMeetingThatGoesOnAfterARestartHasItsName) {
  Client& ada = meeting.Joined("Ada", "host");
  const std::string name = JsonText(events.at(1), "meeting");
  meeting.RestartServer();
  meeting.rooms->SetEvents(&events);
  events.Take();
  Client& back = meeting.NewClient();
  ASSERT_TRUE(back.Resume(ada.resume_token(), OfferShape()));
  EXPECT_THAT(events.Take(), ElementsAre("meeting.started", "participant.joined"));
  EXPECT_EQ(JsonText(events.at(1), "meeting"), name);
  EXPECT_EQ(JsonText(events.last(), "participant"), back.id());
}

}  // namespace
}  // namespace parley::test
