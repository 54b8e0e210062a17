// Media as clients see it: sources on and off, slots and views, speakers, quality, ICE restarts.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

using Shown = std::map<int, uint32_t>;

std::string View(const std::vector<std::pair<uint32_t, int>>& show,
                 const std::vector<uint32_t>& pinned = {}) {
  std::string text = R"({"show":[)";
  for (const auto& [source, height] : show) {
    if (text.back() != '[') text += ",";
    text +=
        R"({"source":)" + std::to_string(source) + R"(,"height":)" + std::to_string(height) + "}";
  }
  text += R"(],"pinned":[)";
  for (const uint32_t source : pinned) {
    if (text.back() != '[') text += ",";
    text += std::to_string(source);
  }
  return text + "]}";
}

std::set<uint32_t> SourcesIn(const Shown& shown) {
  std::set<uint32_t> sources;
  for (const auto& [slot, source] : shown) sources.insert(source);
  return sources;
}

int SlotOf(const Client& client, uint32_t source) {
  for (const auto& [slot, carried] : client.shown()) {
    if (carried == source) return slot;
  }
  return -1;
}

const SetSlot& LastSetSlot(Meeting& meeting, const Client& client, uint32_t source) {
  return meeting.media->Find(client.transport())
      .second->slots.at(static_cast<uint8_t>(SlotOf(client, source)));
}

// What the worker reports when the first clean frame of a slot left.
void Go(Meeting& meeting, const Client& client, uint32_t source,
        SlotSwitched::State state = SlotSwitched::State::kLive) {
  const auto& set = LastSetSlot(meeting, client, source);
  meeting.Report(SlotSwitched{.transport = client.transport(),
                              .slot = set.slot,
                              .epoch = set.epoch,
                              .source = SourceId(source),
                              .state = state});
}

TEST(WatchingTest, WithoutAViewEveryoneIsShownButOneself) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  EXPECT_TRUE(ada.shown().empty());
  Client& bob = meeting.Joined("Bob");
  Client& eve = meeting.Joined("Eve");
  EXPECT_EQ(SourcesIn(ada.shown()), (std::set{bob.source("camera"), eve.source("camera")}));
  EXPECT_EQ(SourcesIn(eve.shown()), (std::set{ada.source("camera"), bob.source("camera")}))
      << "in the snapshot already";
}

TEST(WatchingTest, AScreenComesFirstWhenThereAreFewSlots) {
  Meeting meeting;
  const OfferShape one_slot{.sends = {}, .audio_slots = 1, .video_slots = 1};
  Client& watcher = meeting.Joined("Watcher", "attendee", one_slot, "[]");
  Client& ada = meeting.Joined("Ada", "host", {.sends = kEverySource});
  Client& bob = meeting.Joined("Bob");
  EXPECT_EQ(SourcesIn(watcher.shown()), std::set{ada.source("camera")});
  ASSERT_TRUE(ada.Ask("publish", R"({"source":"screen","on":true})"));
  EXPECT_EQ(SourcesIn(watcher.shown()), std::set{ada.source("screen")});
  ASSERT_TRUE(ada.Ask("publish", R"({"source":"screen","on":false})"));
  meeting.ReportSpeakers(meeting.media->Find(watcher.transport()).first, {bob.source("microphone")},
                         bob.source("microphone"));
  EXPECT_EQ(SourcesIn(watcher.shown()), std::set{bob.source("camera")})
      << "without a screen the dominant speaker";
}

TEST(WatchingTest, AViewChoosesAndWhatStaysKeepsItsSlot) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada", "panelist", {.video_slots = 2});
  std::vector<uint32_t> cameras;
  for (int i = 0; i < 4; ++i) {
    cameras.push_back(meeting.Joined("P" + std::to_string(i)).source("camera"));
  }
  ASSERT_TRUE(ada.Ask("view", View({{cameras[2], 720}, {cameras[3], 180}})));
  EXPECT_EQ(SourcesIn(ada.shown()), (std::set{cameras[2], cameras[3]}));
  const int slot = SlotOf(ada, cameras[3]);
  EXPECT_EQ(LastSetSlot(meeting, ada, cameras[2]).max_height, 720);
  EXPECT_EQ(LastSetSlot(meeting, ada, cameras[2]).priority, 1);
  EXPECT_EQ(LastSetSlot(meeting, ada, cameras[3]).priority, 0) << "a thumbnail";

  ASSERT_TRUE(ada.Ask(
      "view", View({{cameras[0], 360}, {cameras[3], 360}, {cameras[1], 360}}, {cameras[3]})));
  EXPECT_EQ(SourcesIn(ada.shown()), (std::set{cameras[0], cameras[3]}))
      << "two slots, two pictures";
  EXPECT_EQ(SlotOf(ada, cameras[3]), slot) << "no picture jumps";
  EXPECT_EQ(LastSetSlot(meeting, ada, cameras[3]).priority, 2) << "pinned";

  ASSERT_TRUE(ada.Ask("view", View({})));
  EXPECT_TRUE(ada.shown().empty());
  for (const auto& [index, set] : meeting.media->Find(ada.transport()).second->slots) {
    EXPECT_EQ(set.source, SourceId()) << "an empty slot costs no bandwidth";
  }
}

TEST(WatchingTest, AbsurdViewsHurtNobody) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  EXPECT_EQ(ada.Refusal("view", View({{ada.source("camera"), 720},
                                      {99999, 720},
                                      {0, 720},
                                      {bob.source("microphone"), 720},
                                      {bob.source("camera"), 100},
                                      {bob.source("camera"), 4320}},
                                     {77, bob.source("camera")})),
            "ok");
  EXPECT_EQ(SourcesIn(ada.shown()), std::set{bob.source("camera")});
  EXPECT_EQ(LastSetSlot(meeting, ada, bob.source("camera")).max_height, 100) << "the first counts";

  const SourceId camera(bob.source("camera"));
  Client& without_media = meeting.NewClient();
  ASSERT_TRUE(without_media.Join(meeting.room_name, "panelist", "C", std::nullopt));
  EXPECT_EQ(without_media.Refusal("view", View({{camera.value(), 720}})), "ok");
}

TEST(WatchingTest, AWishForASourceThatIsOffIsKept) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(bob.Ask("publish", R"({"source":"camera","on":false})"));
  ASSERT_TRUE(ada.Ask("view", View({{bob.source("camera"), 720}})));
  EXPECT_TRUE(ada.shown().empty());
  ASSERT_TRUE(bob.Ask("publish", R"({"source":"camera","on":true})"));
  EXPECT_EQ(SourcesIn(ada.shown()), std::set{bob.source("camera")});
}

TEST(WatchingTest, PublishingTellsTheRoomAndTheHomeWorker) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  meeting.media->ForgetSent();
  ASSERT_TRUE(bob.Ask("publish", R"({"source":"microphone","on":false})"));
  const auto enabled = meeting.media->SentOf<EnableSource>();
  ASSERT_EQ(enabled.size(), 1u);
  EXPECT_EQ(enabled[0].second.source, SourceId(bob.source("microphone")));
  EXPECT_FALSE(enabled[0].second.enabled);
  EXPECT_EQ(ada.Take("participant_changed").size(), 1u);
  EXPECT_EQ(bob.Take("participant_changed").size(), 1u) << "before the result";
  ASSERT_TRUE(bob.Ask("publish", R"({"source":"microphone","on":false})"));
  EXPECT_EQ(ada.Take("participant_changed").size(), 0u) << "nothing changed";
  EXPECT_EQ(bob.Refusal("publish", R"({"source":"screen","on":true})"), "source_not_found");
  meeting.ExpectAgreement();
}

TEST(WatchingTest, ARoleThatMaySendNothingSendsNothing) {
  Meeting meeting;
  Client& eve = meeting.Joined("Eve", "attendee");
  EXPECT_FALSE(eve.has_source("camera"));
  EXPECT_EQ(meeting.media->SentOf<AddSource>().size(), 0u);
  EXPECT_EQ(eve.Refusal("publish", R"({"source":"camera","on":true})"), "forbidden");
  Client& camera = meeting.Joined("Cam", "camera-only");
  EXPECT_TRUE(camera.has_source("camera"));
  EXPECT_FALSE(camera.has_source("microphone"));
}

TEST(WatchingTest, ASlotIsWaitingUntilItsFirstCleanFrame) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  const uint32_t camera = bob.source("camera");
  EXPECT_EQ(ada.slot_state(camera), "waiting");
  Go(meeting, ada, camera);
  EXPECT_EQ(ada.slot_state(camera), "live");
  const int maps = ada.maps_seen();
  Go(meeting, ada, camera);
  EXPECT_EQ(ada.maps_seen(), maps) << "nothing new";
  Go(meeting, ada, camera, SlotSwitched::State::kPausedBandwidth);
  EXPECT_EQ(ada.slot_state(camera), "paused");
  Go(meeting, ada, camera, SlotSwitched::State::kUnsupportedCodec);
  EXPECT_EQ(ada.slot_state(camera), "unsupported");
}

TEST(WatchingTest, AReportAboutAnEarlierSourceOfASlotIsIgnored) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada", "panelist", {.video_slots = 1});
  Client& bob = meeting.Joined("Bob");
  Client& eve = meeting.Joined("Eve");
  ASSERT_TRUE(ada.Ask("view", View({{bob.source("camera"), 360}})));
  const SetSlot bobs = LastSetSlot(meeting, ada, bob.source("camera"));
  ASSERT_TRUE(ada.Ask("view", View({{eve.source("camera"), 360}})));
  ASSERT_TRUE(ada.Ask("view", View({{bob.source("camera"), 360}})));
  meeting.Report(SlotSwitched{.transport = ada.transport(),
                              .slot = bobs.slot,
                              .epoch = bobs.epoch,
                              .source = bobs.source,
                              .state = SlotSwitched::State::kLive});
  EXPECT_EQ(ada.slot_state(bob.source("camera")), "waiting") << "of Bob's first time in the slot";
  Go(meeting, ada, bob.source("camera"));
  EXPECT_EQ(ada.slot_state(bob.source("camera")), "live");
  meeting.Report(SlotSwitched{.transport = TransportId(4711), .slot = bobs.slot, .source = {}});
  meeting.Report(SlotSwitched{.transport = ada.transport(), .slot = 200, .source = {}});
}

TEST(WatchingTest, ManyReportsMakeOneMap) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  std::vector<Event> events;
  for (int i = 0; i < 4; ++i) {
    const uint32_t camera = meeting.Joined("P" + std::to_string(i)).source("camera");
    const auto& set = LastSetSlot(meeting, ada, camera);
    events.emplace_back(SlotSwitched{.transport = ada.transport(),
                                     .slot = set.slot,
                                     .epoch = set.epoch,
                                     .source = set.source,
                                     .state = SlotSwitched::State::kLive});
  }
  const int maps = ada.maps_seen();
  meeting.rooms->HandleEvents(events, meeting.now());
  EXPECT_EQ(ada.maps_seen(), maps + 1);
}

TEST(WatchingTest, SpeakersBecomeSeatsForTheClientsOfThatWorker) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  const int adas = meeting.media->Find(ada.transport()).first;
  ASSERT_NE(adas, meeting.media->Find(bob.transport()).first);
  meeting.ReportSpeakers(adas, {bob.source("microphone"), 0, ada.source("microphone")},
                         bob.source("microphone"));
  const auto& audio = ada.map()["audio"];
  ASSERT_EQ(audio.Size(), 3u);
  EXPECT_EQ(audio[0].GetUint(), bob.source("microphone"));
  EXPECT_EQ(audio[1].GetUint(), 0u);
  EXPECT_EQ(audio[2].GetUint(), 0u) << "one's own voice does not come back";
  EXPECT_EQ(ada.Take("speakers"), (std::vector{R"({"dominant":")" + bob.id() + R"(","active":[")" +
                                               bob.id() + R"(",")" + ada.id() + R"("]})"}));
  EXPECT_EQ(bob.Take("speakers").size(), 0u) << "another worker's clients hear of it from theirs";

  Client& late = meeting.NewClient();
  ASSERT_TRUE(late.Join(meeting.room_name, "panelist", "Late"));
  const auto& snapshot = late.last_result()["data"]["room"];
  const int lates = meeting.media->Find(late.transport()).first;
  EXPECT_EQ(snapshot["dominant"].IsString(), lates == adas);
}

TEST(WatchingTest, ASingleAudioSlotFollowsTheDominantSpeaker) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& small = meeting.Joined("Small", "panelist", {.sends = {}, .audio_slots = 1});
  meeting.ReportSpeakers(meeting.media->Find(small.transport()).first,
                         {0, ada.source("microphone")}, ada.source("microphone"));
  ASSERT_EQ(small.map()["audio"].Size(), 1u);
  EXPECT_EQ(small.map()["audio"][0].GetUint(), ada.source("microphone"));
}

TEST(WatchingTest, SpeakersWhoLeftAreNotNamed) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  const uint32_t microphone = bob.source("microphone");
  bob.Ask("leave");
  meeting.ReportSpeakers(meeting.media->Find(ada.transport()).first, {microphone}, microphone);
  EXPECT_EQ(ada.map()["audio"][0].GetUint(), 0u);
  EXPECT_EQ(ada.Take("speakers").back(), R"({"dominant":null,"active":[]})");
}

TEST(WatchingTest, TheScreensAudioFollowsTheScreen) {
  Meeting meeting;
  const OfferShape listener{.sends = {}, .audio_slots = 4, .video_slots = 2};
  Client& watcher = meeting.Joined("Watcher", "panelist", listener, "[]");
  Client& ada = meeting.Joined("Ada", "host", {.sends = kEverySource});
  Client& bob = meeting.Joined("Bob", "host", {.sends = kEverySource});
  EXPECT_EQ(watcher.map()["screen_audio"].GetUint(), 0u);
  for (Client* sharer : {&ada, &bob}) {
    ASSERT_TRUE(sharer->Ask("publish", R"({"source":"screen","on":true})"));
    ASSERT_TRUE(sharer->Ask("publish", R"({"source":"screen_audio","on":true})"));
  }
  EXPECT_EQ(watcher.map()["audio"].Size(), 3u);
  ASSERT_TRUE(watcher.Ask("view", View({{bob.source("screen"), 1080}})));
  EXPECT_EQ(watcher.map()["screen_audio"].GetUint(), bob.source("screen_audio"));
  ASSERT_TRUE(watcher.Ask("view", View({{ada.source("screen"), 1080}})));
  EXPECT_EQ(watcher.map()["screen_audio"].GetUint(), ada.source("screen_audio"));
  const auto& slots = meeting.media->Find(watcher.transport()).second->slots;
  EXPECT_TRUE(std::ranges::any_of(slots, [&](const auto& slot) {
    return slot.second.source == SourceId(ada.source("screen_audio"));
  }));
  ASSERT_TRUE(watcher.Ask("view", View({})));
  EXPECT_NE(watcher.map()["screen_audio"].GetUint(), 0u) << "heard even while it is out of sight";
  ASSERT_TRUE(ada.Ask("publish", R"({"source":"screen","on":false})"));
  ASSERT_TRUE(bob.Ask("publish", R"({"source":"screen","on":false})"));
  EXPECT_EQ(watcher.map()["screen_audio"].GetUint(), 0u);
}

TEST(WatchingTest, QualityIsToldWhenItChangesAndNotTooOften) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  const auto report = [&](float loss) {
    TransportStats stats;
    stats.transport = bob.transport();
    stats.round_trip = Duration::Millis(40);
    stats.uplink_loss = loss;
    meeting.Report(stats);
  };
  report(0.5);
  report(0.5);
  meeting.Pass(Duration::Millis(300));
  EXPECT_EQ(ada.Take("quality").size(), 0u) << "the first figures are of the start itself";
  report(0);
  meeting.Pass(Duration::Millis(300));
  EXPECT_EQ(ada.Take("quality"), (std::vector{R"({"participants":{")" + bob.id() + R"(":4}})"}));
  report(0);
  meeting.Pass(Duration::Seconds(3));
  EXPECT_EQ(ada.Take("quality").size(), 0u) << "no change";
  report(0.5);
  meeting.Pass(Duration::Millis(300));
  report(0.03F);
  meeting.Pass(Duration::Millis(1000));
  EXPECT_EQ(ada.Take("quality").size(), 1u);
  meeting.Pass(Duration::Seconds(2));
  EXPECT_EQ(ada.Take("quality"), (std::vector{R"({"participants":{")" + bob.id() + R"(":3}})"}));
  meeting.Report(TransportDisconnected{.transport = bob.transport(),
                                       .reason = TransportDisconnected::Reason::kConsentExpired});
  meeting.Pass(Duration::Seconds(3));
  EXPECT_EQ(bob.Take("quality").back(), R"({"participants":{")" + bob.id() + R"(":1}})");
  EXPECT_TRUE(meeting.room().Find(bob.id())) << "its socket may still mend it";
  meeting.Report(TransportConnected{.transport = bob.transport()});
  report(0.5);
  meeting.Pass(Duration::Seconds(3));
  EXPECT_EQ(ada.Take("quality").back(), R"({"participants":{")" + bob.id() + R"(":0}})")
      << "unknown again, until there is something to say";
}

TEST(WatchingTest, AnIceRestartKeepsTheTransport) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  const TransportId transport = ada.transport();
  OfferShape again;
  again.ufrag = "ufr5";
  again.password = "zyxwvutsrqponmlkjihgfe";
  ASSERT_TRUE(ada.Ask("offer", R"({"sdp":)" + Quote(MakeOffer(again)) + "}")) << Text(ada.error());
  EXPECT_EQ(ada.transport(), transport);
  const auto restarts = meeting.media->SentOf<RestartIce>();
  ASSERT_EQ(restarts.size(), 1u);
  EXPECT_EQ(restarts[0].second.transport, transport);
  EXPECT_EQ(restarts[0].second.remote_ice.ufrag, "ufr5");
  EXPECT_EQ(meeting.media->SentOf<CreateTransport>().size(), 1u);

  ASSERT_TRUE(ada.Ask("offer", R"({"sdp":)" + Quote(MakeOffer(again)) + "}"));
  EXPECT_EQ(meeting.media->SentOf<RestartIce>().size(), 1u) << "the same credentials: no restart";
  EXPECT_EQ(ada.Refusal("offer", R"({"sdp":)" + Quote(MakeOffer({.video_slots = 9})) + "}"),
            "offer_invalid")
      << "other m-lines need a fresh peer connection";
}

TEST(WatchingTest, AFreshOfferMayBringOtherSources) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  const uint32_t camera = bob.source("camera");
  ASSERT_TRUE(ada.Ask("view", View({{camera, 720}})));
  ASSERT_TRUE(bob.Ask("offer", R"({"fresh":true,"sdp":)" +
                                   Quote(MakeOffer({.sends = {SourceKind::kMicrophone}})) + "}"));
  EXPECT_TRUE(ada.shown().empty());
  EXPECT_EQ(ada.Take("participant_changed").size(), 1u);
  EXPECT_EQ(bob.Refusal("publish", R"({"source":"camera","on":true})"), "source_not_found");
  meeting.ExpectAgreement();

  ASSERT_TRUE(bob.Ask("offer", R"({"fresh":true,"sdp":)" + Quote(MakeOffer()) + "}"));
  EXPECT_EQ(SourcesIn(ada.shown()), std::set{camera}) << "on as before, under the same id";
  meeting.ExpectAgreement();
}

TEST(WatchingTest, SourcesByMidNamesWhatTheOrderDoesNot) {
  Meeting meeting;
  Client& ada = meeting.NewClient();
  const OfferShape shape{.sends = {SourceKind::kCamera}, .audio_slots = 0, .video_slots = 0};
  ASSERT_TRUE(ada.Ask("join", R"({"room":)" + Quote(meeting.room_name) +
                                  R"(,"token":"host","name":"A","sources_by_mid":{"0":"screen"},)" +
                                  R"("offer":)" + Quote(MakeOffer(shape)) + "}"));
  const auto& sources = ada.last_result()["data"]["sources"];
  EXPECT_TRUE(sources.HasMember("screen"));
  EXPECT_FALSE(sources.HasMember("camera"));
}

}  // namespace
}  // namespace parley::test
