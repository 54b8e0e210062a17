// Local transports: plain RTP between the workers and a thread of this process, through real
// workers.

#include "sfu/port/local_media.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "sfu/transport/dtls_certificate.h"
#include "sfu/wire/rtp.h"
#include "sfu/wire/rtp_builder.h"
#include "sfu/worker/worker_pool.h"

namespace parley {
namespace {

constexpr PayloadType kOpus(111);
constexpr uint8_t kLevelId = 1;
constexpr RoomId kRoom(7);
constexpr SourceId kMicrophone(41);
constexpr TransportId kSpeaker(1);
constexpr TransportId kListener(2);

class LocalMediaTest : public testing::Test {
 protected:
  void SetUp() override {
    WorkerPoolConfig config;
    config.workers = 2;
    config.bind = {SocketAddress::V4({127, 0, 0, 1}, 0)};
    config.pin_threads = false;
    config.local_media = true;
    pool_ = *WorkerPool::Start(config, identity_, [] {});
    ToAll(OpenRoom{.room = kRoom});
  }
  static CodecParams Opus() {
    CodecParams opus;
    opus.payload_type = kOpus;
    return opus;
  }
  void ToAll(const Command& command) {
    for (uint8_t i = 0; i < 2; ++i) pool_->Send(WorkerIndex(i), command);
  }
  void AddSpeaker(uint8_t worker) {
    TransportParams params;
    params.local = true;
    ProducerParams microphone;
    microphone.source = kMicrophone;
    microphone.codecs = {Opus()};
    microphone.encodings = {{.rid = {}, .ssrc = Ssrc(5), .rtx_ssrc = {}}};
    microphone.extensions.audio_level = kLevelId;
    params.producers = {microphone};
    pool_->Send(WorkerIndex(worker),
                CreateTransport{.room = kRoom, .transport = kSpeaker, .params = params});
    ToAll(AddSource{.room = kRoom,
                    .source = kMicrophone,
                    .kind = MediaKind::kAudio,
                    .competes_for_seat = true,
                    .home = WorkerIndex(worker),
                    .transport = kSpeaker});
    pool_->Send(WorkerIndex(worker), EnableSource{.source = kMicrophone, .enabled = true});
  }
  void AddListener(uint8_t worker) {
    TransportParams params;
    params.local = true;
    for (uint8_t seat = 0; seat < kSpeakerSeats; ++seat) {
      SlotParams slot;
      slot.index = seat;
      slot.follows = SlotFollows::kSeat;
      slot.seat = seat;
      slot.ssrc = Ssrc(100u + seat);
      slot.codecs = {Opus()};
      params.slots.push_back(slot);
    }
    pool_->Send(WorkerIndex(worker),
                CreateTransport{.room = kRoom, .transport = kListener, .params = params});
  }
  void Speak(uint8_t worker) {
    PacketRef packet = pool_->local()->pool().Allocate();
    RtpHeader header;
    header.payload_type = kOpus;
    header.seq = seq_;
    header.timestamp = RtpTimestamp(seq_.value() * 960u);
    header.ssrc = Ssrc(5);
    seq_ = seq_ + 1;
    std::array<uint8_t, 200> bytes;
    RtpBuilder builder(bytes, header);
    std::array<uint8_t, kAudioLevelSize> level;
    WriteAudioLevel({.level = 20, .voice = true}, level);
    builder.AddExtension(kLevelId, level);
    builder.SetPayload(std::array<uint8_t, 3>{0x78, 1, 2});
    const auto written = builder.Finish();
    packet.SetSize(written.size());
    std::memcpy(packet.MutableData(), written.data(), written.size());
    EXPECT_TRUE(pool_->local()->Send(
        WorkerIndex(worker), {.transport = kSpeaker, .at = {}, .packet = std::move(packet)}));
    pool_->local()->Flush();
  }
  // Speaks until the listener has `count` packets; what it got.
  std::vector<LocalPacket> SpeakUntilHeard(uint8_t worker, size_t count) {
    std::vector<LocalPacket> heard;
    for (int i = 0; i < 4000 && heard.size() < count; ++i) {
      Speak(worker);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      pool_->local()->Receive([&](LocalPacket packet) { heard.push_back(std::move(packet)); });
    }
    return heard;
  }

  const DtlsIdentity identity_ = *DtlsIdentity::Generate(0);
  std::unique_ptr<WorkerPool> pool_;
  SeqNum seq_{1000};
};

class LocalMediaWorkersTest : public LocalMediaTest, public testing::WithParamInterface<uint8_t> {};

TEST_P(LocalMediaWorkersTest, ASpeakerIsHeardUnderItsSource) {
  AddSpeaker(0);
  AddListener(GetParam());
  const auto heard = SpeakUntilHeard(0, 20);
  ASSERT_GE(heard.size(), 20u);
  for (const LocalPacket& packet : heard) {
    EXPECT_EQ(packet.transport, kListener);
    const auto rtp = RtpView::Parse(packet.packet.bytes());
    ASSERT_TRUE(rtp);
    EXPECT_EQ(rtp->payload_type(), kOpus);
    EXPECT_GE(rtp->ssrc().value(), 100u);
    EXPECT_LT(rtp->ssrc().value(), 103u);
    ASSERT_EQ(rtp->csrc_count(), 1u);
    EXPECT_EQ(rtp->csrc(0), kMicrophone.value());
    EXPECT_EQ(rtp->payload().size(), 3u);
  }
}

INSTANTIATE_TEST_SUITE_P(SameAndOtherWorker, LocalMediaWorkersTest,
                         testing::Values(uint8_t{0}, uint8_t{1}));

TEST_F(LocalMediaTest, AClosedTransportHearsNothingMore) {
  AddSpeaker(0);
  AddListener(0);
  ASSERT_GE(SpeakUntilHeard(0, 5).size(), 5u);
  pool_->Send(WorkerIndex(0), CloseTransport{.transport = kListener});
  // Whatever left before is behind us once another listener is heard.
  AddListener(1);
  ASSERT_GE(SpeakUntilHeard(0, 5).size(), 5u);
  pool_->Send(WorkerIndex(1), CloseTransport{.transport = kListener});
  pool_->Send(WorkerIndex(0), CloseRoom{.room = kRoom});
  pool_->Send(WorkerIndex(1), CloseRoom{.room = kRoom});
  for (int i = 0; i < 20; ++i) Speak(0);
  pool_->Stop();
}

TEST_F(LocalMediaTest, AMutedSpeakerIsNotHeard) {
  AddSpeaker(0);
  AddListener(0);
  ASSERT_GE(SpeakUntilHeard(0, 5).size(), 5u);
  pool_->Send(WorkerIndex(0), EnableSource{.source = kMicrophone, .enabled = false});
  const Counter& refused = pool_->metrics(WorkerIndex(0)).router_not_permitted;
  const auto speak_until_refused = [&](uint64_t count) {
    for (int i = 0; i < 4000 && refused.value() < count; ++i) {
      Speak(0);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return refused.value() >= count;
  };
  ASSERT_TRUE(speak_until_refused(1));
  pool_->local()->Receive([](const LocalPacket&) {});  // of before
  ASSERT_TRUE(speak_until_refused(21));
  pool_->local()->Receive([](const LocalPacket&) { ADD_FAILURE() << "still heard"; });
}

}  // namespace
}  // namespace parley
