// What a subscriber with a limited link gets: estimates by transport-wide feedback, probes, pacing
// and the layers that follow, over whole engines. Figures are printed; the seed is told.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/world.h"

namespace parley::sim {
namespace {

constexpr uint64_t kSeeds[] = {1, 20261123, 0xFEEDFACE};

LinkProfile Link(int64_t kbps) {
  LinkProfile link;
  link.capacity = Bitrate::Kbps(kbps);
  return link;
}

struct Shown {
  uint16_t height = 0;
  uint8_t priority = 1;
};

// Those who are shown, each with a camera of 150, 500 and 1,500 kbit/s (180, 360, 720 lines) and
// two of them with microphones; and one who watches over a limited link.
class Watching {
 public:
  Watching(uint64_t seed, const LinkProfile& link, const std::vector<Shown>& shown,
           Codec codec = Codec::kVp8)
      : world_(seed, 2) {
    for (size_t i = 0; i < shown.size(); ++i) {
      world_.Join({.microphone = i < 2,
                   .camera = true,
                   .camera_layers = codec == Codec::kVp8 ? 3 : 1,
                   .camera_codec = codec,
                   .video_slots = 0},
                  i % 2);
    }
    world_.Run(Duration::Seconds(3));
    const int slots = static_cast<int>(shown.size());
    viewer_ = world_.Join({.video_slots = slots, .transport_cc = true}, 1, {}, link);
    for (int i = 0; i < slots; ++i) {
      const Shown& s = shown[static_cast<size_t>(i)];
      world_.Show(viewer_, i, static_cast<size_t>(i), s.height, s.priority);
    }
  }

  World& world() { return world_; }
  SimMember& viewer() { return world_.member(viewer_); }
  SlotReceiver& video() { return viewer().slot(viewer().video_slot(0)); }
  SlotReceiver& audio() { return viewer().slot(0); }
  size_t place() const { return viewer_; }
  void SetDown(bool down) { viewer().uplink.down = viewer().downlink.down = down; }
  void SetCapacity(int64_t kbps) { viewer().downlink.capacity = Bitrate::Kbps(kbps); }

  // What the signaling thread knows of the viewer's slot.
  const SlotSwitched* Told() {
    const SlotSwitched* last = nullptr;
    for (const Event& event : world_.events()) {
      const auto* switched = std::get_if<SlotSwitched>(&event);
      if (switched && switched->transport == viewer().plan().transport()) last = switched;
    }
    return last;
  }
  uint64_t FallenBehind() { return world_.metrics(1).fallen_behind.value(); }

  struct Figures {
    Bitrate received;  // without padding
    Duration queueing_p95;
    double audio_loss = 0;  // not there in the end
    uint64_t padding = 0;
    uint64_t pauses = 0;
  };
  uint64_t Pauses() const {
    return static_cast<uint64_t>(std::ranges::count_if(world_.events(), [](const Event& event) {
      const auto* switched = std::get_if<SlotSwitched>(&event);
      return switched && switched->state == SlotSwitched::State::kPausedBandwidth;
    }));
  }
  // Of the time since the last call.
  Figures Take(Duration duration = Duration::Zero()) {
    Figures f;
    const uint64_t padding = viewer().padding();
    f.padding = padding - padding_;
    const DataSize media =
        viewer().received() - DataSize::Bytes(static_cast<int64_t>(padding) * kPaddingPacket);
    f.received = (media - media_) / duration;
    const uint64_t heard = audio().packets();
    const uint64_t missed = audio().lost_for_good() + audio().missing();
    const uint64_t expected = heard - heard_ + (missed - missed_);
    f.audio_loss =
        expected == 0 ? 0 : static_cast<double>(missed - missed_) / static_cast<double>(expected);
    const std::vector<Duration> queueing = world_.TakeQueueing(viewer_);
    queueing_.insert(queueing_.end(), queueing.begin(), queueing.end());
    f.queueing_p95 = P95(queueing);
    f.pauses = Pauses() - pauses_;
    padding_ = padding;
    media_ = media;
    heard_ = heard;
    missed_ = missed;
    pauses_ += f.pauses;
    return f;
  }
  Figures Measure(Duration duration) {
    Take();
    const Timestamp begin = world_.now();
    world_.Run(duration);
    return Take(world_.now() - begin);
  }
  // How long until so much came within a second; nothing when `limit` passed first.
  std::optional<Duration> Until(Bitrate rate, Duration limit) {
    for (Duration taken; taken < limit; taken += Duration::Seconds(1)) {
      if (Measure(Duration::Seconds(1)).received >= rate) return taken;
    }
    return std::nullopt;
  }
  void TakeQueueing() {
    Take();
    queueing_.clear();
  }
  // Over everything so far.
  Duration QueueingP95() { return P95(queueing_); }
  // The server's estimate as its statistics tell it.
  Bitrate Estimate() {
    for (auto it = world_.events().rbegin(); it != world_.events().rend(); ++it) {
      const auto* stats = std::get_if<TransportStats>(&*it);
      if (stats && stats->transport == world_.member(viewer_).plan().transport()) {
        return stats->downlink_estimate;
      }
    }
    return {};
  }

 private:
  static constexpr int64_t kPaddingPacket = 280;

  static Duration P95(std::vector<Duration> values) {
    if (values.empty()) return {};
    const auto at = values.begin() + static_cast<ptrdiff_t>(values.size() * 95 / 100);
    std::ranges::nth_element(values, at);
    return *at;
  }
  World world_;
  size_t viewer_ = 0;
  std::vector<Duration> queueing_;
  uint64_t padding_ = 0;
  DataSize media_;
  uint64_t heard_ = 0;
  uint64_t missed_ = 0;
  uint64_t pauses_ = 0;
};

void Print(const char* what, uint64_t seed, const Watching::Figures& f, Bitrate estimate) {
  std::cout << what << " (seed " << seed << "): received " << f.received.kbps()
            << " kb/s, estimate " << estimate.kbps() << ", queueing p95 " << f.queueing_p95.ms()
            << " ms, audio lost " << f.audio_loss * 100 << " %, padding packets " << f.padding
            << ", pauses " << f.pauses << "\n";
}

// On stage, and one beside it.
const std::vector<Shown> kStage = {{720, 2}, {180, 1}};
const std::vector<Shown> kGallery = {{360}, {360}, {360}, {360}};

// What is recorded is a row of `bench/run adapt`.
class AdaptationTest : public testing::TestWithParam<uint64_t> {
 protected:
  static void Record(const std::string& name, int64_t value) {
    RecordProperty(name, std::to_string(value));
  }
  // As a percentage.
  static void RecordShare(const std::string& name, double share) {
    RecordProperty(name, std::to_string(100 * share));
  }
};

TEST_P(AdaptationTest, AWideLinkShowsTheTopLayerSoonByProbes) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Watching w(GetParam(), Link(5000), kStage);
  const auto f = w.Measure(Duration::Seconds(2));
  const auto next = w.Measure(Duration::Seconds(2));
  Print("5 Mb/s, the first 2 s", GetParam(), f, w.Estimate());
  Print("5 Mb/s, the next 2 s", GetParam(), next, w.Estimate());
  EXPECT_GT(f.padding, 0u);
  EXPECT_GE(w.Estimate(), Bitrate::Kbps(1600));
  EXPECT_GE(next.received, Bitrate::Kbps(1500));
}

TEST_P(AdaptationTest, FollowsACapacityStepDownAndUp) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  constexpr Bitrate kWellUsed = Bitrate::Kbps(2000 * 85 / 100);
  Watching w(GetParam(), Link(2000), kGallery);
  const auto first = w.Until(kWellUsed, Duration::Seconds(15));
  ASSERT_TRUE(first);
  std::cout << "85 % of 2 Mb/s after " << first->ms() << " ms\n";
  const auto before = w.Measure(Duration::Seconds(10));
  Print("2 Mb/s", GetParam(), before, w.Estimate());
  EXPECT_GE(before.received, kWellUsed);

  w.SetCapacity(300);
  // What was under way when the link fell takes its time to arrive; audio is late in it, not lost.
  const uint64_t paused = w.Pauses();
  const Timestamp fell_at = w.world().now();
  // One of the four fits beside the sound.
  ASSERT_TRUE(w.world().RunUntil([&] { return w.Pauses() >= paused + 3; }, Duration::Seconds(2)));
  const Duration down = w.world().now() - fell_at;
  std::cout << "down within " << down.ms() << " ms\n";
  w.world().Run(Duration::Seconds(2) - down);
  const auto fall = w.Take(Duration::Seconds(2));
  Print("300 kb/s, the first 2 s", GetParam(), fall, w.Estimate());
  EXPECT_LE(fall.audio_loss, 0.01);
  const auto drain = w.Measure(Duration::Seconds(2));
  Print("300 kb/s, the next 2 s", GetParam(), drain, w.Estimate());
  EXPECT_LE(w.Estimate(), Bitrate::Kbps(320)) << "told every 2 s";
  EXPECT_LE(drain.audio_loss, 0.01);
  const auto low = w.Measure(Duration::Seconds(20));
  Print("300 kb/s", GetParam(), low, w.Estimate());
  EXPECT_LE(low.audio_loss, 0.01);
  EXPECT_LE(low.queueing_p95, Duration::Millis(150));

  w.SetCapacity(2000);
  const uint64_t padding = w.viewer().padding();
  const auto up = w.Until(kWellUsed, Duration::Seconds(15));
  ASSERT_TRUE(up);
  std::cout << "85 % again after " << up->ms() << " ms\n";
  EXPECT_GT(w.viewer().padding(), padding) << "an estimate does not rise by itself";
  const auto again = w.Measure(Duration::Seconds(15));
  Print("2 Mb/s again", GetParam(), again, w.Estimate());
  EXPECT_GE(again.received, kWellUsed);
  std::cout << "queueing p95 over all " << w.QueueingP95().ms() << " ms\n";
  EXPECT_LE(w.QueueingP95(), Duration::Millis(150));
  Record("down_ms", down.ms());
  Record("recovery_ms", up->ms());
  RecordShare("utilisation_percent", static_cast<double>(again.received.kbps()) / 2000);
  Record("queueing_p95_ms", w.QueueingP95().ms());
  RecordShare("audio_loss_percent", std::max({before.audio_loss, fall.audio_loss, drain.audio_loss,
                                              low.audio_loss, again.audio_loss}));
}

// A queue of three seconds at the bottleneck, as home routers have it: it is not to be filled.
TEST_P(AdaptationTest, KeepsADeepQueueShort) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  LinkProfile link = Link(1000);
  link.buffer = DataSize::Bytes(400'000);
  Watching w(GetParam(), link, kGallery);
  w.world().Run(Duration::Seconds(10));
  w.TakeQueueing();
  const auto f = w.Measure(Duration::Seconds(30));
  Print("1 Mb/s with 400 kB of queue", GetParam(), f, w.Estimate());
  EXPECT_LE(f.queueing_p95, Duration::Millis(150));
  EXPECT_GE(f.received, Bitrate::Kbps(600));
  EXPECT_EQ(f.audio_loss, 0);
  Record("deep_queue_queueing_p95_ms", f.queueing_p95.ms());
  RecordShare("deep_queue_utilisation_percent", static_cast<double>(f.received.kbps()) / 1000);
}

// Packets up to 25 ms late each, so that many overtake others.
TEST_P(AdaptationTest, JitterAndReorderingAreNoCongestion) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  LinkProfile link = Link(5000);
  link.jitter = Duration::Millis(25);
  Watching w(GetParam(), link, kStage);
  w.world().Run(Duration::Seconds(10));
  const auto f = w.Measure(Duration::Seconds(20));
  Print("25 ms of jitter", GetParam(), f, w.Estimate());
  EXPECT_GE(f.received, Bitrate::Kbps(1600));
  EXPECT_EQ(f.pauses, 0u);
  Record("jitter_received_kbps", f.received.kbps());
}

// What is under way when the link breaks down is more than it takes in a second: what waits is let
// go whole, and the picture comes back with a key frame and without a hole in the numbers.
TEST_P(AdaptationTest, LetsGoOfWholePicturesWhenItFallsBehind) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  LinkProfile link = Link(3000);
  link.buffer = DataSize::Bytes(1'000'000);
  Watching w(GetParam(), link, {{720, 2}});
  w.world().Run(Duration::Seconds(6));
  ASSERT_EQ(w.video().missing(), 0u);
  const uint64_t lost = w.video().lost_for_good();
  w.SetCapacity(300);
  w.world().Run(Duration::Seconds(10));
  EXPECT_GT(w.FallenBehind(), 0u);
  w.SetCapacity(3000);
  const auto back = w.Until(Bitrate::Kbps(1300), Duration::Seconds(15));
  ASSERT_TRUE(back);
  std::cout << "top layer again after " << back->ms() << " ms\n";
  w.world().Run(Duration::Seconds(2));
  EXPECT_EQ(w.video().lost_for_good(), lost);
  EXPECT_EQ(w.video().missing(), 0u);
  EXPECT_TRUE(w.video().entered_cleanly());
}

// What the client is told of its link, so that the tile can say it.
TEST_P(AdaptationTest, TellsOfPausesAndSmallerPicturesAndWhenTheyEnd) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Watching w(GetParam(), Link(3000), {{720, 2}});
  w.world().Run(Duration::Seconds(6));
  ASSERT_TRUE(w.Told());
  EXPECT_EQ(w.Told()->state, SlotSwitched::State::kLive);
  EXPECT_FALSE(w.Told()->limited);
  w.SetCapacity(800);
  w.world().Run(Duration::Seconds(10));
  EXPECT_EQ(w.Told()->state, SlotSwitched::State::kLive);
  EXPECT_TRUE(w.Told()->limited);
  w.SetCapacity(100);
  w.world().Run(Duration::Seconds(10));
  EXPECT_EQ(w.Told()->state, SlotSwitched::State::kPausedBandwidth);
  EXPECT_FALSE(w.Told()->limited);
  w.SetCapacity(3000);
  w.world().Run(Duration::Seconds(20));
  EXPECT_EQ(w.Told()->state, SlotSwitched::State::kLive);
  EXPECT_FALSE(w.Told()->limited);
}

TEST_P(AdaptationTest, LossThatIsNotCongestionDoesNotStarveVideo) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  for (const double loss : {0.05, 0.1, 0.2}) {
    LinkProfile link = Link(5000);
    link.loss = loss;
    Watching w(GetParam(), link, kStage);
    const auto start = w.Measure(Duration::Seconds(10));
    EXPECT_GT(start.padding, 0u);
    const uint64_t lost_before = w.video().lost_for_good();
    const uint64_t packets_before = w.video().packets();
    const auto f = w.Measure(Duration::Seconds(20));
    const double lost = static_cast<double>(w.video().lost_for_good() - lost_before) /
                        static_cast<double>(w.video().packets() - packets_before);
    std::cout << "loss " << loss << ", video lost for good " << 100 * lost << " %: ";
    Print("random", GetParam(), f, w.Estimate());
    // What of 1.8 Mb/s was sent and not lost; at a fifth the estimate takes some for congestion.
    EXPECT_GE(f.received, Bitrate::Kbps(loss > 0.1 ? 300 : 1400));
    EXPECT_EQ(f.pauses, 0u);
    const std::string name = "loss_" + std::to_string(static_cast<int>(loss * 100 + 0.5));
    Record(name + "_received_kbps", f.received.kbps());
    RecordShare(name + "_video_lost_for_good_percent", lost);
  }
}

// VP9 and AV1 of three spatial and three temporal layers, as L3T3_KEY: on a link that grows weaker
// the picture becomes smaller, then moves less, and stops last; all that arrives can be decoded.
TEST_P(AdaptationTest, LayersOfOneStreamFollowTheLink) {
  for (const Codec codec : {Codec::kVp9, Codec::kAv1}) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + (codec == Codec::kAv1 ? " AV1" : " VP9"));
    Watching w(GetParam(), Link(3000), {{720, 2}}, codec);
    SlotReceiver& video = w.video();
    // Pictures a second by their largest layer, over so many seconds.
    const auto top = [&](int seconds) {
      std::array<uint64_t, 3> before{};
      for (int s = 0; s < 3; ++s) before[static_cast<size_t>(s)] = video.decoded(s);
      const auto f = w.Measure(Duration::Seconds(seconds));
      std::array<uint64_t, 3> rates{};
      for (int s = 0; s < 3; ++s) {
        rates[static_cast<size_t>(s)] =
            (video.decoded(s) - before[static_cast<size_t>(s)]) / static_cast<uint64_t>(seconds);
      }
      Print(codec == Codec::kAv1 ? "AV1" : "VP9", GetParam(), f, w.Estimate());
      EXPECT_LE(f.queueing_p95, Duration::Millis(150));
      EXPECT_EQ(f.audio_loss, 0);
      std::cout << "  frames a second by layer: " << rates[0] << " " << rates[1] << " " << rates[2]
                << ", undecodable so far " << video.undecodable() << "\n";
      return rates;
    };
    w.world().Run(Duration::Seconds(6));
    EXPECT_GE(top(5)[2], 29u);

    w.SetCapacity(350);
    w.world().Run(Duration::Seconds(6));
    const auto weak = top(10);
    EXPECT_GE(weak[0], 25u) << "the lowest layer, all its pictures";
    EXPECT_EQ(weak[2], 0u);
    EXPECT_TRUE(w.Told() && w.Told()->state == SlotSwitched::State::kLive && w.Told()->limited);

    w.SetCapacity(130);
    w.world().Run(Duration::Seconds(8));
    const uint64_t paused = w.Pauses();
    const auto weaker = top(10);
    EXPECT_EQ(w.Pauses(), paused);
    EXPECT_GE(weaker[0], 5u) << "fewer pictures and not none";
    EXPECT_LE(weaker[0], 20u);
    EXPECT_TRUE(w.Told() && w.Told()->state == SlotSwitched::State::kLive && w.Told()->limited);

    w.SetCapacity(3000);
    w.world().Run(Duration::Seconds(20));
    EXPECT_GE(top(5)[2], 29u);
    EXPECT_FALSE(w.Told()->limited);
    EXPECT_EQ(w.video().missing(), 0u);
  }
}

// A client that lost its network and came back on another was left without video for half a minute.
TEST_P(AdaptationTest, ShowsVideoAgainSoonAfterTheMemberMovedToAnotherNetwork) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Watching w(GetParam(), Link(5000), kStage);
  w.world().Run(Duration::Seconds(5));
  w.SetDown(true);
  w.world().Run(Duration::Seconds(4));
  w.SetDown(false);
  w.world().Move(w.place());
  w.world().Run(Duration::Seconds(1));
  const auto f = w.Measure(Duration::Seconds(2));
  Print("5 Mb/s, the second after a move and the next", GetParam(), f, w.Estimate());
  EXPECT_GE(f.received, Bitrate::Kbps(200)) << "no more than sound";
}

INSTANTIATE_TEST_SUITE_P(Seeds, AdaptationTest, testing::ValuesIn(kSeeds),
                         [](const auto& info) { return "seed" + std::to_string(info.param); });

}  // namespace
}  // namespace parley::sim
