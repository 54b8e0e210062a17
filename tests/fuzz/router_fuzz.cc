// A Router under fire: whatever a publisher and a subscriber send, it keeps its outbox within
// bounds and every packet that leaves is well-formed RTP or RTCP to a transport that is there. The
// input is a list of steps: a byte that says what, one that says how much (length or milliseconds),
// the bytes.

#include <cstring>

#include "sfu/base/packet_pool.h"
#include "sfu/forward/router.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtp.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

constexpr RoomId kRoom{1};
constexpr TransportId kPublisher{1};
constexpr TransportId kSubscriber{2};
constexpr SourceId kMicrophone{1};
constexpr SourceId kCamera{2};

CodecParams Make(Codec codec, uint8_t pt) {
  CodecParams c;
  c.codec = codec;
  c.payload_type = PayloadType(pt);
  c.nack = c.pli = true;
  if (codec >= Codec::kVp8) {
    c.rtx_payload_type = PayloadType(static_cast<uint8_t>(pt + 1));
    c.clock_rate = 90000;
  }
  return c;
}

HeaderExtensionIds Extensions() {
  HeaderExtensionIds ids;
  ids.mid = 1;
  ids.rid = 2;
  ids.repaired_rid = 3;
  ids.audio_level = 4;
  ids.abs_send_time = 5;
  ids.transport_cc = 6;
  ids.dependency_descriptor = 7;
  ids.abs_capture_time = 8;
  return ids;
}

const std::vector<CodecParams> kAudio{Make(Codec::kOpus, 111), Make(Codec::kRed, 63)};
const std::vector<CodecParams> kVideo{Make(Codec::kVp8, 96), Make(Codec::kVp9, 98),
                                      Make(Codec::kH264, 102), Make(Codec::kAv1, 45)};

TransportParams PublisherParams() {
  TransportParams params;
  params.producers.resize(2);
  ProducerParams& microphone = params.producers[0];
  microphone.source = kMicrophone;
  microphone.mid = *Mid::From("0");
  microphone.codecs = kAudio;
  microphone.encodings = {{Rid(), Ssrc(100), std::nullopt}};
  microphone.extensions = Extensions();
  ProducerParams& camera = params.producers[1];
  camera.source = kCamera;
  camera.kind = MediaKind::kVideo;
  camera.mid = *Mid::From("1");
  camera.codecs = kVideo;
  camera.encodings = {{*Rid::From("q"), Ssrc(200), Ssrc(201)},
                      {*Rid::From("f"), std::nullopt, std::nullopt}};
  camera.extensions = Extensions();
  return params;
}

TransportParams SubscriberParams() {
  TransportParams params;
  for (uint8_t i = 0; i < 2; ++i) {
    SlotParams slot;
    slot.index = i;
    slot.kind = i == 0 ? MediaKind::kAudio : MediaKind::kVideo;
    slot.follows = i == 0 ? SlotFollows::kSeat : SlotFollows::kAssigned;
    slot.mid = *Mid::From(i == 0 ? "2" : "3");
    slot.ssrc = Ssrc(300u + i);
    if (i == 1) slot.rtx_ssrc = Ssrc(400);
    slot.codecs = i == 0 ? kAudio : kVideo;
    slot.extensions = Extensions();
    params.slots.push_back(slot);
  }
  return params;
}

class Harness {
 public:
  Harness() : pool_(2048), output_(64), router_(kRoom, {}, output_, 1) {
    router_.AddTransport(kPublisher, TransportHandle(1), PublisherParams(), now_);
    router_.AddTransport(kSubscriber, TransportHandle(2), SubscriberParams(), now_);
    router_.AddSource({kRoom, kMicrophone, MediaKind::kAudio, true, WorkerIndex(), kPublisher},
                      now_);
    router_.AddSource({kRoom, kCamera, MediaKind::kVideo, false, WorkerIndex(), kPublisher}, now_);
    router_.EnableSource(kMicrophone, true, now_);
    router_.EnableSource(kCamera, true, now_);
    router_.SetConnected(kPublisher, true, now_);
    router_.SetConnected(kSubscriber, true, now_);
    router_.SetSlot({kSubscriber, 1, kCamera, 360, 1, 1}, now_);
    Drain();
  }

  void Step(uint8_t what, uint8_t how, std::span<const uint8_t> bytes) {
    switch (what % 8) {
      case 0:
      case 1:
      case 2:
        Rtp(bytes);
        break;
      case 3:
        router_.HandleRtcp(kPublisher, bytes, now_);
        break;
      case 4:
      case 5:
        router_.HandleRtcp(kSubscriber, bytes, now_);
        break;
      case 6:
        now_ = now_ + Duration::Millis(how);
        router_.HandleTimeout(now_, WallTime::UnixMicros(1'000'000'000) + (now_ - Timestamp()));
        break;
      default:
        EndTurn();
        Command(how);
        break;
    }
    Drain();
    if (what & 8) EndTurn();
    // What is left of a turn may wait for the next.
    if (what & 16) {
      router_.FanOut(now_);
      Drain();
    }
  }

 private:
  void Rtp(std::span<const uint8_t> bytes) {
    PacketRef packet = pool_.Allocate();
    if (!packet) return;
    if (!bytes.empty()) std::memcpy(packet.MutableData(), bytes.data(), bytes.size());
    packet.SetSize(bytes.size());
    router_.HandleRtp(kPublisher, std::move(packet), now_);
  }

  void Command(uint8_t how) {
    if (how & 1) router_.EnableSource(kCamera, (how & 2) != 0, now_);
    if (how & 4) router_.EnableSource(kMicrophone, (how & 8) != 0, now_);
    if (how & 16) {
      SourceId source = (how & 32) ? kCamera : SourceId();
      router_.SetSlot({kSubscriber, 1, source, static_cast<uint16_t>(how * 4), 1, ++epoch_}, now_);
    }
  }

  void EndTurn() {
    router_.FanOut(now_);
    Check();
    while (router_.HasMore()) {
      router_.Continue(now_);
      Check();
    }
    Drain();
  }

  void Drain() {
    Check();
    while (router_.MustContinue()) {
      router_.Continue(now_);
      Check();
    }
    output_.relay.Clear();
    output_.events.clear();
  }

  void Check() {
    FUZZ_CHECK(output_.outbox.packets().size() <= output_.outbox.capacity());
    for (const OutPacket& packet : output_.outbox.packets()) {
      FUZZ_CHECK(packet.transport.value() == 1 || packet.transport.value() == 2);
      FUZZ_CHECK(packet.size <= kPacketCapacity);
      if (packet.is_rtcp()) {
        FUZZ_CHECK(RtcpCompound::Parse(packet.bytes()).has_value());
        continue;
      }
      auto rtp = RtpView::Parse(packet.bytes());
      FUZZ_CHECK(rtp.has_value());
      FUZZ_CHECK(packet.transport.value() == 2 && rtp->csrc_count() == 1);
      uint32_t ssrc = rtp->ssrc().value();
      FUZZ_CHECK(ssrc == 300 || ssrc == 301 || ssrc == 400);
    }
    output_.outbox.Clear();
  }

  PacketPool pool_;
  RouterOutput output_;
  Router router_;
  Timestamp now_ = Timestamp::Seconds(10);
  uint32_t epoch_ = 1;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Harness harness;
  std::span<const uint8_t> rest(data, size);
  while (rest.size() >= 2) {
    uint8_t what = rest[0];
    uint8_t how = rest[1];
    rest = rest.subspan(2);
    size_t length = what % 8 < 6 ? std::min<size_t>(how, rest.size()) : 0;
    harness.Step(what, how, rest.first(length));
    rest = rest.subspan(length);
  }
  return 0;
}
