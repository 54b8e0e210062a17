#include "mixer/audio/rtp_leg.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "mixer/audio/published_track.h"
#include "mixer/audio/sound_level.h"
#include "mixer/audio/tones.h"
#include "sfu/wire/rtcp_bye.h"
#include "sfu/wire/rtcp_receiver_report.h"
#include "sfu/wire/rtcp_sdes.h"
#include "sfu/wire/rtp_builder.h"
#include "sfu/wire/rtp_extensions.h"
#include "tests/mixer/audio/signal.h"
#include "tests/sfu/forward/allocation_count.h"

namespace parley {
namespace {

using testing::Sine;
using testing::Sound;
using testing::ToneAmplitude;

const SocketAddress kA = SocketAddress::V4({192, 0, 2, 1}, 4000);
const SocketAddress kB = SocketAddress::V4({192, 0, 2, 2}, 5000);
const SocketAddress kStranger = SocketAddress::V4({198, 51, 100, 1}, 5000);

RtpLegConfig Config(const SocketAddress& remote, AudioCodec codec = AudioCodec::kPcmu) {
  RtpLegConfig config;
  const PayloadType type(codec == AudioCodec::kPcmu   ? 0
                         : codec == AudioCodec::kPcma ? 8
                         : codec == AudioCodec::kG722 ? 9
                                                      : 111);
  config.payloads = {{codec, type}};
  if (codec == AudioCodec::kPcmu) config.payloads.push_back({AudioCodec::kG722, PayloadType(9)});
  config.telephone_event = PayloadType(101);
  config.telephone_event_rate = RtpClockRate(codec);
  config.comfort_noise = PayloadType(13);
  config.remote = remote;
  config.cname = "leg";
  return config;
}

// Two ends of a call, as two mixers would have it.
class RtpLegTest : public ::testing::TestWithParam<AudioCodec> {
 protected:
  void Make(const RtpLegConfig& a, const RtpLegConfig& b) {
    a_ = std::make_unique<RtpLeg>(a, random_, now_);
    b_ = std::make_unique<RtpLeg>(b, random_, now_);
    encoder_ = MakeAudioEncoder(a.payloads.front().codec);
  }
  void SetUp() override { Make(Config(kB), Config(kA)); }

  // a speaks `sound`; what b hears.
  Sound Speak(const Sound& sound) {
    Sound heard;
    const size_t frame = FrameSamples(encoder_->sample_rate());
    for (size_t i = 0; i + frame <= sound.size(); i += frame) {
      std::array<uint8_t, kMaxEncodedFrame> buffer;
      const auto packet = a_->Send(encoder_->Encode(std::span(sound).subspan(i, frame), buffer));
      if (!packet.empty() && random_.Below(100) >= loss_percent_) {
        b_->HandleRtp(packet, kA, now_ + Duration::Millis(2));
      }
      const auto back = b_->Send({});
      if (!back.empty()) a_->HandleRtp(back, kB, now_ + Duration::Millis(2));
      now_ = now_ + kAudioFrame;
      const auto out = b_->Tick(now_);
      heard.insert(heard.end(), out.begin(), out.end());
      ExchangeRtcp();
    }
    return heard;
  }
  void ExchangeRtcp() {
    const WallTime wall = Wall();
    if (const auto report = a_->PollRtcp(now_, wall); !report.empty()) {
      b_->HandleRtcp(report, kA, now_, wall + Duration::Millis(15));
    }
    if (const auto report = b_->PollRtcp(now_, wall + Duration::Millis(15)); !report.empty()) {
      a_->HandleRtcp(report, kB, now_, wall + Duration::Millis(30));
    }
  }
  WallTime Wall() const { return WallTime::UnixMicros(1'700'000'000'000'000 + now_.us()); }
  std::string Keys(RtpLeg& leg) {
    std::string keys;
    while (const auto key = leg.PollKey()) keys += *key;
    return keys;
  }
  Sound Tone(double hz, int seconds) const {
    return Sine(hz, encoder_->sample_rate(),
                Hz(encoder_->sample_rate()) * static_cast<size_t>(seconds));
  }

  SeededRandom random_{1};
  Timestamp now_ = Timestamp::Seconds(100);
  std::unique_ptr<RtpLeg> a_, b_;
  std::unique_ptr<AudioEncoder> encoder_;
  uint32_t loss_percent_ = 0;
};

TEST_P(RtpLegTest, CarriesSoundKeysAndReportsInEachCodec) {
  Make(Config(kB, GetParam()), Config(kA, GetParam()));
  const Sound heard = Speak(Tone(500, 12));
  const SampleRate rate = b_->sample_rate();
  EXPECT_GT(ToneAmplitude(std::span(heard).last(Hz(rate)), 500, rate), 6000);
  for (char key : std::string("12#")) EXPECT_TRUE(a_->SendKey(key));
  EXPECT_TRUE(b_->SendKey('7'));
  Speak(Tone(500, 2));
  EXPECT_EQ(Keys(*b_), "12#");
  EXPECT_EQ(Keys(*a_), "7");
  EXPECT_EQ(b_->receiver().stats().late_packets, 0u);
  EXPECT_EQ(b_->stats().loss, 0);
  EXPECT_GT(b_->stats().mean_opinion_score, 4.2);
  ASSERT_TRUE(a_->stats().round_trip);
  EXPECT_NEAR(static_cast<double>(a_->stats().round_trip->ms()), 30, 2);
}

TEST_P(RtpLegTest, ACallerWhomNobodyHearsIsFollowedButNotDecoded) {
  Make(Config(kB, GetParam()), Config(kA, GetParam()));
  const SampleRate rate = b_->sample_rate();
  Speak(Tone(500, 2));
  b_->SetHeard(false);
  const Sound unheard = Speak(Tone(500, 2));
  EXPECT_EQ(testing::LevelDb(std::span(unheard).last(Hz(rate))), -200);
  ASSERT_TRUE(a_->SendKey('6'));
  Speak(Tone(500, 1));
  EXPECT_EQ(Keys(*b_), "6");
  b_->SetHeard(true);
  const Sound heard = Speak(Tone(500, 2));
  EXPECT_GT(ToneAmplitude(std::span(heard).last(Hz(rate)), 500, rate), 6000);
  // Within a tenth of a second of being heard again it is as it was.
  EXPECT_GT(ToneAmplitude(std::span(heard).subspan(Hz(rate) / 10, Hz(rate) / 10), 500, rate), 5000);
  EXPECT_EQ(b_->receiver().stats().late_packets, 0u);
}

INSTANTIATE_TEST_SUITE_P(Codecs, RtpLegTest,
                         ::testing::Values(AudioCodec::kPcmu, AudioCodec::kPcma, AudioCodec::kG722,
                                           AudioCodec::kOpus));

using RtpLegCallTest = RtpLegTest;

TEST_F(RtpLegCallTest, LossShowsInReportsAndScore) {
  loss_percent_ = 10;
  Speak(Tone(500, 20));
  EXPECT_NEAR(b_->stats().loss, 0.1, 0.06);
  EXPECT_NEAR(a_->stats().remote_loss, 0.1, 0.06);
  EXPECT_LT(b_->stats().mean_opinion_score, 3.6);
  EXPECT_GT(b_->stats().mean_opinion_score, 2);
}

TEST_F(RtpLegCallTest, AStrangersPacketsAreNeitherHeardNorAnswered) {
  Speak(Tone(500, 1));
  RtpLeg attacker(Config(kB), random_, now_);
  const std::vector<uint8_t> loud(160, 0x00);
  for (int i = 0; i < 100; ++i) {
    b_->HandleRtp(attacker.Send(loud), kStranger, now_);
  }
  EXPECT_EQ(b_->stats().foreign_packets, 100u);
  EXPECT_EQ(b_->remote(), kA);
  const Sound heard = Speak(Tone(500, 1));
  EXPECT_LT(testing::LargestStep(heard), 4000);
}

TEST_F(RtpLegCallTest, AnotherSsrcOfThePeerIsANewBeginning) {
  Speak(Tone(500, 2));
  a_ = std::make_unique<RtpLeg>(Config(kB), random_, now_);
  const Sound heard = Speak(Tone(700, 2));
  EXPECT_GT(ToneAmplitude(std::span(heard).last(8000), 700, SampleRate::k8kHz), 6000);
}

TEST_F(RtpLegCallTest, ThePeerMayUseAnyAgreedCodec) {
  encoder_ = MakeAudioEncoder(AudioCodec::kG722);
  RtpLegConfig other = Config(kB);
  std::swap(other.payloads[0], other.payloads[1]);
  a_ = std::make_unique<RtpLeg>(other, random_, now_);
  const Sound heard = Speak(Tone(600, 2));
  ASSERT_EQ(heard.size(), 16000u);  // b's mixer has it at 8 kHz
  EXPECT_GT(ToneAmplitude(std::span(heard).last(8000), 600, SampleRate::k8kHz), 6000);
}

TEST_F(RtpLegCallTest, KeysInTheSoundAreHeardThoughTheCallerIsNot) {
  RtpLegConfig plain = Config(kA);
  plain.telephone_event.reset();
  Make(Config(kB), plain);
  b_->SetHeard(false);
  Sound press(1600);
  TonePlayer(*KeyTone('6'), SampleRate::k8kHz).Play(press);
  press.resize(8000);
  Speak(press);
  EXPECT_EQ(Keys(*b_), "6");
}

TEST_F(RtpLegCallTest, WithoutEventsKeysAreHeardInTheSound) {
  RtpLegConfig plain = Config(kA);
  plain.telephone_event.reset();
  Make(Config(kB), plain);
  Sound sound = Tone(300, 1);
  for (char key : std::string("90*")) {
    Sound press(1600);
    TonePlayer(*KeyTone(key), SampleRate::k8kHz).Play(press);
    sound.insert(sound.end(), press.begin(), press.end());
  }
  sound.resize(sound.size() + 8000);
  Speak(sound);
  EXPECT_EQ(Keys(*b_), "90*");
  EXPECT_FALSE(b_->SendKey('1'));
}

TEST_F(RtpLegCallTest, InfoAndEventsOfOnePressAreOneKey) {
  ASSERT_TRUE(a_->SendKey('4'));
  Speak(Tone(300, 1));
  b_->HandleInfoKey('4', now_);
  b_->HandleInfoKey('x', now_);
  EXPECT_EQ(Keys(*b_), "4");
}

TEST_F(RtpLegCallTest, PacketsAreNumberedAndMarkedAsTheStandardSays) {
  const std::vector<uint8_t> payload(160, 0xFF);
  std::vector<uint8_t> first(a_->Send(payload).begin(), a_->Send(payload).end());
  const auto packet = a_->Send(payload);
  const auto rtp = RtpView::Parse(packet);
  ASSERT_TRUE(rtp);
  EXPECT_FALSE(rtp->marker());
  EXPECT_EQ(rtp->ssrc(), a_->ssrc());
  EXPECT_EQ(rtp->payload_type(), PayloadType(0));
  const RtpTimestamp before = rtp->timestamp();
  const SeqNum seq = rtp->seq();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(a_->Send({}).empty());
  const auto after = RtpView::Parse(a_->Send(payload));
  EXPECT_TRUE(after->marker());
  EXPECT_EQ(after->timestamp() - before, 11 * 160);
  EXPECT_EQ(after->seq() - seq, 1);
}

TEST_F(RtpLegCallTest, PacketsAreAsLongAsThePeerWants) {
  for (const int ms : {10, 20, 30, 40, 50, 60}) {
    SCOPED_TRACE(ms);
    for (const AudioCodec codec : {AudioCodec::kPcmu, AudioCodec::kG722}) {
      RtpLegConfig config = Config(kB, codec);
      config.packet = Duration::Millis(ms);
      Make(config, Config(kA, codec));
      std::vector<uint8_t> said, sent;
      std::optional<RtpTimestamp> next;
      for (uint8_t tick = 0; tick < 30; ++tick) {
        std::vector<uint8_t> payload(160, tick);
        payload[80] = 0xAA;
        said.insert(said.end(), payload.begin(), payload.end());
        for (auto packet = a_->Send(payload); !packet.empty(); packet = a_->SendMore()) {
          const auto rtp = RtpView::Parse(packet);
          ASSERT_TRUE(rtp);
          EXPECT_EQ(rtp->payload().size(), static_cast<size_t>(ms) * 8);
          EXPECT_EQ(rtp->marker(), !next);
          if (next) {
            EXPECT_EQ(rtp->timestamp(), *next);
          }
          next = rtp->timestamp() + static_cast<uint32_t>(rtp->payload().size());
          sent.insert(sent.end(), rtp->payload().begin(), rtp->payload().end());
        }
      }
      EXPECT_EQ(said, sent);
      // A pause in the middle of a packet: the clock goes on.
      const std::vector<uint8_t> payload(160, 0xFF);
      (void)a_->Send(payload);
      while (!a_->SendMore().empty()) {
      }
      EXPECT_TRUE(a_->Send({}).empty());
      EXPECT_TRUE(a_->SendMore().empty());
      std::optional<RtpTimestamp> after;
      for (int i = 0; i < 3 && !after; ++i) {
        if (const auto packet = a_->Send(payload); !packet.empty()) {
          EXPECT_TRUE(RtpView::Parse(packet)->marker());
          after = RtpView::Parse(packet)->timestamp();
        }
      }
      EXPECT_EQ(*after - *next, 2 * 160);
    }
  }
}

TEST_F(RtpLegCallTest, OpusHasAFrameAPacket) {
  RtpLegConfig config = Config(kB, AudioCodec::kOpus);
  config.packet = Duration::Millis(60);
  Make(config, Config(kA, AudioCodec::kOpus));
  const std::vector<uint8_t> payload(50, 0xFF);
  EXPECT_FALSE(a_->Send(payload).empty());
  EXPECT_TRUE(a_->SendMore().empty());
}

TEST_F(RtpLegCallTest, ReportsAreCompoundWithACname) {
  Speak(Tone(500, 1));
  now_ = now_ + Duration::Seconds(20);
  const auto report = a_->PollRtcp(now_, Wall());
  const auto compound = RtcpCompound::Parse(report);
  ASSERT_TRUE(compound);
  std::vector<RtcpType> types;
  for (const RtcpPacket p : *compound) types.push_back(p.type);
  EXPECT_EQ(types, (std::vector{RtcpType::kSenderReport, RtcpType::kSdes}));
  EXPECT_TRUE(a_->PollRtcp(now_, Wall()).empty());
  const auto bye = a_->SayBye(now_, Wall());
  EXPECT_FALSE(b_->peer_left());
  b_->HandleRtcp(bye, kStranger, now_, Wall());
  EXPECT_FALSE(b_->peer_left());
  b_->HandleRtcp(bye, SocketAddress::V4({192, 0, 2, 1}, 4001), now_, Wall());
  EXPECT_TRUE(b_->peer_left());
}

TEST_F(RtpLegCallTest, WhatIsBrokenIsCounted) {
  const std::vector<uint8_t> junk = {0x80, 0, 1};
  b_->HandleRtp(junk, kA, now_);
  std::array<uint8_t, 200> buffer;
  RtpHeader header;
  header.payload_type = PayloadType(77);
  RtpBuilder unknown(buffer, header);
  unknown.SetPayload(junk);
  b_->HandleRtp(unknown.Finish(), kA, now_);
  b_->HandleRtcp(junk, kA, now_, Wall());
  EXPECT_EQ(b_->stats().bad_packets, 3u);
}

TEST_F(RtpLegCallTest, AnExchangeAllocatesNothingOnceItIsWarm) {
  const std::vector<uint8_t> payload(160, 0x55);
  auto exchange = [&](int ticks) {
    for (int i = 0; i < ticks; ++i) {
      if (i % 100 == 0) {
        EXPECT_TRUE(a_->SendKey('5'));
      }
      b_->HandleRtp(a_->Send(payload), kA, now_);
      now_ = now_ + kAudioFrame;
      b_->Tick(now_);
      while (b_->PollKey()) {
      }
      ExchangeRtcp();
    }
  };
  exchange(500);
  const size_t before = testing::AllocationCount();
  exchange(2000);
  EXPECT_EQ(testing::AllocationCount(), before);
}

TEST(PublishedTrackTest, SendsOpusWithLevelsWhileThereIsAVoice) {
  SeededRandom random(1);
  PublishedTrack track({.ssrc = Ssrc(7), .payload_type = PayloadType(111), .audio_level_id = 1},
                       SampleRate::k8kHz, random);
  EXPECT_TRUE(track.Tick(std::nullopt).empty());
  OpusAudioDecoder decoder(SampleRate::k48kHz);
  const Sound voice = testing::Voice(1, SampleRate::k8kHz, 8000, 16000);
  Sound heard;
  std::optional<SeqNum> seq;
  for (size_t t = 0; t < 50; ++t) {
    const auto packet = track.Tick(std::span(voice).subspan(t * 160, 160));
    const auto rtp = RtpView::Parse(packet);
    ASSERT_TRUE(rtp);
    EXPECT_EQ(rtp->marker(), t == 0);
    EXPECT_EQ(rtp->ssrc(), Ssrc(7));
    if (seq) {
      EXPECT_EQ(rtp->seq() - *seq, 1);
    }
    seq = rtp->seq();
    const auto level = ReadAudioLevel(*rtp->FindExtension(1));
    ASSERT_TRUE(level);
    EXPECT_TRUE(level->voice);
    EXPECT_EQ(level->level, ToAudioLevel(LevelDbov(std::span(voice).subspan(t * 160, 160))));
    Sound frame(960);
    ASSERT_TRUE(decoder.Decode(rtp->payload(), frame));
    heard.insert(heard.end(), frame.begin(), frame.end());
  }
  EXPECT_NEAR(testing::LevelDb(heard), testing::LevelDb(voice), 1.5);
  int packets = 0;
  for (int t = 0; t < 200; ++t) packets += track.Tick(std::nullopt).empty() ? 0 : 1;
  EXPECT_LT(packets, 40);
  const auto again = RtpView::Parse(track.Tick(std::span(voice).first(160)));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->marker());
}

TEST(PublishedTrackTest, ASteadyToneIsSentWhole) {
  SeededRandom random(1);
  PublishedTrack track({.ssrc = Ssrc(7), .payload_type = PayloadType(111), .audio_level_id = 1},
                       SampleRate::k8kHz, random);
  const Sound tone = testing::Sine(650, SampleRate::k8kHz, 10 * 8000);
  for (size_t t = 0; t < 500; ++t) {
    EXPECT_FALSE(track.Tick(std::span(tone).subspan(t * 160, 160)).empty()) << t;
  }
}

}  // namespace
}  // namespace parley
