#include "mixer/audio/telephone_event.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "mixer/audio/dtmf_receiver.h"
#include "mixer/audio/dtmf_sender.h"
#include "mixer/audio/keypad_input.h"
#include "sfu/base/random.h"

namespace parley {
namespace {

TEST(TelephoneEventTest, ReadsAndWritesTheExampleOfTheStandard) {
  // RFC 4733 section 2.5.2.1's kind: digit 9, end, volume 7, duration 1600.
  const std::array<uint8_t, 4> bytes = {9, 0x87, 0x06, 0x40};
  const auto event = TelephoneEvent::Parse(bytes);
  ASSERT_TRUE(event);
  EXPECT_EQ(*event, (TelephoneEvent{.code = 9, .end = true, .volume = 7, .duration = 1600}));
  EXPECT_EQ(event->key(), '9');
  std::array<uint8_t, 4> written;
  event->Write(written);
  EXPECT_EQ(written, bytes);
}

TEST(TelephoneEventTest, RefusesWhatIsTooShortAndKnowsOnlyKeys) {
  const std::array<uint8_t, 4> flash = {16, 0, 0, 0};
  for (size_t n = 0; n < 4; ++n) EXPECT_FALSE(TelephoneEvent::Parse(std::span(flash).first(n)));
  EXPECT_FALSE(TelephoneEvent::Parse(flash)->key());
  EXPECT_EQ(TelephoneEvent::CodeOf('#'), 11);
  EXPECT_FALSE(TelephoneEvent::CodeOf('e'));
}

TelephoneEvent Event(uint8_t code, uint16_t duration, bool end = false) {
  return {.code = code, .end = end, .duration = duration};
}

TEST(DtmfReceiverTest, AKeyIsToldOnceAtItsFirstPacket) {
  DtmfReceiver receiver(8000);
  const RtpTimestamp at(1000);
  EXPECT_EQ(receiver.HandlePacket(at, true, Event(5, 160)), '5');
  for (uint16_t d = 320; d <= 800; d += 160) {
    EXPECT_FALSE(receiver.HandlePacket(at, false, Event(5, d)));
  }
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(receiver.HandlePacket(at, false, Event(5, 800, true)));
  EXPECT_EQ(receiver.HandlePacket(RtpTimestamp(2600), true, Event(5, 160)), '5');
}

TEST(DtmfReceiverTest, AKeyIsHeardThoughOnlyItsEndArrives) {
  DtmfReceiver receiver(8000);
  EXPECT_EQ(receiver.HandlePacket(RtpTimestamp(1000), false, Event(11, 800, true)), '#');
  EXPECT_EQ(receiver.HandlePacket(RtpTimestamp(3000), false, Event(11, 800, true)), '#');
}

TEST(DtmfReceiverTest, TheSameKeyAgainAfterALostEndIsAnother) {
  DtmfReceiver receiver(8000);
  receiver.HandlePacket(RtpTimestamp(1000), true, Event(1, 160));
  receiver.HandlePacket(RtpTimestamp(1000), false, Event(1, 320));
  EXPECT_EQ(receiver.HandlePacket(RtpTimestamp(3000), true, Event(1, 160)), '1');
  EXPECT_EQ(receiver.HandlePacket(RtpTimestamp(9000), false, Event(1, 160)), '1');
}

TEST(DtmfReceiverTest, ALongKeysSegmentsAreOneKey) {
  DtmfReceiver receiver(8000);
  EXPECT_EQ(receiver.HandlePacket(RtpTimestamp(0xFFFFF000u), true, Event(0, 0xFFFF)), '0');
  EXPECT_FALSE(receiver.HandlePacket(RtpTimestamp(0xFFFFF000u) + 0xFFFF, false, Event(0, 160)));
  EXPECT_FALSE(
      receiver.HandlePacket(RtpTimestamp(0xFFFFF000u) + 0xFFFF, false, Event(0, 320, true)));
}

TEST(DtmfReceiverTest, SendersThatMoveTheTimestampWithinAKeyAreUnderstood) {
  DtmfReceiver receiver(8000);
  EXPECT_EQ(receiver.HandlePacket(RtpTimestamp(1000), true, Event(7, 160)), '7');
  for (uint32_t i = 1; i < 6; ++i) {
    EXPECT_FALSE(receiver.HandlePacket(RtpTimestamp(1000 + 160 * i), false, Event(7, 160)));
  }
}

TEST(DtmfReceiverTest, LatePacketsOfThePreviousKeyAreNoKey) {
  DtmfReceiver receiver(8000);
  receiver.HandlePacket(RtpTimestamp(1000), true, Event(1, 160));
  receiver.HandlePacket(RtpTimestamp(3000), true, Event(2, 160));
  EXPECT_FALSE(receiver.HandlePacket(RtpTimestamp(1000), false, Event(1, 800, true)));
}

TEST(DtmfSenderTest, SendsAKeyItsEndsAndAPause) {
  DtmfSender sender(8000);
  ASSERT_TRUE(sender.Send('8'));
  EXPECT_FALSE(sender.active());
  std::vector<DtmfSender::Packet> packets;
  int silent = 0;
  for (uint32_t t = 0; t < 12; ++t) {
    if (const auto packet = sender.Tick(RtpTimestamp(500 + 160 * t))) {
      packets.push_back(*packet);
    } else if (sender.active()) {
      ++silent;
    }
  }
  ASSERT_EQ(packets.size(), 8u);
  EXPECT_EQ(silent, 2);
  EXPECT_FALSE(sender.active());
  for (size_t i = 0; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].marker, i == 0);
    EXPECT_EQ(packets[i].timestamp, RtpTimestamp(500));
    EXPECT_EQ(packets[i].event.key(), '8');
    EXPECT_EQ(packets[i].event.end, i >= 5);
    EXPECT_EQ(packets[i].event.duration, 160 * std::min<size_t>(i + 1, 6));
  }
}

TEST(DtmfSenderTest, RefusesWhatIsNoKeyAndTooMany) {
  DtmfSender sender(48000);
  EXPECT_FALSE(sender.Send('x'));
  for (size_t i = 0; i < DtmfSender::kMostKeys; ++i) EXPECT_TRUE(sender.Send('1'));
  EXPECT_FALSE(sender.Send('1'));
}

TEST(DtmfSenderTest, WhatIsSentIsReceivedThroughLossAndReordering) {
  const std::string keys = "12345#9990*ABCD";
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SeededRandom random(seed);
    DtmfSender sender(48000);
    DtmfReceiver receiver(48000);
    for (char key : keys) ASSERT_TRUE(sender.Send(key));
    std::string received;
    for (uint32_t t = 0; t < 300; ++t) {
      const auto packet = sender.Tick(RtpTimestamp(0xFFFFFF00u + 960 * t));
      if (!packet || random.Below(100) < 30) continue;
      if (const auto key =
              receiver.HandlePacket(packet->timestamp, packet->marker, packet->event)) {
        received += *key;
      }
    }
    EXPECT_EQ(received, keys) << "seed " << seed;
  }
}

using Source = KeypadInput::Source;

TEST(KeypadInputTest, ThreeTellersOfOnePressAreOneKey) {
  KeypadInput input;
  const Timestamp t = Timestamp::Seconds(1);
  EXPECT_EQ(input.HandleKey(Source::kInBand, '1', t), '1');
  EXPECT_FALSE(input.HandleKey(Source::kInfo, '1', t + Duration::Millis(40)));
  EXPECT_FALSE(input.HandleKey(Source::kRtpEvent, '1', t + Duration::Millis(60)));
  EXPECT_FALSE(input.wants_in_band());
  EXPECT_EQ(input.HandleKey(Source::kRtpEvent, '2', t + Duration::Millis(300)), '2');
  EXPECT_FALSE(input.HandleKey(Source::kInfo, '2', t + Duration::Millis(310)));
  EXPECT_FALSE(input.HandleKey(Source::kInBand, '2', t + Duration::Millis(320)));
  EXPECT_EQ(input.HandleKey(Source::kRtpEvent, '2', t + Duration::Millis(500)), '2');
}

TEST(KeypadInputTest, ABetterSourceLaterInTheCallIsNotTakenForARepetition) {
  KeypadInput input;
  EXPECT_EQ(input.HandleKey(Source::kInfo, '1', Timestamp::Seconds(1)), '1');
  EXPECT_EQ(input.HandleKey(Source::kRtpEvent, '1', Timestamp::Seconds(9)), '1');
}

TEST(KeypadInputTest, OneSourceAloneIsBelieved) {
  for (Source source : {Source::kInBand, Source::kInfo, Source::kRtpEvent}) {
    KeypadInput input;
    EXPECT_TRUE(input.wants_in_band());
    EXPECT_EQ(input.HandleKey(source, '4', Timestamp::Millis(100)), '4');
    EXPECT_EQ(input.HandleKey(source, '4', Timestamp::Millis(300)), '4');
  }
}

}  // namespace
}  // namespace parley
