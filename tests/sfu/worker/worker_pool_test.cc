#include "sfu/worker/worker_pool.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "sfu/wire/stun_builder.h"
#include "sfu/worker/udp_socket.h"
#include "tests/sfu/worker/pool_meeting.h"

namespace parley {
namespace {

using Member = PoolMeeting::Member;

constexpr test::MemberShape kPublisher{.microphone = true, .camera = true, .video_slots = 0};
constexpr test::MemberShape kViewer{.video_slots = 1};

bool Connected(const std::vector<Member*>& members) {
  return std::ranges::all_of(members, [](const Member* m) { return m->connected; });
}

uint64_t VideoPackets(const Member& viewer) {
  const auto* received = viewer.received(viewer.plan.VideoSlot(0));
  return received == nullptr ? 0 : received->packets();
}

// Packets in any of the speaker's seats.
uint64_t AudioPackets(const Member& viewer, const Member& speaker) {
  uint64_t packets = 0;
  for (int seat = 0; seat < kSpeakerSeats; ++seat) {
    const auto* received = viewer.received(viewer.plan.AudioSlot(seat));
    if (received != nullptr && received->source() == speaker.plan.microphone().value()) {
      packets += received->packets();
    }
  }
  return packets;
}

class WorkerPoolTest : public testing::TestWithParam<bool> {
 protected:
  PoolMeeting meeting_{{.workers = 2, .v6 = GetParam()}};
};

TEST_P(WorkerPoolTest, MediaReachesViewersOnBothWorkers) {
  Member& publisher = meeting_.Join(kPublisher, 0);
  Member& near = meeting_.Join(kViewer, 0);
  Member& far = meeting_.Join(kViewer, 1);
  meeting_.Show(near, 0, publisher);
  meeting_.Show(far, 0, publisher);
  ASSERT_TRUE(meeting_.RunUntil([&] { return Connected({&publisher, &near, &far}); }));
  for (Member* viewer : {&near, &far}) {
    ASSERT_TRUE(meeting_.RunUntil([&] {
      return VideoPackets(*viewer) >= 200 && AudioPackets(*viewer, publisher) >= 100;
    })) << VideoPackets(*viewer)
        << " " << AudioPackets(*viewer, publisher);
    const auto* video = viewer->received(viewer->plan.VideoSlot(0));
    EXPECT_EQ(video->source(), publisher.plan.camera().value());
    EXPECT_EQ(video->lost(), 0u);
    EXPECT_EQ(video->reordered(), 0u);
    EXPECT_EQ(viewer->peer.counters().undecryptable, 0u);
  }
  EXPECT_GT(meeting_.Sum(&WorkerMetrics::relay_sent), 200u);
  EXPECT_EQ(meeting_.Sum(&WorkerMetrics::relay_dropped_video), 0u);
}

TEST_P(WorkerPoolTest, IceTcpAlone) {
  Member& publisher = meeting_.Join(kPublisher, 0, /*tcp=*/true);
  Member& viewer = meeting_.Join(kViewer, 1, /*tcp=*/true);
  meeting_.Show(viewer, 0, publisher);
  ASSERT_TRUE(meeting_.RunUntil([&] { return VideoPackets(viewer) >= 100; }));
  EXPECT_EQ(viewer.received(viewer.plan.VideoSlot(0))->lost(), 0u);
  const auto over_tcp = std::ranges::count_if(meeting_.events(), [](const Event& event) {
    const auto* c = std::get_if<TransportConnected>(&event);
    return c != nullptr && c->tcp;
  });
  EXPECT_EQ(over_tcp, 2);
}

TEST_P(WorkerPoolTest, ANewAddressTakesOver) {
  Member& publisher = meeting_.Join(kPublisher, 0);
  Member& viewer = meeting_.Join(kViewer, 1);
  meeting_.Show(viewer, 0, publisher);
  ASSERT_TRUE(meeting_.RunUntil([&] { return VideoPackets(viewer) >= 50; }));
  for (Member* moved : {&viewer, &publisher}) {
    const auto any = *SocketAddress::Parse(GetParam() ? "::1" : "127.0.0.1", 0);
    ASSERT_TRUE(meeting_.loop().Rebind(moved->peer, any));
    const uint64_t before = VideoPackets(viewer);
    ASSERT_TRUE(meeting_.RunUntil([&] { return VideoPackets(viewer) >= before + 50; }));
  }
  EXPECT_FALSE(viewer.ended);
}

TEST_P(WorkerPoolTest, ClosingATransportLeavesTheOthers) {
  Member& publisher = meeting_.Join(kPublisher, 0);
  Member& leaver = meeting_.Join(kViewer, 1);
  Member& stayer = meeting_.Join(kViewer, 1);
  meeting_.Show(leaver, 0, publisher);
  meeting_.Show(stayer, 0, publisher);
  ASSERT_TRUE(
      meeting_.RunUntil([&] { return VideoPackets(leaver) >= 20 && VideoPackets(stayer) >= 20; }));
  meeting_.Close(leaver);
  ASSERT_TRUE(meeting_.RunUntil([&] { return leaver.peer.closed(); })) << "no close_notify";
  const uint64_t before = VideoPackets(stayer);
  ASSERT_TRUE(meeting_.RunUntil([&] { return VideoPackets(stayer) >= before + 50; }));
  EXPECT_EQ(stayer.received(stayer.plan.VideoSlot(0))->lost(), 0u);
}

TEST_P(WorkerPoolTest, APeerThatSaysGoodbyeIsReported) {
  Member& member = meeting_.Join(kViewer, 1);
  ASSERT_TRUE(meeting_.RunUntil([&] { return member.connected; }));
  member.peer.Close();
  ASSERT_TRUE(meeting_.RunUntil([&] { return member.ended.has_value(); }));
  EXPECT_EQ(*member.ended, TransportDisconnected::Reason::kDtlsClosed);
}

TEST_P(WorkerPoolTest, StoppingUnderTrafficIsClean) {
  Member& publisher = meeting_.Join(kPublisher, 0);
  Member& viewer = meeting_.Join(kViewer, 1);
  meeting_.Show(viewer, 0, publisher);
  ASSERT_TRUE(meeting_.RunUntil([&] { return VideoPackets(viewer) >= 20; }));
  meeting_.pool().Stop();
  meeting_.pool().Stop();
  EXPECT_TRUE(meeting_.RunUntil([&] { return viewer.peer.closed() && publisher.peer.closed(); }));
}

// What strangers send: noise, checks for nobody, checks with a wrong password, hellos and SRTP from
// addresses without a check. Two people go on undisturbed, and no answer is larger than what
// provoked it.
TEST_P(WorkerPoolTest, AFloodDisturbsNobody) {
  Member& publisher = meeting_.Join(kPublisher, 0);
  Member& viewer = meeting_.Join(kViewer, 1);
  meeting_.Show(viewer, 0, publisher);
  ASSERT_TRUE(meeting_.RunUntil([&] { return VideoPackets(viewer) >= 20; }));

  PacketPool pool(256);  // outlives the socket, which keeps some
  auto hostile = UdpSocket::Bind(*SocketAddress::Parse(GetParam() ? "::1" : "127.0.0.1", 0));
  ASSERT_TRUE(hostile);
  WorkerMetrics ignored;
  constexpr uint64_t kSeed = 99;
  SCOPED_TRACE("seed 99");
  SeededRandom random(kSeed);
  const auto check_for = [&](const std::string& username, const std::string& password) {
    std::vector<uint8_t> bytes(200);
    StunTransactionId id;
    random.Fill(id);
    StunBuilder builder(bytes, StunClass::kRequest, id);
    builder.AddUsername(username);
    builder.AddPriority(1);
    builder.AddIceControlling(1);
    bytes.resize(builder.Finish(HmacSha1Key(password)).size());
    return bytes;
  };
  const std::string& ufrag = publisher.plan.params().local_ice.ufrag;
  size_t largest_question = 0;
  uint64_t sent = 0;
  const auto flood = [&](Timestamp) {
    for (int worker = 0; worker < 2; ++worker) {
      for (int i = 0; i < 8; ++i) {
        std::vector<uint8_t> bytes(1 + random.Below(1400));
        random.Fill(bytes);
        switch (random.Below(5)) {
          case 0:
            break;
          case 1:
            bytes = check_for("nobody:x", "password");
            break;
          case 2:
            bytes = check_for(ufrag + ":" + publisher.peer.local_ice().ufrag, "wrong password");
            break;
          case 3:
            bytes[0] = 22;  // DTLS handshake
            break;
          case 4:
            bytes[0] = 0x80;  // RTP
            break;
        }
        largest_question = std::max(largest_question, bytes.size());
        const OutDatagram out{meeting_.udp_address(worker), bytes};
        hostile->Send({&out, 1}, ignored);
        ++sent;
      }
    }
  };
  const auto media = std::move(meeting_.loop().on_tick);
  meeting_.loop().on_tick = [&](Timestamp now) {
    media(now);
    flood(now);
  };
  const uint64_t before = VideoPackets(viewer);
  ASSERT_TRUE(meeting_.RunUntil([&] { return VideoPackets(viewer) >= before + 200; }));
  meeting_.loop().on_tick = media;
  EXPECT_EQ(viewer.received(viewer.plan.VideoSlot(0))->lost(), 0u);
  EXPECT_FALSE(publisher.ended);
  EXPECT_FALSE(viewer.ended);
  EXPECT_GT(sent, 1000u);
  EXPECT_GT(meeting_.Sum(&WorkerMetrics::dropped_unknown_ufrag), 0u);
  EXPECT_GT(meeting_.Sum(&WorkerMetrics::dropped_unknown_address), 0u);

  std::array<ReceivedDatagram, UdpSocket::kBatch> answers;
  uint64_t answered_bytes = 0;
  while (const size_t n = hostile->Receive(pool, answers, ignored)) {
    for (size_t i = 0; i < n; ++i) {
      answered_bytes += answers[i].packet.size();
      // Only wrong passwords are answered at all, by an error.
      EXPECT_LE(answers[i].packet.size(), check_for(ufrag + ":x", "p").size() + 16);
      answers[i].packet.Reset();
    }
  }
  EXPECT_LT(answered_bytes, ignored.bytes_sent.value());
}

INSTANTIATE_TEST_SUITE_P(All, WorkerPoolTest, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "V6" : "V4"; });

DtlsIdentity MakeIdentity() {
  return *DtlsIdentity::Generate(DtlsCertificate::Kind::kEcdsaP256, time(nullptr));
}

TEST(WorkerPoolStart, TellsWhatIsWrong) {
  const DtlsIdentity identity = MakeIdentity();
  WorkerPoolConfig config;
  EXPECT_FALSE(WorkerPool::Start(config, identity, [] {}));
  config.bind = {*SocketAddress::Parse("127.0.0.1", 0), *SocketAddress::Parse("127.0.0.2", 0)};
  const auto two = WorkerPool::Start(config, identity, [] {});
  ASSERT_FALSE(two);
  EXPECT_NE(two.error().find("IPv4"), std::string::npos);
  config.bind = {*SocketAddress::Parse("192.0.2.1", 0)};
  EXPECT_FALSE(WorkerPool::Start(config, identity, [] {}));
  config.bind = {*SocketAddress::Parse("127.0.0.1", 0)};
  config.workers = kMaxWorkers + 1;
  EXPECT_FALSE(WorkerPool::Start(config, identity, [] {}));
}

TEST(WorkerPoolStart, OnePortPerWorkerForUdpAndTcp) {
  const DtlsIdentity identity = MakeIdentity();
  WorkerPoolConfig config;
  config.workers = 3;
  config.bind = {*SocketAddress::Parse("127.0.0.1", 0), *SocketAddress::Parse("::1", 0)};
  config.announced = {*SocketAddress::Parse("203.0.113.7", 0)};
  const auto pool = WorkerPool::Start(config, identity, [] {});
  ASSERT_TRUE(pool) << pool.error();
  std::vector<uint16_t> ports;
  for (uint8_t i = 0; i < 3; ++i) {
    const auto& candidates = (*pool)->candidates(WorkerIndex(i));
    ASSERT_EQ(candidates.size(), 2u);
    EXPECT_FALSE(candidates[0].tcp);
    EXPECT_TRUE(candidates[1].tcp);
    EXPECT_EQ(candidates[0].address.IpString(), "203.0.113.7");
    EXPECT_EQ(candidates[0].address.port(), candidates[1].address.port());
    ports.push_back(candidates[0].address.port());
  }
  std::ranges::sort(ports);
  EXPECT_EQ(std::ranges::unique(ports).size(), 0u);
}

// More than the rings hold, in one go: none is lost.
TEST(WorkerPoolCommands, OverflowWaitsInOrder) {
  const DtlsIdentity identity = MakeIdentity();
  WorkerPoolConfig config;
  config.workers = 1;
  config.bind = {*SocketAddress::Parse("127.0.0.1", 0)};
  std::atomic<int> wakes{0};
  const auto pool = WorkerPool::Start(config, identity, [&] { ++wakes; });
  ASSERT_TRUE(pool) << pool.error();
  constexpr uint64_t kRooms = 4000;
  // Open and close alternate: out of order, rooms would stay open or fail to open.
  for (uint32_t i = 0; i < kRooms; ++i) {
    (*pool)->Send(WorkerIndex(0), OpenRoom{RoomId(i % 7 + 1)});
    (*pool)->Send(WorkerIndex(0), CloseRoom{RoomId(i % 7 + 1)});
  }
  const WorkerMetrics& metrics = (*pool)->metrics(WorkerIndex(0));
  std::vector<Event> events;
  for (int i = 0; i < 30'000 && metrics.commands.value() < 2 * kRooms; ++i) {
    (*pool)->PollEvents(events);
    poll(nullptr, 0, 1);
  }
  EXPECT_EQ(metrics.commands.value(), 2 * kRooms);
  EXPECT_EQ(metrics.commands_refused.value(), 0u);
}

}  // namespace
}  // namespace parley
