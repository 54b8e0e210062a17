// RTP, keys and RTCP of a hostile peer into one leg, with ticks between them: every frame has its
// length, only keys come out, memory and numbers stay in their bounds.
//
// Each step is a byte that says what: ticks, or a datagram (its length in the next byte) as it is,
// or as the payload of a well-formed RTP packet.

#include <algorithm>
#include <array>
#include <string_view>

#include "mixer/audio/rtp_leg.h"
#include "sfu/base/bytes.h"
#include "sfu/wire/rtp_builder.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

const SocketAddress kPeer = SocketAddress::V4({192, 0, 2, 1}, 4000);
const SocketAddress kOther = SocketAddress::V4({192, 0, 2, 2}, 4000);

RtpLegConfig Config(uint8_t choice) {
  RtpLegConfig config;
  config.payloads = {{AudioCodec::kPcmu, PayloadType(0)},
                     {AudioCodec::kG722, PayloadType(9)},
                     {AudioCodec::kOpus, PayloadType(111)}};
  std::rotate(config.payloads.begin(), config.payloads.begin() + choice % 3, config.payloads.end());
  if ((choice & 4) == 0) config.telephone_event = PayloadType(101);
  config.comfort_noise = PayloadType(13);
  config.remote = kPeer;
  config.cname = "fuzz";
  return config;
}

class Session {
 public:
  explicit Session(ByteReader in) : in_(in), leg_(Config(in_.U8()), random_, now_) {}

  void Run() {
    while (in_.remaining() > 0) {
      const uint8_t step = in_.U8();
      const SocketAddress& from = (step & 0x80) != 0 ? kOther : kPeer;
      switch (step & 7) {
        case 0:
          Tick(step >> 3 & 15);
          break;
        case 1:
          leg_.HandleRtcp(Datagram(), from, now_, Wall());
          break;
        case 2:
          leg_.HandleRtp(Datagram(), from, now_);
          break;
        case 3:
          leg_.HandleInfoKey(static_cast<char>(in_.U8()), now_);
          break;
        default:
          Packet(step, from);
          break;
      }
    }
    Tick(30);
  }

 private:
  WallTime Wall() const { return WallTime::UnixMicros(1'700'000'000'000'000 + now_.us()); }
  std::span<const uint8_t> Datagram() {
    const size_t size = std::min<size_t>(in_.U8(), in_.remaining());
    return in_.Bytes(size);
  }
  void Packet(uint8_t step, const SocketAddress& from) {
    constexpr std::array<uint8_t, 8> kTypes = {0, 9, 111, 101, 13, 0, 9, 111};
    // Mostly the next packet, sometimes any.
    const uint8_t jump = in_.U8();
    seq_ = static_cast<uint16_t>(seq_ + (jump < 200 ? 1 : jump - 220));
    timestamp_ += jump < 200 ? 160u : static_cast<uint32_t>(jump - 228) << (jump % 24);
    RtpHeader header;
    header.payload_type = PayloadType(kTypes[step >> 3 & 7]);
    header.marker = (jump & 1) != 0;
    header.seq = SeqNum(seq_);
    header.timestamp = RtpTimestamp(timestamp_);
    header.ssrc = Ssrc((step & 0x40) != 0 ? 2 : 1);
    std::array<uint8_t, 400> buffer;
    RtpBuilder builder(buffer, header);
    builder.SetPayload(Datagram());
    const std::span<const uint8_t> packet = builder.Finish();
    if (!packet.empty()) leg_.HandleRtp(packet, from, now_);
  }
  void Tick(int ticks) {
    for (int i = 0; i < ticks; ++i) {
      now_ = now_ + kAudioFrame;
      FUZZ_CHECK(leg_.Tick(now_).size() == FrameSamples(leg_.sample_rate()));
      while (const auto key = leg_.PollKey()) {
        FUZZ_CHECK(std::string_view("0123456789*#ABCD").find(*key) != std::string_view::npos);
      }
      leg_.PollRtcp(now_, Wall());
    }
    FUZZ_CHECK(leg_.receiver().target_delay() <= DelayEstimator::kLongest + kAudioFrame);
    FUZZ_CHECK(leg_.stats().mean_opinion_score >= 0 && leg_.stats().mean_opinion_score <= 4.5);
  }

  ByteReader in_;
  SeededRandom random_{1};
  Timestamp now_ = Timestamp::Seconds(1);
  RtpLeg leg_;
  uint16_t seq_ = 65'530;
  uint32_t timestamp_ = 0xFFFFFF00u;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Session(ByteReader({data, size})).Run();
  return 0;
}
