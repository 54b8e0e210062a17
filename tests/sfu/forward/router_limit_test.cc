// What publishers are told of what they may send: by REMB, where there is a limit.

#include <gtest/gtest.h>

#include <vector>

#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_remb.h"
#include "tests/sfu/forward/camera.h"
#include "tests/sfu/forward/microphone.h"
#include "tests/sfu/forward/world.h"

namespace parley::testing {
namespace {

constexpr int kAda = 1;
constexpr int kBen = 2;
constexpr Bitrate kLimit = Bitrate::Kbps(600);

struct Remb {
  Bitrate bitrate;
  std::vector<Ssrc> ssrcs;
};

class LimitTest : public ::testing::Test {
 protected:
  // What the peer was told since the last call.
  static std::vector<Remb> Told(World& world, int peer) {
    std::vector<Remb> told;
    for (const Bytes& datagram : world.TakeRtcp(peer)) {
      auto compound = RtcpCompound::Parse(datagram);
      if (!compound) {
        ADD_FAILURE() << "RTCP that does not parse";
        continue;
      }
      for (const RtcpPacket& packet : *compound) {
        auto view = RembView::Parse(packet);
        if (!view) continue;
        Remb& remb = told.emplace_back(Remb{view->bitrate(), {}});
        for (size_t i = 0; i < view->ssrc_count(); ++i) remb.ssrcs.push_back(view->ssrc(i));
      }
    }
    return told;
  }
  static void Join(World& world, const World::PeerOptions& options) {
    world.Join(kAda, options);
    world.Join(kBen);
  }
  static void Join(World& world) { Join(world, World::PeerOptions()); }
  // A second of pictures and sound.
  static void Send(Camera& camera, Microphone& microphone) {
    for (int i = 0; i < 30; ++i) {
      camera.Frame();
      microphone.Speak(30);
    }
  }

  World limited{1, 512, kMaxArrivals, kLimit};
};

TEST_F(LimitTest, IsToldOnceVideoBegins) {
  Join(limited);
  Microphone microphone(limited, kAda);
  for (int i = 0; i < 150; ++i) microphone.Speak(30);
  EXPECT_TRUE(Told(limited, kAda).empty()) << "sound follows no REMB";
  Camera camera(limited, kAda);
  camera.KeyFrame();
  auto told = Told(limited, kAda);
  ASSERT_EQ(told.size(), 1u) << "within 33 ms";
  EXPECT_EQ(told[0].bitrate, kLimit);
  EXPECT_EQ(told[0].ssrcs, std::vector{World::CameraSsrc(kAda)});
  EXPECT_TRUE(Told(limited, kBen).empty()) << "who sends nothing is told nothing";
}

TEST_F(LimitTest, IsRepeatedEverySecond) {
  Join(limited);
  Camera camera(limited, kAda);
  Microphone microphone(limited, kAda);
  camera.KeyFrame();
  ASSERT_EQ(Told(limited, kAda).size(), 1u);
  const size_t allocated = limited.allocations();
  for (int second = 0; second < 10; ++second) Send(camera, microphone);
  EXPECT_EQ(limited.allocations(), allocated);
  const Timestamp end = limited.now();
  auto told = Told(limited, kAda);
  EXPECT_GE(told.size(), static_cast<size_t>((end - Timestamp::Seconds(100)).us() / 1'100'000));
  EXPECT_LE(told.size(), static_cast<size_t>((end - Timestamp::Seconds(100)).us() / 1'000'000));
  for (const Remb& remb : told) EXPECT_EQ(remb.bitrate, kLimit);
}

TEST_F(LimitTest, NamesEveryEncodingThatBegan) {
  World::PeerOptions simulcast;
  simulcast.encodings = 3;
  Join(limited, simulcast);
  std::vector<Ssrc> sent;
  for (int e = 0; e < 2; ++e) {
    Camera camera(limited, kAda);
    camera.packet().ssrc = World::CameraSsrc(kAda, e);
    camera.packet().mid = "1";
    camera.packet().rid = e == 0 ? "q" : "h";
    sent.push_back(camera.packet().ssrc);
    camera.KeyFrame();
  }
  limited.Advance(Duration::Millis(1'100));
  auto told = Told(limited, kAda);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().ssrcs, sent);
}

TEST_F(LimitTest, IsNotToldToWhomRembWasNotAgreedWith) {
  World::PeerOptions options;
  options.remb = false;
  Join(limited, options);
  Camera camera(limited, kAda);
  Microphone microphone(limited, kAda);
  camera.KeyFrame();
  for (int second = 0; second < 3; ++second) Send(camera, microphone);
  EXPECT_TRUE(Told(limited, kAda).empty());
}

TEST_F(LimitTest, IsNotToldWhereThereIsNone) {
  World world;
  Join(world);
  Camera camera(world, kAda);
  Microphone microphone(world, kAda);
  camera.KeyFrame();
  for (int second = 0; second < 3; ++second) Send(camera, microphone);
  EXPECT_TRUE(Told(world, kAda).empty());
}

// Each change of codec brings no report forward of its own.
TEST_F(LimitTest, OfWhoseCodecChangesAllTheTimeIsToldNoOftener) {
  Join(limited);
  Camera camera(limited, kAda);
  camera.KeyFrame();
  Told(limited, kAda);
  Vp9Packet vp9;
  vp9.ssrc = World::CameraSsrc(kAda);
  for (int i = 0; i < 100; ++i) {
    camera.Frame();
    vp9.seq = camera.packet().seq;
    camera.packet().seq = camera.packet().seq + 1;
    limited.Rtp(kAda, MakeVp9(vp9));
  }
  EXPECT_LE(Told(limited, kAda).size(), 4u);
}

}  // namespace
}  // namespace parley::testing
