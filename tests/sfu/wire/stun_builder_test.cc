#include "sfu/wire/stun_builder.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/sfu/wire/wire_test_util.h"

namespace parley {
namespace {

constexpr StunTransactionId kId = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
const HmacSha1Key kKey("0123456789012345678901");

std::span<const uint8_t> BuildRequest(std::span<uint8_t> out) {
  StunBuilder builder(out, StunClass::kRequest, kId);
  builder.AddUsername("abcd:efg");
  builder.AddPriority(0x6e0001ff);
  builder.AddIceControlling(0x0102030405060708);
  builder.AddUseCandidate();
  builder.AddSoftware("x");
  return builder.Finish(kKey);
}

TEST(StunBuilder, RequestReadsAsItWasBuilt) {
  std::array<uint8_t, kStunMaxBuiltSize> buffer;
  std::span<const uint8_t> message = BuildRequest(buffer);
  std::optional<StunView> view = StunView::Parse(message);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->message_class(), StunClass::kRequest);
  EXPECT_EQ(view->transaction_id(), kId);
  EXPECT_EQ(view->username(), "abcd:efg");
  EXPECT_EQ(view->priority(), 0x6e0001ffu);
  EXPECT_EQ(view->ice_controlling(), 0x0102030405060708u);
  EXPECT_TRUE(view->use_candidate());
  EXPECT_EQ(view->software(), "x");
  EXPECT_TRUE(view->has_fingerprint());
  EXPECT_TRUE(view->VerifyIntegrity(kKey));
  EXPECT_FALSE(view->VerifyIntegrity(HmacSha1Key("another")));
}

TEST(StunBuilder, EveryBufferTooSmallYieldsNothing) {
  std::array<uint8_t, kStunMaxBuiltSize> buffer;
  size_t needed = BuildRequest(buffer).size();
  for (size_t size = 0; size < needed; ++size) {
    std::vector<uint8_t> exact(size);
    EXPECT_TRUE(BuildRequest(exact).empty()) << size;
  }
  std::vector<uint8_t> exact(needed);
  EXPECT_EQ(BuildRequest(exact).size(), needed);
}

TEST(StunBuilder, MappedAddressesOfBothFamilies) {
  for (const char* ip : {"203.0.113.77", "2001:db8::feed"}) {
    SocketAddress address = *SocketAddress::Parse(ip, 65535);
    std::array<uint8_t, 200> buffer;
    StunBuilder builder(buffer, StunClass::kSuccess, kId);
    builder.AddXorMappedAddress(address);
    std::optional<StunView> view = StunView::Parse(builder.Finish(kKey));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->message_class(), StunClass::kSuccess);
    EXPECT_EQ(view->xor_mapped_address(), address);
  }
}

TEST(StunBuilder, ErrorsWithAndWithoutIntegrity) {
  std::array<uint8_t, 200> buffer;
  StunBuilder conflict(buffer, StunClass::kError, kId);
  conflict.AddErrorCode(487, "Role Conflict");
  std::optional<StunView> view = StunView::Parse(conflict.Finish(kKey));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->message_class(), StunClass::kError);
  EXPECT_EQ(view->error_code()->code, 487);
  EXPECT_EQ(view->error_code()->reason, "Role Conflict");
  EXPECT_TRUE(view->VerifyIntegrity(kKey));

  StunBuilder unknown(buffer, StunClass::kError, kId);
  unknown.AddErrorCode(420, "");
  unknown.AddUnknownAttributes(std::array<uint16_t, 3>{0x30, 0x31, 0x7fff});
  view = StunView::Parse(unknown.FinishWithoutIntegrity());
  ASSERT_TRUE(view);
  EXPECT_EQ(view->error_code()->code, 420);
  EXPECT_FALSE(view->has_message_integrity());
  EXPECT_TRUE(view->has_fingerprint());
}

TEST(StunBuilder, EveryClassAndMethodSurvives) {
  for (uint16_t method = 0; method < 0x1000; method += 0x111) {
    for (StunClass c :
         {StunClass::kRequest, StunClass::kIndication, StunClass::kSuccess, StunClass::kError}) {
      std::array<uint8_t, 28> buffer;
      std::optional<StunView> view =
          StunView::Parse(StunBuilder(buffer, c, kId, method).FinishWithoutIntegrity());
      ASSERT_TRUE(view);
      EXPECT_EQ(view->method(), method);
      EXPECT_EQ(view->message_class(), c);
    }
  }
}

TEST(StunBuilder, TextOfEveryPaddingLength) {
  for (size_t size = 0; size <= 513; ++size) {
    std::array<uint8_t, kStunMaxBuiltSize> buffer;
    std::string name(size, 'u');
    StunBuilder builder(buffer, StunClass::kRequest, kId);
    builder.AddUsername(name);
    std::optional<StunView> view = StunView::Parse(builder.Finish(kKey));
    ASSERT_TRUE(view) << size;
    EXPECT_EQ(view->username(), name);
  }
}

}  // namespace
}  // namespace parley
