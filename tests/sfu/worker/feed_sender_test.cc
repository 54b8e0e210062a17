// What recorders get: every microphone of a room, through real workers, and what a recorder that
// does not read costs.

#include "sfu/worker/feed_sender.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <map>
#include <set>
#include <thread>

#include "sfu/transport/dtls_certificate.h"
#include "sfu/wire/rtp.h"
#include "sfu/wire/rtp_builder.h"
#include "sfu/worker/worker_pool.h"

namespace parley {
namespace {

constexpr FeedId kFeed(3);

struct Pair {
  Pair() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    ours = ends[0];
    recorder = ends[1];
    fcntl(recorder, F_SETFL, O_NONBLOCK);
  }
  ~Pair() { close(recorder); }
  // Empty when nothing waits.
  std::vector<uint8_t> Read() const {
    std::vector<uint8_t> bytes(4096);
    const ssize_t size = read(recorder, bytes.data(), bytes.size());
    bytes.resize(size > 0 ? static_cast<size_t>(size) : 0);
    return bytes;
  }
  int ours = -1;
  int recorder = -1;
};

uint32_t SourceIn(const std::vector<uint8_t>& message) {
  uint32_t source = 0;
  std::memcpy(&source, message.data() + 4, 4);
  return source;
}

TEST(FeedSender, WritesAPacketWithItsSourceAndTime) {
  const Pair pair;
  FeedSender feeds;
  WorkerMetrics metrics;
  feeds.Open(kFeed, pair.ours);
  std::vector<uint8_t> rtp(20, 0xAB);
  StoreBe32(rtp.data() + 8, 77);
  const FeedDatagram datagram{kFeed, SendPriority::kAudio, rtp};
  feeds.Send({&datagram, 1}, Timestamp::Micros(0x0102030405), metrics);
  const auto message = pair.Read();
  ASSERT_EQ(message.size(), kFeedHeaderSize + rtp.size());
  EXPECT_EQ(message[0], 1);
  EXPECT_EQ(SourceIn(message), 77u);
  EXPECT_EQ(message[8], 5);
  EXPECT_EQ(message[12], 1);
  EXPECT_TRUE(std::equal(rtp.begin(), rtp.end(), message.begin() + kFeedHeaderSize));
}

TEST(FeedSender, PassesASenderReportOn) {
  const Pair pair;
  FeedSender feeds;
  WorkerMetrics metrics;
  feeds.Open(kFeed, pair.ours);
  std::vector<uint8_t> report(28);
  StoreBe32(report.data() + 4, 9);
  StoreBe64(report.data() + 8, 0x1122334455667788);
  StoreBe32(report.data() + 16, 0xA0B0C0D0);
  const FeedDatagram datagram{kFeed, SendPriority::kRtcp, report};
  feeds.Send({&datagram, 1}, Timestamp::Micros(5), metrics);
  const auto message = pair.Read();
  ASSERT_EQ(message.size(), kFeedHeaderSize + 12);
  EXPECT_EQ(message[0], 2);
  EXPECT_EQ(SourceIn(message), 9u);
  EXPECT_EQ(message[16], 0x88);
  EXPECT_EQ(message[24], 0xD0);
}

TEST(FeedSender, AFullSocketLosesVideoAndLaterTakesSound) {
  const Pair pair;
  FeedSender feeds;
  WorkerMetrics metrics;
  feeds.Open(kFeed, pair.ours);
  const std::vector<uint8_t> rtp(1200);
  const std::vector<FeedDatagram> burst(64, {kFeed, SendPriority::kVideo, rtp});
  const Timestamp now = Timestamp::Seconds(1);
  for (int i = 0; i < 1000 && metrics.feed_dropped_video.value() == 0; ++i) {
    feeds.Send(burst, now, metrics);
  }
  EXPECT_GT(metrics.feed_sent.value(), 0u);
  ASSERT_GT(metrics.feed_dropped_video.value(), 0u);
  for (int i = 0; i < 8; ++i) EXPECT_FALSE(pair.Read().empty());
  const uint64_t sent = metrics.feed_sent.value();
  feeds.Send(burst, now, metrics);
  EXPECT_EQ(metrics.feed_sent.value(), sent) << "what is free now is kept for sound";
  const FeedDatagram sound{kFeed, SendPriority::kAudio, rtp};
  feeds.Send({&sound, 1}, now, metrics);
  EXPECT_EQ(metrics.feed_sent.value(), sent + 1);
  feeds.Send({burst.data(), 1}, now + Duration::Seconds(1), metrics);
  EXPECT_EQ(metrics.feed_sent.value(), sent + 2);
  EXPECT_EQ(metrics.feed_dropped_other.value(), 0u);
}

TEST(FeedSender, ARecorderThatIsGoneHurtsNobody) {
  FeedSender feeds;
  WorkerMetrics metrics;
  {
    const Pair pair;
    feeds.Open(kFeed, pair.ours);
  }
  const std::vector<uint8_t> rtp(100);
  const FeedDatagram datagram{kFeed, SendPriority::kAudio, rtp};
  feeds.Send({&datagram, 1}, Timestamp::Seconds(1), metrics);
  EXPECT_EQ(metrics.feed_dropped_other.value(), 1u);
  feeds.Close(kFeed);
  feeds.Send({&datagram, 1}, Timestamp::Seconds(1), metrics);
  EXPECT_EQ(metrics.feed_dropped_other.value(), 1u);
}

constexpr RoomId kRoom(7);
constexpr PayloadType kOpus(111);
constexpr int kSpeakers = 6;

CodecParams Opus() {
  CodecParams opus;
  opus.payload_type = kOpus;
  return opus;
}

SourceId MicrophoneOf(int speaker) { return SourceId(static_cast<uint32_t>(40 + speaker)); }
TransportId TransportOf(int speaker) { return TransportId(static_cast<uint32_t>(1 + speaker)); }
WorkerIndex WorkerOf(int speaker) { return WorkerIndex(static_cast<uint8_t>(speaker % 2)); }

class MeetingOnTwoWorkers {
 public:
  MeetingOnTwoWorkers() {
    WorkerPoolConfig config;
    config.workers = 2;
    config.bind = {SocketAddress::V4({127, 0, 0, 1}, 0)};
    config.pin_threads = false;
    config.local_media = true;
    pool_ = *WorkerPool::Start(config, identity_, [] {});
    ToAll(OpenRoom{.room = kRoom});
    for (int i = 0; i < kSpeakers; ++i) Join(i);
  }

  void Record(int speaker, FeedId feed) {
    SlotParams slot;
    slot.ssrc = Ssrc(MicrophoneOf(speaker).value());
    slot.codecs = {Opus()};
    TransportParams params;
    params.local = true;
    params.feed = feed;
    params.slots = {slot};
    const TransportId tap(static_cast<uint32_t>(100 + speaker));
    pool_->Send(WorkerOf(speaker),
                CreateTransport{.room = kRoom, .transport = tap, .params = std::move(params)});
    pool_->Send(WorkerOf(speaker), SetSlot{.transport = tap,
                                           .slot = 0,
                                           .source = MicrophoneOf(speaker),
                                           .max_height = 0,
                                           .priority = 0,
                                           .epoch = 1});
  }
  // One packet of everybody's, as loud as each other.
  void Speak() {
    seq_ = seq_ + 1;
    for (int i = 0; i < kSpeakers; ++i) {
      RtpHeader header;
      header.payload_type = kOpus;
      header.seq = seq_;
      header.timestamp = RtpTimestamp(seq_.value() * 960u);
      header.ssrc = Ssrc(static_cast<uint32_t>(5 + i));
      std::array<uint8_t, 200> bytes;
      RtpBuilder builder(bytes, header);
      std::array<uint8_t, kAudioLevelSize> level;
      WriteAudioLevel({.level = 20, .voice = true}, level);
      builder.AddExtension(1, level);
      builder.SetPayload(std::array<uint8_t, 3>{0x78, 1, 2});
      const auto written = builder.Finish();
      PacketRef packet = pool_->local()->pool().Allocate();
      packet.SetSize(written.size());
      std::memcpy(packet.MutableData(), written.data(), written.size());
      EXPECT_TRUE(pool_->local()->Send(
          WorkerOf(i), {.transport = TransportOf(i), .at = {}, .packet = std::move(packet)}));
    }
    pool_->local()->Flush();
  }
  WorkerPool& pool() { return *pool_; }

 private:
  void ToAll(const Command& command) {
    for (uint8_t i = 0; i < 2; ++i) pool_->Send(WorkerIndex(i), command);
  }
  void Join(int speaker) {
    ProducerParams microphone;
    microphone.source = MicrophoneOf(speaker);
    microphone.codecs = {Opus()};
    microphone.encodings = {
        {.rid = {}, .ssrc = Ssrc(static_cast<uint32_t>(5 + speaker)), .rtx_ssrc = {}}};
    microphone.extensions.audio_level = 1;
    TransportParams params;
    params.local = true;
    params.producers = {microphone};
    pool_->Send(WorkerOf(speaker),
                CreateTransport{
                    .room = kRoom, .transport = TransportOf(speaker), .params = std::move(params)});
    ToAll(AddSource{.room = kRoom,
                    .source = MicrophoneOf(speaker),
                    .kind = MediaKind::kAudio,
                    .competes_for_seat = true,
                    .home = WorkerOf(speaker),
                    .transport = TransportOf(speaker)});
    pool_->Send(WorkerOf(speaker), EnableSource{.source = MicrophoneOf(speaker), .enabled = true});
  }

  const DtlsIdentity identity_ = *DtlsIdentity::Generate(0);
  std::unique_ptr<WorkerPool> pool_;
  SeqNum seq_{1000};
};

TEST(FeedSender, EveryMicrophoneIsRecordedNotOnlyTheLoudestThree) {
  MeetingOnTwoWorkers meeting;
  const Pair pairs[2];
  for (uint8_t i = 0; i < 2; ++i) {
    meeting.pool().Send(WorkerIndex(i), OpenFeed{.feed = kFeed, .socket = pairs[i].ours});
  }
  for (int i = 0; i < kSpeakers; ++i) meeting.Record(i, kFeed);
  std::map<uint32_t, int> packets;
  const auto all_heard = [&] {
    return packets.size() == kSpeakers &&
           std::ranges::all_of(packets, [](const auto& p) { return p.second >= 20; });
  };
  for (int i = 0; i < 2000 && !all_heard(); ++i) {
    meeting.Speak();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    for (const Pair& pair : pairs) {
      for (auto message = pair.Read(); !message.empty(); message = pair.Read()) {
        ASSERT_EQ(message[0], static_cast<uint8_t>(FeedMessage::kRtp));
        const auto rtp = RtpView::Parse(std::span(message).subspan(kFeedHeaderSize));
        ASSERT_TRUE(rtp);
        EXPECT_EQ(rtp->ssrc().value(), SourceIn(message));
        EXPECT_EQ(rtp->payload().size(), 3u);
        ++packets[SourceIn(message)];
      }
    }
  }
  EXPECT_TRUE(all_heard());
  meeting.pool().Stop();
}

}  // namespace
}  // namespace parley
