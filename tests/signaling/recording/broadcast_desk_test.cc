#include "signaling/recording/broadcast_desk.h"

#include <gmock/gmock.h>

#include <deque>
#include <fstream>

#include "tests/signaling/recording/recording_world.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// A program that does what the test says.
struct FakeProgram {
  std::string url;  // of a sender
  std::filesystem::path recording;
  std::filesystem::path output;
  std::deque<std::string> lines;
  std::optional<int> exit_status;
  bool terminated = false;
  bool closed = false;
};

class FakePrograms final : public BroadcastLauncher {
 public:
  Started Compose(const std::filesystem::path& recording,
                  const std::filesystem::path& output) override {
    if (broken) return std::unexpected("broken");
    composers.push_back(std::make_shared<FakeProgram>());
    composers.back()->recording = recording;
    composers.back()->output = output;
    return std::make_unique<Process>(composers.back());
  }
  Started Push(const std::filesystem::path& output, const std::string& url) override {
    senders.push_back(std::make_shared<FakeProgram>());
    senders.back()->url = url;
    senders.back()->output = output;
    return std::make_unique<Process>(senders.back());
  }

  bool broken = false;
  std::vector<std::shared_ptr<FakeProgram>> composers;
  std::vector<std::shared_ptr<FakeProgram>> senders;

 private:
  class Process final : public BroadcastProcess {
   public:
    explicit Process(std::shared_ptr<FakeProgram> program) : program_(std::move(program)) {}
    ~Process() override { program_->closed = true; }
    std::optional<int> ExitStatus() override { return program_->exit_status; }
    std::optional<std::string> ReadLine() override {
      if (program_->lines.empty()) return std::nullopt;
      std::string line = std::move(program_->lines.front());
      program_->lines.pop_front();
      return line;
    }
    void Terminate() override { program_->terminated = true; }

   private:
    std::shared_ptr<FakeProgram> program_;
  };
};

class NotedBroadcasts final : public BroadcastListener {
 public:
  void OnBroadcast(const BroadcastStatus* status) override {
    if (status == nullptr) {
      told.emplace_back("over");
      return;
    }
    std::string text(ToString(status->state));
    if (!status->trouble.empty()) text += " " + status->trouble;
    for (const BroadcastTarget& target : status->targets) {
      text += ", " + std::string(ToString(target.state));
      if (!target.trouble.empty()) text += " " + target.trouble;
    }
    told.push_back(text);
  }
  std::vector<std::string> Take() { return std::exchange(told, {}); }
  std::vector<std::string> told;
};

constexpr const char* kSegments =
    R"({"segments":1,"frame_rate":30,"height":720,"preset":"veryfast","late_ms":12})";
constexpr const char* kTarget = "rtmp://live.example.org/app/secret";

class BroadcastDeskTest : public RecordingWorld {
 protected:
  BroadcastDeskTest() { Begin({.hls = true, .rtmp_hosts = {"live.example.org", "*.example.net"}}); }
  ~BroadcastDeskTest() override {
    broadcasts.reset();
    std::filesystem::remove_all(files);
  }
  void Begin(const BroadcastSettings& settings) {
    broadcasts.reset();
    broadcasts =
        std::make_unique<BroadcastDesk>(rooms, *desk, programs, random, limits, settings, files);
  }
  Room& Meeting(const std::string& name = "weekly") {
    Room& room = NewRoom({}, name);
    Join(room, "Ada");
    broadcasts->Watch(room.id(), listener);
    return room;
  }
  std::string Go(Room& room, BroadcastWish wish) {
    const auto started = broadcasts->Start(room, std::move(wish), now);
    return started ? "" : started.error().message;
  }
  void Turn(Duration time = Duration::Millis(300)) {
    Pass(time);
    broadcasts->HandleTimeout(now);
  }

  const std::filesystem::path files =
      std::filesystem::temp_directory_path() / ("parley-live-" + std::to_string(getpid()));
  FakePrograms programs;
  NotedBroadcasts listener;
  std::unique_ptr<BroadcastDesk> broadcasts;
};

TEST_F(BroadcastDeskTest, RecordsComposesAndSends) {
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {kTarget}, .hls = true}), "");
  ASSERT_TRUE(room.recording()) << "what is shown is composed of a recording";
  media.ForgetSent();
  Turn();
  ASSERT_THAT(programs.composers, SizeIs(1));
  EXPECT_EQ(programs.composers[0]->recording, directory / room.recording()->id);
  EXPECT_TRUE(std::filesystem::is_directory(programs.composers[0]->output));
  EXPECT_THAT(media.SentOf<AskKeyFrame>(), Not(IsEmpty())) << "it begins in the middle";
  EXPECT_THAT(programs.senders, IsEmpty()) << "there is nothing to send yet";
  EXPECT_THAT(listener.Take(), ElementsAre("starting, starting"));

  programs.composers[0]->lines = {kSegments};
  Turn();
  ASSERT_THAT(programs.senders, SizeIs(1));
  EXPECT_EQ(programs.senders[0]->url, kTarget);
  EXPECT_EQ(programs.senders[0]->output, programs.composers[0]->output);
  EXPECT_THAT(listener.Take(), ElementsAre("live, starting"));
  programs.senders[0]->lines = {R"({"live":true,"trouble":"","bytes":1,"reconnects":0})"};
  Turn();
  EXPECT_THAT(listener.Take(), ElementsAre("live, live"));
  const BroadcastDesk::Figures figures = broadcasts->figures();
  EXPECT_EQ(figures.meetings, 1u);
  EXPECT_EQ(figures.targets, 1u);
  EXPECT_EQ(figures.frame_rate, 30);
  EXPECT_EQ(figures.height, 720);
  EXPECT_EQ(figures.late_ms, 12);

  EXPECT_TRUE(broadcasts->Stop(room, now));
  EXPECT_FALSE(broadcasts->Stop(room, now));
  EXPECT_THAT(listener.Take(), ElementsAre("over"));
  EXPECT_TRUE(programs.composers[0]->terminated);
  EXPECT_FALSE(room.recording()) << "it was begun for this";
}

TEST_F(BroadcastDeskTest, HostsAreToldWhereItGoesAndNobodyTheKey) {
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {kTarget}, .hls = true}), "");
  const BroadcastStatus* status = broadcasts->Find(room);
  ASSERT_NE(status, nullptr);
  const std::string for_hosts = WriteBroadcastStatus(status, &broadcasts->offer());
  EXPECT_THAT(for_hosts, HasSubstr(R"("targets":[{"name":"rtmp://live.example.org/…")"));
  EXPECT_THAT(for_hosts, HasSubstr(R"("watch":"/live/)" + status->id + "\""));
  EXPECT_THAT(for_hosts, Not(HasSubstr("secret")));
  EXPECT_EQ(WriteBroadcastStatus(status, nullptr),
            R"({"state":"starting","started_at":1763885000000})");
  EXPECT_EQ(WriteBroadcastStatus(nullptr, nullptr), "{}");
}

TEST_F(BroadcastDeskTest, ARecordingThatWasThereGoesOnBehindIt) {
  Room& room = Meeting();
  ASSERT_EQ(Do(room, RecordAction::kStart), "");
  ASSERT_EQ(Go(room, {.targets = {}, .hls = true}), "");
  Turn();
  EXPECT_TRUE(broadcasts->Stop(room, now));
  EXPECT_TRUE(room.recording());
}

TEST_F(BroadcastDeskTest, EndsWithTheRecording) {
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {}, .hls = true}), "");
  Turn();
  ASSERT_EQ(Do(room, RecordAction::kStop), "");
  Turn();
  EXPECT_EQ(broadcasts->Find(room), nullptr);
  EXPECT_EQ(listener.told.back(), "over");
}

TEST_F(BroadcastDeskTest, RefusesWhatTheOperatorDoesNotAllow) {
  Room& room = Meeting();
  EXPECT_EQ(Go(room, {}), "Name an address to send to.");
  EXPECT_EQ(Go(room, {.targets = {"rtmp://evil.example/app/key"}}),
            "This server may not send to evil.example.");
  EXPECT_EQ(Go(room, {.targets = {"rtmp://example.net/app/key"}}),
            "This server may not send to example.net.");
  EXPECT_EQ(Go(room, {.targets = {"http://live.example.org/app/key"}}),
            "An address looks like rtmp://HOST/APP/KEY or rtmps://HOST/APP/KEY.");
  EXPECT_EQ(Go(room, {.targets = {kTarget, kTarget}}), "The same address is there twice.");
  std::vector<std::string> many;
  for (int i = 0; i < 6; ++i) many.push_back(std::string(kTarget) + std::to_string(i));
  EXPECT_EQ(Go(room, {.targets = many}), "A meeting is sent to 5 addresses at most.");
  EXPECT_EQ(Go(NewRoom({}, "empty"), {.targets = {kTarget}}),
            "Nobody is in the room whom anybody could see.");
  EXPECT_FALSE(room.recording());
  EXPECT_EQ(Go(room, {.targets = {"rtmps://a.example.net/app/key"}}), "");
  EXPECT_EQ(Go(room, {.targets = {kTarget}}), "The meeting is shown live already.");
}

TEST_F(BroadcastDeskTest, ShowsAsManyAsItMay) {
  Begin({.hls = true, .rtmp_hosts = {}, .at_once = 1});
  ASSERT_EQ(Go(Meeting("one"), {.targets = {}, .hls = true}), "");
  EXPECT_EQ(Go(Meeting("two"), {.targets = {}, .hls = true}),
            "The server shows as many meetings live as it may.");
}

TEST_F(BroadcastDeskTest, IsOffWhereTheOperatorSaysNothing) {
  Begin({});
  EXPECT_EQ(rooms.broadcasting(), nullptr);
  Begin({.rtmp_hosts = {"*"}});
  EXPECT_EQ(rooms.broadcasting(), broadcasts.get());
  EXPECT_EQ(Go(Meeting(), {.targets = {}, .hls = true}),
            "This server shows no meetings on pages of its own.");
}

TEST_F(BroadcastDeskTest, AComposerThatDiesIsStartedAgain) {
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {}, .hls = true}), "");
  Turn();
  programs.composers[0]->lines = {kSegments};
  Turn();
  listener.Take();
  programs.composers[0]->exit_status = -1;
  Turn();
  EXPECT_THAT(listener.Take(), ElementsAre("reconnecting composer_restarts"));
  Turn(Duration::Seconds(1));
  ASSERT_THAT(programs.composers, SizeIs(2));
  EXPECT_EQ(programs.composers[1]->output, programs.composers[0]->output);
  programs.composers[1]->lines = {kSegments};
  Turn();
  EXPECT_THAT(listener.Take(), ElementsAre("live"));
  EXPECT_EQ(broadcasts->figures().composers_died, 1u);
}

TEST_F(BroadcastDeskTest, AComposerThatDiesAgainAndAgainIsGivenUp) {
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {}, .hls = true}), "");
  for (size_t i = 0; i < BroadcastJob::kMaxDeaths; ++i) {
    Turn(Duration::Seconds(1));
    ASSERT_THAT(programs.composers, SizeIs(i + 1));
    programs.composers[i]->exit_status = 1;
    Turn(Duration::Millis(300));
  }
  EXPECT_EQ(listener.told.back(), "failed composer_failed");
  Turn(Duration::Seconds(10));
  EXPECT_THAT(programs.composers, SizeIs(BroadcastJob::kMaxDeaths));
}

TEST_F(BroadcastDeskTest, EachAddressHasItsOwnFate) {
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {kTarget, "rtmp://a.example.net/app/key"}}), "");
  Turn();
  programs.composers[0]->lines = {kSegments};
  Turn();
  ASSERT_THAT(programs.senders, SizeIs(2));
  programs.senders[0]->lines = {R"({"live":true,"trouble":"","bytes":1,"reconnects":0})"};
  programs.senders[1]->lines = {
      R"({"live":false,"trouble":"address_refused","bytes":0,"reconnects":0})"};
  programs.senders[1]->exit_status = 1;
  Turn();
  EXPECT_EQ(listener.told.back(), "live, live, failed address_refused");
  programs.senders[0]->lines = {R"({"live":false,"trouble":"lost","bytes":1,"reconnects":1})"};
  Turn();
  EXPECT_EQ(listener.told.back(),
            "reconnecting nobody_takes_it, reconnecting lost, failed address_refused");
  EXPECT_EQ(broadcasts->figures().reconnects, 1u);
  programs.senders[0]->exit_status = -1;
  Turn();
  Turn(Duration::Seconds(1));
  ASSERT_THAT(programs.senders, SizeIs(3)) << "one that was killed is started again";
  EXPECT_EQ(programs.senders[2]->url, kTarget);
}

TEST_F(BroadcastDeskTest, FilesAreThereForThoseWhoWatchAndGoneLater) {
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {}, .hls = true}), "");
  const std::string id = broadcasts->Find(room)->id;
  const auto where = broadcasts->FilesOf(id);
  ASSERT_TRUE(where);
  std::ofstream(*where / "0.m4s") << "segment";
  EXPECT_FALSE(broadcasts->FilesOf("l0000000000000000"));
  EXPECT_FALSE(broadcasts->FilesOf(".."));
  broadcasts->Stop(room, now);
  EXPECT_TRUE(broadcasts->FilesOf(id));
  Turn(Duration::Seconds(61));
  EXPECT_FALSE(broadcasts->FilesOf(id));
  EXPECT_FALSE(std::filesystem::exists(*where));
}

TEST_F(BroadcastDeskTest, WhatIsOnlySentIsOnNoPage) {
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {kTarget}}), "");
  EXPECT_FALSE(broadcasts->FilesOf(broadcasts->Find(room)->id));
}

TEST_F(BroadcastDeskTest, GoesOnAfterARestartWithTheRecordingThatGoesOn) {
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {}, .hls = true, .id = "lbefore", .records = true}), "");
  EXPECT_FALSE(room.recording()) << "it may go on by itself";
  Turn();
  EXPECT_THAT(programs.composers, IsEmpty());
  ASSERT_EQ(Do(room, RecordAction::kStart), "");
  Turn();
  ASSERT_THAT(programs.composers, SizeIs(1));
  EXPECT_EQ(programs.composers[0]->output, files / "lbefore");
  EXPECT_TRUE(broadcasts->FilesOf("lbefore"));
}

TEST_F(BroadcastDeskTest, BeginsARecordingAfterARestartWhereNoneGoesOn) {
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {}, .hls = true, .id = "lbefore", .records = true}), "");
  for (int i = 0; i < 11; ++i) Turn(Duration::Seconds(1));
  EXPECT_TRUE(room.recording());
  EXPECT_THAT(programs.composers, SizeIs(1));
}

TEST_F(BroadcastDeskTest, AnEmptyRoomIsNotLiveAndNobodyIsTold) {
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {}, .hls = true}), "");
  Turn();
  listener.Take();
  room.Clear();
  Turn();
  EXPECT_TRUE(programs.composers[0]->terminated);
  EXPECT_THAT(listener.Take(), IsEmpty());
  EXPECT_EQ(broadcasts->Find(room), nullptr);
}

TEST_F(BroadcastDeskTest, WhatAKilledServerLeftIsRemoved) {
  std::filesystem::create_directories(files / "lforgotten");
  Room& room = Meeting();
  ASSERT_EQ(Go(room, {.targets = {}, .hls = true}), "");
  Turn();
  EXPECT_TRUE(std::filesystem::exists(files / "lforgotten")) << "its room may come back";
  Turn(limits.resume_token_life + Duration::Seconds(1));
  Turn();
  EXPECT_FALSE(std::filesystem::exists(files / "lforgotten"));
}

TEST_F(BroadcastDeskTest, WhereNothingMayBeShownAnyMoreNothingStays) {
  std::filesystem::create_directories(files / "lforgotten");
  Begin({});
  EXPECT_FALSE(std::filesystem::exists(files));
}

}  // namespace
}  // namespace parley::test
