#include "mixer/audio/g722_codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "sfu/base/random.h"
#include "tests/mixer/audio/signal.h"
#include "tests/mixer/audio/spandsp.h"

namespace parley {
namespace {

using testing::Noise;
using testing::Sine;
using testing::Sound;
using testing::Voice;

constexpr size_t kSecond = 16000;

std::vector<uint8_t> Encode(G722Encoder& encoder, const Sound& sound) {
  std::vector<uint8_t> payload(sound.size() / 2);
  encoder.Encode(sound, payload);
  return payload;
}
Sound Decode(G722Decoder& decoder, const std::vector<uint8_t>& payload) {
  Sound sound(2 * payload.size());
  decoder.Decode(payload, sound);
  return sound;
}

std::vector<uint8_t> SpandspEncode(const Sound& sound) {
  std::unique_ptr<g722_encode_state_t, int (*)(g722_encode_state_t*)> state(
      g722_encode_init(nullptr, 64000, 0), g722_encode_free);
  std::vector<uint8_t> payload(sound.size());
  payload.resize(static_cast<size_t>(
      g722_encode(state.get(), payload.data(), sound.data(), static_cast<int>(sound.size()))));
  return payload;
}
Sound SpandspDecode(const std::vector<uint8_t>& payload) {
  std::unique_ptr<g722_decode_state_t, int (*)(g722_decode_state_t*)> state(
      g722_decode_init(nullptr, 64000, 0), g722_decode_free);
  Sound sound(2 * payload.size());
  g722_decode(state.get(), sound.data(), payload.data(), static_cast<int>(payload.size()));
  return sound;
}

// SpanDSP 0.0.6 lets a sample that is too loud wrap around where the standard has it saturate.
void ExpectSameUnlessWrapped(const Sound& own, const Sound& spandsp, const char* name) {
  ASSERT_EQ(own.size(), spandsp.size());
  for (size_t i = 0; i < own.size(); ++i) {
    if (own[i] == 32767 && spandsp[i] < 0) continue;
    if (own[i] == -32768 && spandsp[i] > 0) continue;
    ASSERT_EQ(own[i], spandsp[i]) << name << " sample " << i;
  }
}

std::vector<std::pair<const char*, Sound>> Sounds() {
  return {{"silence", Sound(kSecond)},
          {"low tone", Sine(440, SampleRate::k16kHz, kSecond)},
          {"high tone", Sine(6100, SampleRate::k16kHz, kSecond)},
          {"loud tone", Sine(1000, SampleRate::k16kHz, kSecond, 32767)},
          {"noise", Noise(1, kSecond, 20000)},
          {"loudest noise", Noise(2, kSecond, 32767)},
          {"voice", Voice(3, SampleRate::k16kHz, kSecond)}};
}

TEST(G722Test, EncodesBitByBitAsSpandspDoes) {
  for (const auto& [name, sound] : Sounds()) {
    G722Encoder encoder;
    EXPECT_EQ(Encode(encoder, sound), SpandspEncode(sound)) << name;
  }
}

TEST(G722Test, DecodesBitByBitAsSpandspDoes) {
  for (const auto& [name, sound] : Sounds()) {
    const std::vector<uint8_t> payload = SpandspEncode(sound);
    G722Decoder decoder;
    ExpectSameUnlessWrapped(Decode(decoder, payload), SpandspDecode(payload), name);
  }
}

TEST(G722Test, DecodesAnyBytesAsSpandspDoes) {
  SeededRandom random(4);
  std::vector<uint8_t> payload(8000);
  random.Fill(payload);
  G722Decoder decoder;
  ExpectSameUnlessWrapped(Decode(decoder, payload), SpandspDecode(payload), "any");
}

TEST(G722Test, CarriesBothBands) {
  for (double hz : {300.0, 3000.0, 5000.0, 6500.0}) {
    const Sound sound = Sine(hz, SampleRate::k16kHz, kSecond);
    G722Encoder encoder;
    G722Decoder decoder;
    const Sound back = Decode(decoder, Encode(encoder, sound));
    EXPECT_GT(testing::BestSignalToNoiseDb(sound, back, 40), hz < 4000 ? 25 : 12) << hz;
  }
}

TEST(G722Test, OneCallOrManyAreTheSame) {
  const Sound sound = Voice(5, SampleRate::k16kHz, kSecond);
  G722Encoder at_once, by_parts;
  std::vector<uint8_t> parts;
  for (size_t i = 0; i < sound.size(); i += 160) {
    const Sound part(sound.begin() + static_cast<ptrdiff_t>(i),
                     sound.begin() + static_cast<ptrdiff_t>(i + 160));
    const std::vector<uint8_t> payload = Encode(by_parts, part);
    parts.insert(parts.end(), payload.begin(), payload.end());
  }
  EXPECT_EQ(parts, Encode(at_once, sound));
}

TEST(G722Test, ACopyContinuesWithoutASeam) {
  const Sound sound = Voice(6, SampleRate::k16kHz, kSecond);
  const Sound first(sound.begin(), sound.begin() + 8000), rest(sound.begin() + 8000, sound.end());
  G722Encoder original;
  Encode(original, first);
  G722Encoder copy = original;
  EXPECT_EQ(Encode(copy, rest), Encode(original, rest));
}

}  // namespace
}  // namespace parley
