#include "sfu/wire/rtp_builder.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "sfu/wire/rtp.h"
#include "tests/sfu/wire/wire_test_util.h"

namespace parley {
namespace {

using Fill = std::function<void(RtpBuilder&)>;

constexpr std::array<uint32_t, 1> kCsrc = {0x2a};
const RtpHeader kHeader = {PayloadType(96),          true,    SeqNum(65535),
                           RtpTimestamp(0xFFFFFFFF), Ssrc(9), kCsrc};

std::vector<uint8_t> Build(std::span<uint8_t> out, const Fill& fill) {
  RtpBuilder builder(out, kHeader);
  fill(builder);
  std::span<uint8_t> packet = builder.Finish();
  return {packet.begin(), packet.end()};
}

// Also shows that every buffer that is too small, even by one byte, is refused and not overrun.
std::vector<uint8_t> BuildAndProve(const Fill& fill) {
  std::array<uint8_t, 2000> roomy;
  std::vector<uint8_t> packet = Build(roomy, fill);
  for (size_t size = 0; size < packet.size(); ++size) {
    std::vector<uint8_t> exact(size);
    EXPECT_TRUE(Build(exact, fill).empty()) << size;
  }
  std::vector<uint8_t> exact(packet.size());
  EXPECT_EQ(Build(exact, fill), packet);
  return packet;
}

TEST(RtpBuilder, WithoutExtensions) {
  std::vector<uint8_t> payload = FromHex("010203");
  std::vector<uint8_t> packet = BuildAndProve([&](RtpBuilder& b) { b.SetPayload(payload); });
  EXPECT_EQ(packet, FromHex("81e0ffff ffffffff 00000009 0000002a 010203"));
}

TEST(RtpBuilder, OneByteExtensions) {
  std::vector<uint8_t> packet = BuildAndProve([](RtpBuilder& b) {
    b.AddExtension(1, FromHex("85"));
    b.AddExtension(0, FromHex("ffff"));
    b.AddExtension(14, std::string_view("0123456789abcdef"));
    b.SetPayload(FromHex("77"));
    b.SetPadding(3);
  });
  EXPECT_EQ(packet, FromHex("b1e0ffff ffffffff 00000009 0000002a bede0005 1085"
                            "ef30313233343536373839616263646566 00 77 000003"));
}

TEST(RtpBuilder, TurnsToTwoByteWhereAnElementNeedsIt) {
  std::vector<uint8_t> large(17, 0xab);
  const std::vector<std::pair<uint8_t, std::vector<uint8_t>>> cases[] = {
      {{1, FromHex("85")}, {2, FromHex("cafe")}, {3, large}, {4, FromHex("01")}},
      {{1, FromHex("85")}, {15, FromHex("01")}},
      {{255, FromHex("85")}, {1, FromHex("01")}},
      {{1, FromHex("85")}, {2, {}}, {3, std::vector<uint8_t>(255, 1)}},
  };
  for (const auto& elements : cases) {
    std::vector<uint8_t> packet = BuildAndProve([&](RtpBuilder& b) {
      for (const auto& [id, data] : elements) b.AddExtension(id, data);
      b.SetPayload(FromHex("deadbeef"));
    });
    std::optional<RtpView> view = RtpView::Parse(packet);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->extension_profile(), kRtpTwoByteProfile);
    std::vector<std::pair<uint8_t, std::vector<uint8_t>>> read;
    view->ForEachExtension([&](const RtpView::Extension& e) {
      read.push_back({e.id, {e.data.begin(), e.data.end()}});
    });
    EXPECT_EQ(read, elements);
    EXPECT_EQ(view->payload().size(), 4u);
  }
}

TEST(RtpBuilder, RefusesWhatTheFormatCannotHold) {
  std::array<uint8_t, 2000> out;
  std::array<uint32_t, 16> csrcs{};
  RtpHeader header;
  header.csrcs = csrcs;
  EXPECT_TRUE(RtpBuilder(out, header).Finish().empty());
  header.csrcs = std::span(csrcs).first(15);
  EXPECT_EQ(RtpBuilder(out, header).Finish().size(), 72u);
  EXPECT_TRUE(
      Build(out, [](RtpBuilder& b) { b.AddExtension(1, std::vector<uint8_t>(256)); }).empty());
}

TEST(RtpBuilder, ExtensionsAfterThePayloadAreRefused) {
  std::array<uint8_t, 100> out;
  EXPECT_TRUE(Build(out, [](RtpBuilder& b) {
                b.SetPayload(FromHex("01"));
                b.AddExtension(1, FromHex("01"));
              }).empty());
}

TEST(RtpBuilder, ReservedPayloadIsFilledByTheCaller) {
  std::array<uint8_t, 100> out;
  RtpBuilder builder(out, kHeader);
  std::span<uint8_t> payload = builder.ReservePayload(4);
  ASSERT_EQ(payload.size(), 4u);
  payload[3] = 0x7f;
  EXPECT_EQ(RtpView::Parse(builder.Finish())->payload()[3], 0x7f);
}

}  // namespace
}  // namespace parley
