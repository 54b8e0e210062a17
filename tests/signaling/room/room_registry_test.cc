#include "signaling/room/room_registry.h"

#include <gtest/gtest.h>

#include "sfu/base/random.h"
#include "signaling/room/permissions.h"
#include "signaling/room/quality.h"
#include "signaling/room/worker_placement.h"
#include "tests/signaling/fake_media_port.h"

namespace parley {
namespace {

class CountingStore final : public RoomStore {
 public:
  void Save(const RoomRecord& record) override { saved.push_back(record); }
  void Forget(const std::string& name) override { forgotten.push_back(name); }
  std::vector<RoomRecord> saved;
  std::vector<std::string> forgotten;
};

class RoomRegistryTest : public testing::Test {
 protected:
  std::string Refusal(std::string_view name, std::string_view title) {
    const auto room = rooms.Create(name, title, now);
    if (room) return "ok";
    return std::string(InfoOf(room.error().code).name) + " " + room.error().field;
  }

  Limits limits{.rooms = 4};
  test::FakeMediaPort media;
  CountingStore store;
  SeededRandom random{1};
  RoomRegistry rooms{media, store, random, limits, {}};
  const Now now{Timestamp::Seconds(1), WallTime::UnixMicros(5'000'000)};
};

TEST_F(RoomRegistryTest, MakesFindsAndForgets) {
  const auto made = rooms.Create("", "  Weekly ", now);
  ASSERT_TRUE(made);
  const RoomRecord record = (*made)->record();
  EXPECT_EQ(record.title, "Weekly");
  EXPECT_GE(record.invite.size(), 20u);
  EXPECT_EQ(record.created_at, now.wall);
  EXPECT_EQ(rooms.Find(record.name), *made);
  ASSERT_EQ(store.saved.size(), 1u);
  EXPECT_EQ(store.saved[0].invite, record.invite);
  EXPECT_EQ(record.pin.size(), kPinDigits);
  EXPECT_EQ(record.pin.find_first_not_of("0123456789"), std::string::npos);
  EXPECT_EQ(rooms.FindByPin(record.pin).room, *made);
  EXPECT_FALSE(rooms.FindByPin(record.pin).host);
  EXPECT_EQ(record.host_pin.size(), kHostPinDigits);
  EXPECT_EQ(record.host_pin.find_first_not_of("0123456789"), std::string::npos);
  EXPECT_EQ(rooms.FindByPin(record.host_pin).room, *made);
  EXPECT_TRUE(rooms.FindByPin(record.host_pin).host);
  EXPECT_EQ((*made)->RoleOfInvite(record.invite), Role::kPanelist);
  EXPECT_EQ((*made)->RoleOfInvite("x" + record.invite), std::nullopt);
  EXPECT_EQ((*made)->RoleOfInvite(""), std::nullopt);

  EXPECT_TRUE(rooms.Forget(record.name, now));
  EXPECT_EQ(rooms.Find(record.name), nullptr);
  EXPECT_EQ(rooms.FindByPin(record.pin).room, nullptr);
  EXPECT_EQ(rooms.FindByPin(record.host_pin).room, nullptr);
  EXPECT_EQ(store.forgotten, std::vector{record.name});
  EXPECT_FALSE(rooms.Forget(record.name, now));
  EXPECT_TRUE(media.sent().empty()) << "an empty room costs the workers nothing";
}

TEST_F(RoomRegistryTest, HoldsNamesTitlesAndItsOwnSizeToTheRules) {
  EXPECT_EQ(Refusal("Weekly", ""), "bad_request name");
  EXPECT_EQ(Refusal("a/b", ""), "bad_request name");
  EXPECT_EQ(Refusal("weekly", std::string(201, 'x')), "too_large title");
  EXPECT_EQ(Refusal("weekly", "a\x01"), "bad_request title");
  EXPECT_EQ(Refusal("weekly", ""), "ok");
  EXPECT_EQ(Refusal("weekly", ""), "bad_request name") << "taken";
  EXPECT_EQ(Refusal("", ""), "ok");
  EXPECT_EQ(Refusal("", ""), "ok");
  EXPECT_EQ(Refusal("", ""), "ok");
  EXPECT_EQ(Refusal("", ""), "server_full ");
  EXPECT_EQ(rooms.room_count(), 4u);
  rooms.Close(Duration::Zero());
  EXPECT_EQ(Refusal("", ""), "closing ");
}

TEST_F(RoomRegistryTest, RestoresWhatTheStoreHad) {
  rooms.Restore(
      {{.name = "bbb",
        .title = "B",
        .invite = "s1",
        .pin = "1234567890",
        .host_pin = "123456789012",
        .meeting = 7,
        .created_at = {}},
       {.name = "aaa", .title = "A", .invite = "s2", .pin = {}, .meeting = 8, .created_at = {}}});
  const auto all = rooms.rooms();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0]->record().name, "aaa");
  EXPECT_EQ(all[1]->record().meeting, 7u);
  EXPECT_NE(all[0]->id(), all[1]->id());
  EXPECT_EQ(rooms.FindByPin("1234567890").room, all[1]);
  EXPECT_TRUE(rooms.FindByPin("123456789012").host);
  // One that an earlier version made gets its PINs now, for good.
  ASSERT_EQ(store.saved.size(), 1u);
  EXPECT_EQ(store.saved[0].name, "aaa");
  EXPECT_EQ(rooms.FindByPin(store.saved[0].pin).room, all[0]);
  EXPECT_EQ(rooms.FindByPin(store.saved[0].host_pin).room, all[0]);
}

TEST_F(RoomRegistryTest, EventsOfNobodyAreNobodys) {
  SpeakersChanged speakers;
  speakers.room = RoomId(77);
  SlotSwitched switched;
  switched.transport = TransportId(5);
  TransportStats stats;
  stats.transport = TransportId(5);
  const std::vector<Event> events = {
      speakers,
      switched,
      stats,
      SourceStarted{.transport = TransportId(5), .source = SourceId(5)},
      SourceDemand{.transport = TransportId(5), .source = SourceId(5), .encodings = 1},
      TransportConnected{.transport = TransportId(5)},
      TransportDisconnected{.transport = TransportId(5)}};
  rooms.HandleEvents(events, now);
  EXPECT_TRUE(media.sent().empty());
}

TEST(WorkerPlacementTest, TheLeastLoadedAndAmongEqualsTheRoomsFewest) {
  WorkerPlacement placement(3);
  EXPECT_EQ(placement.Choose(std::vector<uint32_t>{0, 0, 0}), WorkerIndex(0));
  EXPECT_EQ(placement.Choose(std::vector<uint32_t>{1, 1, 0}), WorkerIndex(2));
  placement.Add(WorkerIndex(2));
  EXPECT_EQ(placement.Choose(std::vector<uint32_t>{1, 0, 0}), WorkerIndex(1));
  placement.Add(WorkerIndex(0));
  placement.Add(WorkerIndex(1));
  placement.Add(WorkerIndex(1));
  placement.Remove(WorkerIndex(0));
  EXPECT_EQ(placement.Choose(std::vector<uint32_t>{9, 0, 0}), WorkerIndex(0));
  EXPECT_EQ(placement.load(WorkerIndex(1)), 2u);
}

TEST(QualityTest, FallsWithLossAndDelay) {
  const auto rate = [](int rtt_ms, float up, float down) {
    TransportStats stats;
    stats.round_trip = Duration::Millis(rtt_ms);
    stats.uplink_loss = up;
    stats.downlink_loss = down;
    return RateQuality(stats);
  };
  EXPECT_EQ(rate(0, 0, 0), 4);
  EXPECT_EQ(rate(200, 0.02F, 0.02F), 4);
  EXPECT_EQ(rate(201, 0, 0), 3);
  EXPECT_EQ(rate(50, 0.03F, 0), 3);
  EXPECT_EQ(rate(50, 0, 0.03F), 3) << "the worse direction counts";
  EXPECT_EQ(rate(600, 0, 0), 2);
  EXPECT_EQ(rate(50, 0.1F, 0), 2);
  EXPECT_EQ(rate(50, 0.2F, 0), 1);
  EXPECT_EQ(rate(2000, 0, 0), 1);
}

TEST(PermissionsTest, WhatEachRoleMayDo) {
  for (const Action action : {Action::kRenameCallers, Action::kLowerHands, Action::kMuteOthers,
                              Action::kRemoveOthers, Action::kEndMeeting}) {
    EXPECT_TRUE(MayDo(Role::kHost, action));
    EXPECT_FALSE(MayDo(Role::kPanelist, action));
    EXPECT_FALSE(MayDo(Role::kAttendee, action));
  }
  for (const Role role : {Role::kHost, Role::kPanelist, Role::kAttendee}) {
    EXPECT_TRUE(MayDo(role, Action::kChat));
    EXPECT_TRUE(MayDo(role, Action::kRename));
    EXPECT_TRUE(MayDo(role, Action::kRaiseHand));
  }
  EXPECT_EQ(DefaultPublish(Role::kHost), kAllSources);
  EXPECT_EQ(DefaultPublish(Role::kPanelist), kAllSources);
  EXPECT_TRUE(DefaultPublish(Role::kAttendee).none());
}

}  // namespace
}  // namespace parley
