#include "sfu/wire/stun.h"

#include <gtest/gtest.h>

#include <array>

#include "sfu/base/bytes.h"
#include "sfu/wire/crc32.h"
#include "tests/sfu/wire/wire_test_util.h"

namespace parley {
namespace {

constexpr std::string_view kPassword = "VOkJxbRl1RmTxUk/WvJxBt";

// RFC 5769 section 2.1.
const std::vector<uint8_t> kRequest = FromHex(
    "000100582112a442b7e7a701bc34d686fa87dfae"
    "802200105354554e207465737420636c69656e74"
    "002400046e0001ff"
    "80290008932ff9b151263b36"
    "000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
    "80280004e57a3bcf");

// Section 2.2.
const std::vector<uint8_t> kResponseV4 = FromHex(
    "0101003c2112a442b7e7a701bc34d686fa87dfae"
    "8022000b7465737420766563746f7220"
    "002000080001a147e112a643"
    "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
    "80280004c07d4c96");

// Section 2.3.
const std::vector<uint8_t> kResponseV6 = FromHex(
    "010100482112a442b7e7a701bc34d686fa87dfae"
    "8022000b7465737420766563746f7220"
    "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
    "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
    "80280004c8fb0b4c");

// Binding request with the given attributes after the header.
std::vector<uint8_t> Message(std::string_view attributes) {
  std::vector<uint8_t> body = FromHex(attributes);
  std::vector<uint8_t> message = FromHex("000100002112a442000102030405060708090a0b");
  StoreBe16(message.data() + 2, static_cast<uint16_t>(body.size()));
  message.insert(message.end(), body.begin(), body.end());
  return message;
}

TEST(StunView, ReadsTheSampleRequestOfRfc5769) {
  std::optional<StunView> view = StunView::Parse(kRequest);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->message_class(), StunClass::kRequest);
  EXPECT_EQ(view->method(), kStunBinding);
  EXPECT_EQ(view->transaction_id()[0], 0xb7);
  EXPECT_EQ(view->transaction_id()[11], 0xae);
  EXPECT_EQ(view->software(), "STUN test client");
  EXPECT_EQ(view->username(), "evtj:h6vY");
  EXPECT_EQ(view->priority(), 0x6e0001ffu);
  EXPECT_EQ(view->ice_controlled(), 0x932ff9b151263b36u);
  EXPECT_FALSE(view->ice_controlling());
  EXPECT_FALSE(view->use_candidate());
  EXPECT_FALSE(view->error_code());
  EXPECT_TRUE(view->unknown_attributes().empty());
  EXPECT_TRUE(view->has_message_integrity());
  EXPECT_TRUE(view->has_fingerprint());
  EXPECT_TRUE(view->VerifyIntegrity(HmacSha1Key(kPassword)));
  EXPECT_FALSE(view->VerifyIntegrity(HmacSha1Key("VOkJxbRl1RmTxUk/WvJxBT")));
}

TEST(StunView, ReadsTheSampleResponsesOfRfc5769) {
  for (const auto& [bytes, address] :
       {std::pair(&kResponseV4, *SocketAddress::Parse("192.0.2.1", 32853)),
        std::pair(&kResponseV6,
                  *SocketAddress::Parse("2001:db8:1234:5678:11:2233:4455:6677", 32853))}) {
    std::optional<StunView> view = StunView::Parse(*bytes);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->message_class(), StunClass::kSuccess);
    EXPECT_EQ(view->software(), "test vector");
    EXPECT_EQ(view->xor_mapped_address(), address);
    EXPECT_TRUE(view->VerifyIntegrity(HmacSha1Key(kPassword)));
  }
}

TEST(StunView, RefusesEveryTruncation) {
  for (const auto* bytes : {&kRequest, &kResponseV4, &kResponseV6}) {
    ForEachTruncation(*bytes, [](std::span<const uint8_t> prefix) {
      EXPECT_FALSE(StunView::Parse(prefix)) << prefix.size();
    });
  }
}

// With the length field put right, only the FINGERPRINT's absence can be told; nothing may be read
// behind the end.
TEST(StunView, SurvivesTruncationsWithTheLengthPutRight) {
  for (size_t size = kStunHeaderSize; size < kRequest.size(); ++size) {
    std::vector<uint8_t> bytes(kRequest.begin(), kRequest.begin() + static_cast<ptrdiff_t>(size));
    StoreBe16(bytes.data() + 2, static_cast<uint16_t>(size - kStunHeaderSize));
    std::optional<StunView> view = StunView::Parse(bytes);
    if (size % 4 != 0) {
      EXPECT_FALSE(view) << size;
    }
    if (!view) continue;
    EXPECT_FALSE(view->has_fingerprint());
    EXPECT_EQ(view->VerifyIntegrity(HmacSha1Key(kPassword)), view->has_message_integrity());
  }
}

TEST(StunView, NoticesEveryFlippedBit) {
  HmacSha1Key key(kPassword);
  for (size_t i = 0; i < kRequest.size() * 8; ++i) {
    std::vector<uint8_t> bytes = kRequest;
    bytes[i / 8] ^= static_cast<uint8_t>(1 << i % 8);
    std::optional<StunView> view = StunView::Parse(bytes);
    // A flip in the type or length of FINGERPRINT may hide it, and the class and method come before
    // everything else; the integrity still covers all that is read.
    EXPECT_FALSE(view && view->has_fingerprint()) << i;
    if (view && i / 8 < kRequest.size() - 8) {
      EXPECT_FALSE(view->VerifyIntegrity(key)) << i;
    }
  }
}

TEST(StunView, RefusesLengthsThatDoNotAddUp) {
  std::vector<uint8_t> bytes = kRequest;
  StoreBe16(bytes.data() + 2, 0xFFFF);
  EXPECT_FALSE(StunView::Parse(bytes));
  EXPECT_FALSE(StunView::Parse(Message("0006ffff61626364")));
  EXPECT_FALSE(StunView::Parse(Message("0006000561626364")));
  EXPECT_TRUE(StunView::Parse(Message("0006000461626364")));
  EXPECT_FALSE(StunView::Parse(Message("002400036e000100")));          // PRIORITY of 3 bytes
  EXPECT_FALSE(StunView::Parse(Message("8029000400000000")));          // tie breaker of 4
  EXPECT_FALSE(StunView::Parse(Message("0008000400000000")));          // digest of 4
  EXPECT_FALSE(StunView::Parse(Message("0025000400000000")));          // USE-CANDIDATE has no value
  EXPECT_FALSE(StunView::Parse(Message("002000080002a147e112a643")));  // IPv6 in 4 bytes
  EXPECT_FALSE(StunView::Parse(Message("0009000400000157")));          // error 187
  EXPECT_FALSE(StunView::Parse(Message("0009000400000464")));          // error 4xx + 100
}

TEST(StunView, RefusesOtherCookiesAndLeadingBits) {
  std::vector<uint8_t> bytes = Message("");
  EXPECT_TRUE(StunView::Parse(bytes));
  bytes[4] = 0x22;
  EXPECT_FALSE(StunView::Parse(bytes));
  bytes = Message("");
  bytes[0] = 0x40;
  EXPECT_FALSE(StunView::Parse(bytes));
}

TEST(StunView, IgnoresWhatFollowsTheIntegrity) {
  std::optional<StunView> view = StunView::Parse(Message(
      "00080014000102030405060708090a0b0c0d0e0f10111213 00250000 0006000461626364 7fff0000"));
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->use_candidate());
  EXPECT_FALSE(view->username());
  EXPECT_TRUE(view->unknown_attributes().empty());
}

TEST(StunView, RefusesAttributesBehindTheFingerprint) {
  std::vector<uint8_t> bytes = kResponseV4;
  bytes.insert(bytes.end(), {0x80, 0x22, 0, 0});
  StoreBe16(bytes.data() + 2, static_cast<uint16_t>(bytes.size() - kStunHeaderSize));
  // The length is part of what the fingerprint covers: put it right too.
  size_t fingerprint = kResponseV4.size() - 8;
  StoreBe32(bytes.data() + fingerprint + 4,
            Crc32(std::span(bytes).first(fingerprint)) ^ 0x5354554Eu);
  EXPECT_FALSE(StunView::Parse(bytes));
}

TEST(StunView, TheFirstOfRepeatedAttributesCounts) {
  auto bytes = Message("0006000461626364 0006000478797a7a");
  std::optional<StunView> view = StunView::Parse(bytes);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->username(), "abcd");
}

TEST(StunView, ListsUnknownComprehensionRequiredAttributesUpToItsBound) {
  auto bytes = Message("00300000 8030 0000 00310000");
  std::optional<StunView> view = StunView::Parse(bytes);
  ASSERT_TRUE(view);
  ASSERT_EQ(view->unknown_attributes().size(), 2u);
  EXPECT_EQ(view->unknown_attributes()[0], 0x0030);
  EXPECT_EQ(view->unknown_attributes()[1], 0x0031);
  std::string many;
  for (int i = 0; i < 100; ++i) many += "00300000";
  auto many_bytes = Message(many);
  ASSERT_TRUE(StunView::Parse(many_bytes));
  EXPECT_EQ(StunView::Parse(many_bytes)->unknown_attributes().size(),
            StunView::kMaxUnknownAttributes);
}

// The offset of the integrity attribute must not wrap its 16 bits.
TEST(StunView, RefusesMessagesOver64KiB) {
  std::vector<uint8_t> bytes = FromHex("0001fffc2112a442000102030405060708090a0b");
  bytes.resize(kStunHeaderSize + 0xFFFC);
  EXPECT_FALSE(StunView::Parse(bytes));
}

TEST(StunView, SurvivesTheCorpus) {
  for (const CorpusFile& file : ReadCorpus("stun")) {
    std::optional<StunView> view = StunView::Parse(file.bytes);
    if (view) {
      EXPECT_FALSE(view->VerifyIntegrity(HmacSha1Key("nobody's password"))) << file.name;
    }
  }
}

}  // namespace
}  // namespace parley
