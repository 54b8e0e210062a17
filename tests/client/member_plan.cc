#include "tests/client/member_plan.h"

#include <string>
#include <string_view>
#include <utility>

#include "tests/client/test_offer.h"

namespace parley::test {
namespace {

constexpr std::string_view kRids[] = {"q", "h", "f"};
constexpr const char* kMicrophoneMid = "0";
constexpr const char* kCameraMid = "1";
constexpr uint8_t kDependencyDescriptor = 5;

CodecParams OpusCodec() {
  CodecParams codec;
  codec.codec = Codec::kOpus;
  codec.payload_type = kOpusPayload;
  codec.clock_rate = 48000;
  codec.transport_cc = true;
  return codec;
}

PayloadType PayloadOf(Codec codec) {
  return codec == Codec::kVp9 ? kVp9Payload : codec == Codec::kAv1 ? kAv1Payload : kVp8Payload;
}

CodecParams VideoCodec(Codec kind) {
  CodecParams codec;
  codec.codec = kind;
  codec.payload_type = PayloadOf(kind);
  codec.rtx_payload_type = RtxOf(codec.payload_type);
  codec.clock_rate = 90000;
  codec.nack = codec.pli = codec.fir = codec.remb = codec.transport_cc = true;
  return codec;
}

std::string RandomText(RandomSource& random, size_t size) {
  static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
  std::string text;
  for (size_t i = 0; i < size; ++i) text += kLetters[random.Below(kLetters.size())];
  return text;
}

}  // namespace

MemberPlan::MemberPlan(uint32_t number, const MemberShape& shape, const TestPeer& peer,
                       RandomSource& random)
    : number_(number), shape_(shape) {
  params_.local_ice = {RandomText(random, 8), RandomText(random, 24)};
  params_.remote_ice = peer.local_ice();
  params_.local_dtls_role = DtlsRole::kServer;
  params_.remote_fingerprints = peer.fingerprints();
  if (shape.microphone) {
    ProducerParams producer;
    producer.source = microphone();
    producer.kind = MediaKind::kAudio;
    producer.mid = *Mid::From(kMicrophoneMid);
    producer.codecs = {OpusCodec()};
    producer.encodings = {{Rid(), MicrophoneStream(nullptr).ssrc, std::nullopt}};
    producer.extensions = kTestExtensions;
    params_.producers.push_back(std::move(producer));
  }
  if (shape.camera) {
    ProducerParams producer;
    producer.source = camera();
    producer.kind = MediaKind::kVideo;
    producer.mid = *Mid::From(kCameraMid);
    producer.codecs = {VideoCodec(shape.camera_codec)};
    for (int layer = 0; layer < shape.camera_layers; ++layer) {
      EncodingParams encoding;
      if (shape.camera_layers > 1) {
        encoding.rid = *Rid::From(kRids[layer]);
      } else {
        encoding.ssrc = CameraSsrc(0);
        encoding.rtx_ssrc = CameraRtxSsrc(0);
      }
      producer.encodings.push_back(encoding);
    }
    producer.extensions = CameraStream(0, nullptr).extensions;
    producer.screen = shape.screen;
    params_.producers.push_back(std::move(producer));
  }
  for (int i = 0; i < shape.audio_slots + shape.video_slots; ++i) {
    const bool audio = i < shape.audio_slots;
    SlotParams slot;
    slot.index = static_cast<uint8_t>(i);
    slot.kind = audio ? MediaKind::kAudio : MediaKind::kVideo;
    slot.follows = audio ? SlotFollows::kSeat : SlotFollows::kAssigned;
    slot.seat = audio ? static_cast<uint8_t>(i) : 0;
    slot.mid = *Mid::From(std::to_string(i + 2));
    slot.ssrc = Ssrc(number * 1000 + 100 + static_cast<uint32_t>(i));
    if (!audio) slot.rtx_ssrc = Ssrc(number * 1000 + 500 + static_cast<uint32_t>(i));
    if (audio) {
      slot.codecs = {OpusCodec()};
    } else {
      slot.codecs = {VideoCodec(Codec::kVp8), VideoCodec(Codec::kVp9), VideoCodec(Codec::kAv1)};
    }
    slot.extensions = kTestExtensions;
    if (!audio) slot.extensions.dependency_descriptor = kDependencyDescriptor;
    if (!shape.transport_cc) slot.extensions.transport_cc = 0;
    params_.slots.push_back(std::move(slot));
  }
}

std::vector<AddSource> MemberPlan::Sources(RoomId room, WorkerIndex home) const {
  std::vector<AddSource> sources;
  if (shape_.microphone) {
    sources.push_back({room, microphone(), MediaKind::kAudio, true, home, transport()});
  }
  if (shape_.camera) {
    sources.push_back({room, camera(), MediaKind::kVideo, false, home, transport()});
  }
  return sources;
}

TestPeer::Remote MemberPlan::Remote(const std::vector<DtlsFingerprint>& server,
                                    std::vector<SocketAddress> candidates) const {
  return {params_.local_ice, server, DtlsRole::kServer, std::move(candidates)};
}

TestStreamConfig MemberPlan::MicrophoneStream(TransportSequence* sequence) const {
  return {Ssrc(number_ * 1000 + 1), kOpusPayload, kMicrophoneMid, "", kTestExtensions, sequence};
}

TestStreamConfig MemberPlan::CameraStream(int layer, TransportSequence* sequence) const {
  std::string rid;
  if (shape_.camera_layers > 1) rid = kRids[layer];
  HeaderExtensionIds extensions = kTestExtensions;
  if (shape_.camera_codec != Codec::kVp8) extensions.dependency_descriptor = kDependencyDescriptor;
  return {CameraSsrc(layer), PayloadOf(shape_.camera_codec), kCameraMid, rid, extensions, sequence};
}

}  // namespace parley::test
