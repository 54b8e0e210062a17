// Participants who are moved to another worker by a peer connection beside the one they have.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

class MovingTest : public testing::Test {
 protected:
  void SetUp() override {
    ada_ = &meeting_.Joined("Ada");
    ben_ = &meeting_.Joined("Ben");
    for (Client* client : {ada_, ben_}) {
      meeting_.Report(TransportConnected{.transport = client->transport(), .tcp = false});
    }
    before_ = ada_->transport();
    from_ = WorkerOf(before_);
    to_ = 1 - from_;
  }

  int WorkerOf(TransportId transport) const { return meeting_.media->Find(transport).first; }
  // Ada's, of the worker that she is to leave.
  void Drain() {
    meeting_.rooms->SetDraining(WorkerIndex(static_cast<uint8_t>(from_)), true);
    meeting_.Pass(Duration::Millis(200));
  }
  std::string Beside(const OfferShape& shape = {}) {
    return R"({"fresh":true,"beside":true,"sdp":)" + Quote(MakeOffer(shape)) + "}";
  }
  // The peer connection that stands beside; none: there is none.
  TransportId Other() const {
    for (const auto& [transport, held] : meeting_.media->worker(to_).transports) {
      if (transport != ben_->transport() && transport != ada_->transport()) return transport;
    }
    return {};
  }
  SourceId Source(const char* kind) const { return SourceId(ada_->source(kind)); }
  void Connect(TransportId transport) {
    meeting_.Report(TransportConnected{.transport = transport, .tcp = false});
  }
  void Start(TransportId transport, const char* kind) {
    meeting_.Report(SourceStarted{.transport = transport, .source = Source(kind)});
  }
  // By one worker.
  const FakeMediaPort::Source& SourceOn(int worker, const char* kind) const {
    return meeting_.media->worker(worker).sources.at(Source(kind));
  }

  Meeting meeting_;
  Client* ada_ = nullptr;
  Client* ben_ = nullptr;
  TransportId before_;
  int from_ = 0;
  int to_ = 0;
};

TEST_F(MovingTest, AWorkerThatIsDrainedIsLeftWithoutAWordToTheOthers) {
  const uint32_t bens_camera = ben_->source("camera");
  const auto shown = ada_->shown();
  ASSERT_EQ(shown.size(), 1u);
  Drain();
  EXPECT_EQ(ada_->Take("move"), std::vector<std::string>{"{}"});
  EXPECT_TRUE(ben_->Take("move").empty()) << "on the other worker";
  ASSERT_TRUE(ada_->Ask("offer", Beside()));
  const TransportId after = Other();
  ASSERT_NE(after, TransportId());
  EXPECT_EQ(ada_->transport(), before_);

  Connect(after);
  EXPECT_EQ(ada_->transport(), before_) << "nothing has come on it yet";
  Start(after, "camera");
  EXPECT_EQ(ada_->transport(), before_) << "nor any sound";
  const auto left = ben_->Take("participant_changed");
  Start(after, "microphone");
  EXPECT_EQ(ada_->transport(), after);
  EXPECT_EQ(WorkerOf(before_), from_) << "which goes on meanwhile";
  for (const int worker : {0, 1}) {
    EXPECT_EQ(SourceOn(worker, "microphone").transport, after);
    EXPECT_EQ(SourceOn(worker, "camera").home.value(), to_);
  }
  EXPECT_TRUE(SourceOn(to_, "microphone").enabled);
  EXPECT_TRUE(meeting_.media->SentOf<RemoveSource>().empty());
  EXPECT_EQ(ada_->shown(), shown) << "in the same slots";
  const auto& slots = meeting_.media->Find(after).second->slots;
  EXPECT_TRUE(std::ranges::any_of(
      slots, [&](const auto& slot) { return slot.second.source.value() == bens_camera; }));
  EXPECT_TRUE(ben_->Take("participant_changed").empty());
  EXPECT_TRUE(ben_->Take("participant_left").empty());
  meeting_.ExpectAgreement();

  meeting_.Report(TransportDisconnected{.transport = before_,
                                        .reason = TransportDisconnected::Reason::kDtlsClosed});
  EXPECT_EQ(WorkerOf(before_), -1);
  EXPECT_TRUE(meeting_.media->worker(from_).transports.empty());
}

TEST_F(MovingTest, TheOldOneIsClosedInTheEndByItself) {
  Drain();
  ASSERT_TRUE(ada_->Ask("offer", Beside()));
  const TransportId after = Other();
  Connect(after);
  Start(after, "microphone");
  meeting_.Pass(Duration::Seconds(11));
  EXPECT_EQ(WorkerOf(before_), -1);
  EXPECT_EQ(ada_->transport(), after);
}

TEST_F(MovingTest, WhoSendsNothingGoesOverWhenConnected) {
  ada_->Ask("publish", R"({"source":"microphone","on":false})");
  ada_->Ask("publish", R"({"source":"camera","on":false})");
  Drain();
  ASSERT_TRUE(ada_->Ask("offer", Beside()));
  const TransportId after = Other();
  Connect(after);
  EXPECT_EQ(ada_->transport(), after);
}

TEST_F(MovingTest, SourcesThatStaySilentAreNotWaitedForLong) {
  Drain();
  ASSERT_TRUE(ada_->Ask("offer", Beside()));
  const TransportId after = Other();
  Connect(after);
  meeting_.Pass(Duration::Seconds(3));
  EXPECT_EQ(ada_->transport(), after);
}

TEST_F(MovingTest, OneThatNeverConnectsChangesNothing) {
  Drain();
  ASSERT_TRUE(ada_->Ask("offer", Beside()));
  const TransportId after = Other();
  meeting_.Pass(Duration::Seconds(21));
  EXPECT_EQ(ada_->transport(), before_);
  EXPECT_EQ(WorkerOf(after), -1);
  EXPECT_EQ(SourceOn(to_, "camera").transport, before_);
  EXPECT_EQ(ada_->Refusal("offer", Beside()), "bad_request") << "too late";
  EXPECT_EQ(ada_->Take("move").size(), 1u) << "not asked again soon";
  meeting_.Pass(Duration::Seconds(120));
  EXPECT_EQ(ada_->Take("move").size(), 1u);
}

TEST_F(MovingTest, OneThatFailsChangesNothing) {
  Drain();
  ASSERT_TRUE(ada_->Ask("offer", Beside()));
  const TransportId after = Other();
  meeting_.Report(TransportDisconnected{.transport = after,
                                        .reason = TransportDisconnected::Reason::kDtlsFailed});
  EXPECT_EQ(ada_->transport(), before_);
  EXPECT_EQ(WorkerOf(after), -1);
}

TEST_F(MovingTest, IsRefusedToWhoWasNotAsked) {
  EXPECT_EQ(ada_->Refusal("offer", Beside()), "bad_request");
  EXPECT_STREQ(ada_->error()["field"].GetString(), "beside");
  Drain();
  ASSERT_TRUE(ada_->Ask("offer", Beside()));
  EXPECT_EQ(ada_->Refusal("offer", Beside()), "bad_request") << "twice";
}

TEST_F(MovingTest, AFreshPeerConnectionTakesThePlaceOfBoth) {
  Drain();
  ASSERT_TRUE(ada_->Ask("offer", Beside()));
  const TransportId beside = Other();
  ASSERT_TRUE(ada_->Ask("offer", R"({"fresh":true,"sdp":)" + Quote(MakeOffer()) + "}"));
  EXPECT_EQ(WorkerOf(before_), -1);
  EXPECT_EQ(WorkerOf(beside), -1);
  EXPECT_EQ(WorkerOf(ada_->transport()), to_) << "and goes where nobody is drained";
}

TEST_F(MovingTest, WhoLeavesMeanwhileTakesBothAlong) {
  Drain();
  ASSERT_TRUE(ada_->Ask("offer", Beside()));
  ada_->Ask("leave");
  EXPECT_TRUE(meeting_.media->worker(from_).transports.empty());
  EXPECT_EQ(meeting_.media->worker(to_).transports.size(), 1u);
}

TEST_F(MovingTest, WhoComesIsPlacedElsewhere) {
  Drain();
  for (const char* name : {"Cat", "Dan", "Eve"}) {
    EXPECT_EQ(WorkerOf(meeting_.Joined(name).transport()), to_);
  }
  meeting_.rooms->SetDraining(WorkerIndex(static_cast<uint8_t>(from_)), false);
  EXPECT_EQ(WorkerOf(meeting_.Joined("Fay").transport()), from_);
}

TEST_F(MovingTest, AWorkerThatIsClearlyBusierGivesSomebodyAway) {
  meeting_.media->cpu_times = {};
  meeting_.media->cpu_times.resize(2);
  for (int second = 0; second < 60; ++second) {
    meeting_.media->cpu_times[static_cast<size_t>(from_)] = Duration::Millis(int64_t{900} * second);
    meeting_.Pass(Duration::Seconds(1));
  }
  // The only one there: to move her would make the other as busy.
  EXPECT_TRUE(ada_->Take("move").empty());
  Client& cat = meeting_.Joined("Cat");
  Client& dan = meeting_.Joined("Dan");
  for (Client* client : {&cat, &dan}) Connect(client->transport());
  for (int second = 60; second < 120; ++second) {
    meeting_.media->cpu_times[static_cast<size_t>(from_)] = Duration::Millis(int64_t{900} * second);
    meeting_.Pass(Duration::Seconds(1));
  }
  EXPECT_EQ(ada_->Take("move").size(), 1u);
  EXPECT_TRUE(ben_->Take("move").empty());
}

}  // namespace
}  // namespace parley::test
