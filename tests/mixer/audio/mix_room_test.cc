#include "mixer/audio/mix_room.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

#include "mixer/audio/g722_codec.h"
#include "tests/mixer/audio/signal.h"
#include "tests/sfu/forward/allocation_count.h"

namespace parley {
namespace {

using testing::LevelDb;
using testing::Sine;
using testing::Sound;
using testing::ToneAmplitude;
using testing::Voice;

MixRoomConfig Exact() { return {.comfort_noise = ComfortNoise::kSilent, .agc = false}; }

// A phone: what it says, and what it has heard, decoded as a phone would.
struct Phone {
  Phone(MixRoom& room, AudioCodec codec)
      : id(room.AddLeg(codec)), decoder(MakeAudioDecoder(codec)), rate(decoder->sample_rate()) {}

  LegId id;
  std::unique_ptr<AudioDecoder> decoder;
  SampleRate rate;
  Sound says;
  Sound heard;
  std::vector<std::vector<uint8_t>> payloads;
};

void Meet(MixRoom& room, const std::vector<Phone*>& phones, int ticks) {
  for (int t = 0; t < ticks; ++t) {
    for (Phone* phone : phones) {
      const size_t frame = FrameSamples(phone->rate);
      if (phone->says.size() >= frame) {
        room.SetFrame(phone->id, std::span(phone->says).first(frame));
      }
    }
    room.Tick();
    for (Phone* phone : phones) {
      const size_t frame = FrameSamples(phone->rate);
      if (phone->says.size() >= frame) {
        phone->says.erase(phone->says.begin(), phone->says.begin() + static_cast<ptrdiff_t>(frame));
      }
      const auto payload = room.payload(phone->id);
      phone->payloads.emplace_back(payload.begin(), payload.end());
      Sound sound(frame);
      if (payload.empty()) {
        phone->decoder->Conceal(sound);
      } else {
        ASSERT_TRUE(phone->decoder->Decode(payload, sound));
      }
      phone->heard.insert(phone->heard.end(), sound.begin(), sound.end());
    }
  }
}
Sound LastSecond(const Phone& phone) {
  return Sound(phone.heard.end() - static_cast<ptrdiff_t>(Hz(phone.rate)), phone.heard.end());
}

TEST(MixRoomTest, EachTalkerHearsExactlyTheOthers) {
  MixRoom room(Exact());
  Phone a(room, AudioCodec::kG722), b(room, AudioCodec::kG722), c(room, AudioCodec::kG722);
  std::map<Phone*, Sound> says;
  for (Phone* p : {&a, &b, &c}) {
    p->says = Voice(p->id.value() + 1, SampleRate::k16kHz, 5 * 320, 6000);
    says[p] = p->says;
  }
  // What the room makes of each voice: it opens with a ramp.
  for (auto& [phone, sound] : says) {
    LegInput input(SampleRate::k16kHz, SampleRate::k16kHz);
    input.SetAgc(false);
    for (size_t i = 0; i < sound.size(); i += 320) {
      const std::span<int16_t> frame = std::span(sound).subspan(i, 320);
      if (input.HandleFrame(frame, false)) {
        std::ranges::copy(input.mixed(), frame.begin());
      } else {
        std::ranges::fill(frame, int16_t{0});
      }
    }
  }
  Meet(room, {&a, &b, &c}, 5);
  G722Encoder encoder;
  for (size_t t = 0; t < 5; ++t) {
    Sound others(320);
    for (size_t i = 0; i < 320; ++i) {
      others[i] = static_cast<int16_t>(says[&b][t * 320 + i] + says[&c][t * 320 + i]);
    }
    std::vector<uint8_t> expected(160);
    encoder.Encode(others, expected);
    EXPECT_EQ(a.payloads[t], expected) << "tick " << t;
  }
}

class MixRoomCodecTest : public ::testing::TestWithParam<AudioCodec> {};

TEST_P(MixRoomCodecTest, OwnVoiceIsSixtyDecibelsDown) {
  // No common period, so that coding noise does not gather on either.
  constexpr double kOwn = 523.7, kOther = 1307.3;
  MixRoom room(Exact());
  Phone a(room, GetParam()), b(room, GetParam()), c(room, GetParam());
  a.says = Sine(kOwn, a.rate, 3 * Hz(a.rate), 10000);
  b.says = Sine(kOther, b.rate, 3 * Hz(b.rate), 10000);
  c.says = Sound(3 * Hz(c.rate));
  Meet(room, {&a, &b, &c}, 150);
  const double at_c = ToneAmplitude(LastSecond(c), kOwn, c.rate);
  EXPECT_GT(at_c, 6000);
  EXPECT_LT(ToneAmplitude(LastSecond(a), kOwn, a.rate), at_c / 1000);
  EXPECT_GT(ToneAmplitude(LastSecond(a), kOther, a.rate), 6000);
  EXPECT_LT(ToneAmplitude(LastSecond(b), kOther, b.rate), at_c / 1000);
}

TEST_P(MixRoomCodecTest, SilentListenersShareOneEncoding) {
  MixRoom room(Exact());
  std::vector<std::unique_ptr<Phone>> phones;
  std::vector<Phone*> all;
  for (int i = 0; i < 5; ++i) {
    phones.push_back(std::make_unique<Phone>(room, GetParam()));
    all.push_back(phones.back().get());
  }
  Meet(room, all, 120);
  all[0]->says = Voice(1, all[0]->rate, Hz(all[0]->rate));
  Meet(room, all, 20);
  EXPECT_FALSE(room.shares(all[0]->id));
  for (int i = 1; i < 5; ++i) {
    EXPECT_TRUE(room.shares(all[static_cast<size_t>(i)]->id));
    EXPECT_EQ(room.payload(all[static_cast<size_t>(i)]->id).data(),
              room.payload(all[1]->id).data());
  }
}

// What a listener hears of another's tone, of which it says a word itself or not.
Sound ListenTo440(AudioCodec codec, bool says_a_word) {
  MixRoom room(Exact());
  Phone speaker(room, codec), listener(room, codec), third(room, codec);
  const size_t second = Hz(speaker.rate);
  speaker.says = Sine(440, speaker.rate, 12 * second, 6000);
  listener.says = Sound(5 * second);
  const Sound word = Voice(2, listener.rate, second / 2, 8000);
  if (says_a_word) listener.says.insert(listener.says.end(), word.begin(), word.end());
  listener.says.resize(12 * second);
  third.says = Sound(12 * second);
  Meet(room, {&speaker, &listener, &third}, 12 * 50);
  EXPECT_TRUE(room.shares(listener.id));
  return listener.heard;
}

// Nothing of the change to its own encoder and back may be heard.
TEST_P(MixRoomCodecTest, BeginningAndEndingToTalkDoesNotClick) {
  const Sound talked = ListenTo440(GetParam(), true);
  const Sound listened = ListenTo440(GetParam(), false);
  const size_t second = talked.size() / 12;
  const std::span<const int16_t> heard = std::span(talked).subspan(4 * second);
  const std::span<const int16_t> reference = std::span(listened).subspan(4 * second);
  EXPECT_LE(testing::LargestStep(heard), testing::LargestStep(reference) * 5 / 4);
  for (size_t at = 0; at + second / 50 <= heard.size(); at += second / 50) {
    EXPECT_GT(testing::SignalToNoiseDb(reference.subspan(at, second / 50),
                                       heard.subspan(at, second / 50)),
              15)
        << at * 50 / second;
  }
}

TEST_P(MixRoomCodecTest, AddsAtMostFortyMilliseconds) {
  MixRoom room(Exact());
  Phone a(room, GetParam()), b(room, GetParam());
  // Loud from the 50th frame on: the mixer itself waits for one frame, which was full 20 ms after
  // its first sample, and its filters for a little more.
  a.says = Sound(50 * FrameSamples(a.rate));
  const Sound burst = Sine(1000, a.rate, FrameSamples(a.rate) * 10, 15000);
  a.says.insert(a.says.end(), burst.begin(), burst.end());
  Meet(room, {&a, &b}, 60);
  const size_t start = 50 * FrameSamples(a.rate);
  const auto loud = std::ranges::find_if(b.heard, [](int16_t s) { return std::abs(s) > 3000; });
  const auto after = static_cast<double>(loud - b.heard.begin()) - static_cast<double>(start);
  const double milliseconds = 20 + 1000 * after / Hz(b.rate);
  EXPECT_GT(milliseconds, 20);
  EXPECT_LT(milliseconds, 40);
}

INSTANTIATE_TEST_SUITE_P(Codecs, MixRoomCodecTest,
                         ::testing::Values(AudioCodec::kPcmu, AudioCodec::kPcma, AudioCodec::kG722,
                                           AudioCodec::kOpus));

TEST(MixRoomTest, MixedCodecsHearEachOther) {
  MixRoom room(Exact());
  EXPECT_EQ(room.rate(), SampleRate::k16kHz);
  Phone a(room, AudioCodec::kPcma), b(room, AudioCodec::kG722), c(room, AudioCodec::kOpus);
  EXPECT_EQ(room.rate(), SampleRate::k48kHz);
  const std::vector<Phone*> all = {&a, &b, &c};
  for (size_t i = 0; i < all.size(); ++i) {
    all[i]->says =
        Sine(400 + 300 * static_cast<double>(i), all[i]->rate, 2 * Hz(all[i]->rate), 8000);
  }
  Meet(room, all, 100);
  for (size_t me = 0; me < all.size(); ++me) {
    for (size_t other = 0; other < all.size(); ++other) {
      const double hz = 400 + 300 * static_cast<double>(other);
      const double amplitude = ToneAmplitude(LastSecond(*all[me]), hz, all[me]->rate);
      if (me == other) {
        EXPECT_LT(amplitude, 60) << me;
      } else {
        EXPECT_NEAR(amplitude, 8000, 1500) << me << " hears " << other;
      }
    }
  }
  room.RemoveLeg(c.id);
  EXPECT_EQ(room.rate(), SampleRate::k16kHz);
  a.says = Sine(400, a.rate, Hz(a.rate), 8000);
  Meet(room, {&a, &b}, 50);
  EXPECT_NEAR(ToneAmplitude(LastSecond(b), 400, b.rate), 8000, 800);
}

TEST(MixRoomTest, AMutedCallerIsNotHeard) {
  MixRoom room(Exact());
  Phone a(room, AudioCodec::kPcmu), b(room, AudioCodec::kPcmu);
  a.says = Sine(500, a.rate, 3 * Hz(a.rate), 8000);
  Meet(room, {&a, &b}, 50);
  EXPECT_TRUE(room.voice(a.id));
  room.SetMuted(a.id, true);
  Meet(room, {&a, &b}, 2);
  EXPECT_FALSE(room.voice(a.id));
  b.heard.clear();
  Meet(room, {&a, &b}, 48);
  EXPECT_EQ(LevelDb(std::span(b.heard).subspan(160)), -200);
  room.SetMuted(a.id, false);
  Meet(room, {&a, &b}, 50);
  EXPECT_NEAR(ToneAmplitude(LastSecond(b), 500, b.rate), 8000, 800);
}

TEST(MixRoomTest, TheRoomsSpeakersAreHeardByAll) {
  MixRoom room(Exact());
  Phone a(room, AudioCodec::kPcmu), b(room, AudioCodec::kG722);
  for (int t = 0; t < 100; ++t) {
    const auto phase = 2 * 3.14159265358979 * 700 * t * 0.02;
    const Sound frame = Sine(700, SampleRate::k48kHz, 960, 5000, phase);
    room.SetInput(2, frame, SampleRate::k48kHz);
    Meet(room, {&a, &b}, 1);
  }
  EXPECT_NEAR(ToneAmplitude(LastSecond(a), 700, a.rate), 5000, 200);
  EXPECT_NEAR(ToneAmplitude(LastSecond(b), 700, b.rate), 5000, 200);
}

TEST(MixRoomTest, WhatIsPrivateOnlyItsLegHears) {
  MixRoom room(Exact());
  Phone a(room, AudioCodec::kPcmu), b(room, AudioCodec::kPcmu);
  for (int t = 0; t < 50; ++t) {
    const auto phase = 2 * 3.14159265358979 * 600 * t * 0.02;
    const Sound frame = Sine(600, SampleRate::k8kHz, 160, 5000, phase);
    room.SetPrivate(a.id, frame);
    Meet(room, {&a, &b}, 1);
  }
  EXPECT_NEAR(ToneAmplitude(LastSecond(a), 600, a.rate), 5000, 250);
  EXPECT_EQ(LevelDb(b.heard), -200);
}

TEST(MixRoomTest, AnEmptyRoomIsNotDead) {
  MixRoom room;
  Phone a(room, AudioCodec::kG722);
  Meet(room, {&a}, 60);
  const double level = LevelDb(LastSecond(a));
  EXPECT_GT(level, -75);
  EXPECT_LT(level, -55);
}

TEST(MixRoomTest, ManyLoudTalkersDoNotClip) {
  MixRoom room(Exact());
  std::vector<std::unique_ptr<Phone>> phones;
  std::vector<Phone*> all;
  for (size_t i = 0; i < 10; ++i) {
    phones.push_back(std::make_unique<Phone>(room, AudioCodec::kG722));
    all.push_back(phones.back().get());
    if (i > 0) {
      all[i]->says = Sine(300 + 35 * static_cast<double>(i), SampleRate::k16kHz, 2 * 16000, 20000);
    }
  }
  Meet(room, all, 100);
  const Sound heard = LastSecond(*all[0]);
  EXPECT_GT(LevelDb(heard), -20);
  // G.722's own noise reaches full scale now and then.
  EXPECT_LT(std::ranges::count_if(heard, [](int16_t s) { return std::abs(s) >= 32700; }), 32);
}

TEST(MixRoomTest, PlacesOfLegsAreUsedAgain) {
  MixRoom room;
  const LegId first = room.AddLeg(AudioCodec::kPcmu);
  const LegId second = room.AddLeg(AudioCodec::kPcmu);
  room.RemoveLeg(first);
  EXPECT_EQ(room.AddLeg(AudioCodec::kG722), first);
  EXPECT_NE(first, second);
  EXPECT_EQ(room.leg_count(), 2u);
}

TEST(MixRoomTest, ATickAllocatesNothing) {
  MixRoom room;
  std::vector<std::unique_ptr<Phone>> phones;
  std::vector<Sound> voices;
  for (int i = 0; i < 12; ++i) {
    phones.push_back(std::make_unique<Phone>(room, static_cast<AudioCodec>(i % 4)));
    voices.push_back(
        Voice(static_cast<uint64_t>(i) + 1, phones.back()->rate, Hz(phones.back()->rate) * 2));
  }
  const Sound speaker = Voice(99, SampleRate::k48kHz, 960);
  room.SetInput(0, speaker, SampleRate::k48kHz);
  room.Tick();
  const size_t before = testing::AllocationCount();
  for (size_t t = 0; t < 300; ++t) {
    for (size_t i = 0; i < phones.size(); ++i) {
      const size_t frame = FrameSamples(phones[i]->rate);
      // Everybody talks for a second and listens for two, in turn.
      if ((t / 50 + i) % 3 == 0) {
        room.SetFrame(phones[i]->id, std::span(voices[i]).subspan(t % 100 * frame, frame));
      }
    }
    room.SetInput(0, speaker, SampleRate::k48kHz);
    room.Tick();
  }
  EXPECT_EQ(testing::AllocationCount(), before);
}

}  // namespace
}  // namespace parley
