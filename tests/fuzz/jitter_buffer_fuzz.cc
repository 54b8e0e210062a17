// Packets in any order and at any time into an AudioReceiver: always a frame, no sample played
// twice over, the buffer's bounds kept. Each step is four bytes: what, sequence, timestamp, time.

#include <array>

#include "mixer/audio/audio_receiver.h"
#include "sfu/base/bytes.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

void Run(AudioCodec codec, ByteReader in) {
  AudioReceiver receiver(MakeAudioDecoder(codec));
  const size_t frame = FrameSamples(receiver.sample_rate());
  constexpr std::array<size_t, 4> kSizes = {160, 80, 480, 0};
  const std::array<uint8_t, 480> payload{};
  Timestamp now = Timestamp::Seconds(1);
  uint64_t ticks = 0;
  uint16_t seq = 0;
  uint32_t timestamp = 0;
  while (in.remaining() >= 4) {
    const uint8_t what = in.U8();
    seq = static_cast<uint16_t>(seq + static_cast<int8_t>(in.U8()));
    timestamp += static_cast<uint32_t>(static_cast<int8_t>(in.U8())) * 80u << (what >> 6);
    now = now + Duration::Micros(in.U8() * 200);
    receiver.HandlePacket(SeqNum(seq), RtpTimestamp(timestamp),
                          std::span(payload).first(kSizes[what & 3]), now);
    if ((what & 4) != 0) receiver.HandleOtherPacket(SeqNum(seq));
    if ((what & 8) != 0) receiver.HandleComfortNoise(what);
    for (int i = what >> 4 & 3; i > 0; --i) {
      now = now + kAudioFrame;
      FUZZ_CHECK(receiver.Tick(now).size() == frame);
      ++ticks;
    }
  }
  const AudioReceiver::Stats& stats = receiver.stats();
  FUZZ_CHECK(stats.waited_packets <= stats.packets);
  FUZZ_CHECK(stats.concealed_samples <= (ticks + 1) * 4 * frame);
  FUZZ_CHECK(receiver.drift() <= DriftEstimator::kLargest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  Run(static_cast<AudioCodec>(data[0] % kAudioCodecs), ByteReader({data + 1, size - 1}));
  return 0;
}
