// The Router alone: turns of ten video packets, or of one audio packet, to N subscribers.
// per_packet is nanoseconds per packet that left.

#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "sfu/base/check.h"
#include "sfu/forward/router.h"
#include "tests/sfu/forward/media_packets.h"

namespace parley {
namespace {

constexpr RoomId kRoom{1};
constexpr TransportId kPublisher{1};
constexpr SourceId kMicrophone{11}, kCamera{12};
constexpr Ssrc kMicrophoneSsrc{100}, kCameraSsrc{200};
constexpr int kFramePackets = 10;

CodecParams Codec8() {
  CodecParams codec;
  codec.codec = Codec::kVp8;
  codec.clock_rate = 90000;
  codec.payload_type = testing::kVp8Pt;
  return codec;
}

CodecParams Opus() {
  CodecParams codec;
  codec.payload_type = testing::kOpusPt;
  return codec;
}

class Bench {
 public:
  explicit Bench(uint32_t subscribers) : owner_(pool_), router_(kRoom, {}, output_, 1) {
    TransportParams publisher;
    publisher.producers.resize(2);
    publisher.producers[0].source = kMicrophone;
    publisher.producers[0].codecs = {Opus()};
    publisher.producers[0].encodings = {{Rid(), kMicrophoneSsrc, std::nullopt}};
    publisher.producers[0].extensions = testing::AllExtensions();
    publisher.producers[1].source = kCamera;
    publisher.producers[1].kind = MediaKind::kVideo;
    publisher.producers[1].codecs = {Codec8()};
    publisher.producers[1].encodings = {{Rid(), kCameraSsrc, std::nullopt}};
    publisher.producers[1].extensions = testing::AllExtensions();
    Add(kPublisher, publisher);
    router_.AddSource({kRoom, kMicrophone, MediaKind::kAudio, true, WorkerIndex(), kPublisher},
                      now_);
    router_.AddSource({kRoom, kCamera, MediaKind::kVideo, false, WorkerIndex(), kPublisher}, now_);
    router_.EnableSource(kMicrophone, true, now_);
    router_.EnableSource(kCamera, true, now_);
    for (uint32_t i = 0; i < subscribers; ++i) {
      TransportParams params;
      params.slots.resize(2);
      params.slots[0].follows = SlotFollows::kSeat;
      params.slots[0].ssrc = Ssrc(10'000 + 2 * i);
      params.slots[0].codecs = {Opus()};
      params.slots[1].index = 1;
      params.slots[1].kind = MediaKind::kVideo;
      params.slots[1].ssrc = Ssrc(10'001 + 2 * i);
      params.slots[1].codecs = {Codec8()};
      for (SlotParams& slot : params.slots) slot.extensions = testing::AllExtensions();
      const TransportId transport(2 + i);
      Add(transport, params);
      router_.SetSlot({transport, 1, kCamera, 0, 1, 1}, now_);
      Drain();
    }
    Video();
    Audio();
  }

  size_t Video() {
    for (int i = 0; i < kFramePackets; ++i) {
      video_.frame_start = i == 0;
      video_.marker = i == kFramePackets - 1;
      Handle(testing::MakeVp8(video_));
      video_.seq = video_.seq + 1;
    }
    video_.key_frame = false;
    ++video_.picture_id;
    video_.timestamp = video_.timestamp + 3000;
    now_ = now_ + Duration::Millis(33);
    return EndTurn();
  }

  size_t Audio() {
    Handle(testing::MakeOpus(audio_));
    audio_.seq = audio_.seq + 1;
    audio_.timestamp = audio_.timestamp + 960;
    now_ = now_ + Duration::Millis(20);
    return EndTurn();
  }

 private:
  static testing::Vp8Packet FirstVideo() {
    testing::Vp8Packet packet;
    packet.ssrc = kCameraSsrc;
    packet.key_frame = true;
    packet.size = 1060;
    return packet;
  }
  static testing::OpusPacket FirstAudio() {
    testing::OpusPacket packet;
    packet.ssrc = kMicrophoneSsrc;
    packet.level = 20;
    return packet;
  }

  void Add(TransportId transport, const TransportParams& params) {
    router_.AddTransport(transport, TransportHandle(transport.value()), params, now_);
    router_.SetConnected(transport, true, now_);
    Drain();
  }
  void Handle(const testing::Bytes& bytes) {
    PacketRef packet = pool_.Allocate();
    PARLEY_CHECK(static_cast<bool>(packet));
    std::memcpy(packet.MutableData(), bytes.data(), bytes.size());
    packet.SetSize(bytes.size());
    router_.HandleRtp(kPublisher, std::move(packet), now_);
    Drain();
  }
  size_t EndTurn() {
    router_.FanOut(now_);
    Drain();
    return std::exchange(left_, 0);
  }
  void Drain() {
    for (;; router_.Continue(now_)) {
      left_ += output_.outbox.packets().size();
      output_.outbox.Clear();
      if (!router_.HasMore()) break;
    }
    output_.relay.Clear();
    output_.events.clear();
  }

  PacketPool pool_{4096};
  PacketPool::Scope owner_;
  RouterOutput output_{128};
  Router router_;
  Timestamp now_ = Timestamp::Seconds(10);
  testing::Vp8Packet video_ = FirstVideo();
  testing::OpusPacket audio_ = FirstAudio();
  size_t left_ = 0;
};

void Turns(benchmark::State& state, bool video) {
  Bench bench(static_cast<uint32_t>(state.range(0)));
  size_t packets = 0;
  for (auto _ : state) packets += video ? bench.Video() : bench.Audio();
  const auto expected = state.iterations() * state.range(0) * (video ? kFramePackets : 1);
  if (static_cast<int64_t>(packets) < expected) state.SkipWithError("packets were not forwarded");
  state.counters["per_packet"] =
      benchmark::Counter(static_cast<double>(packets) / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(Turns, video, true)->Arg(1)->Arg(10)->Arg(500);
BENCHMARK_CAPTURE(Turns, audio, false)->Arg(1)->Arg(10)->Arg(500);

}  // namespace
}  // namespace parley
