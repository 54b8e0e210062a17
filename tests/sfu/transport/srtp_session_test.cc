#include "sfu/transport/srtp_session.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "sfu/base/bytes.h"
#include "sfu/base/random.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PARLEY_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PARLEY_SANITIZED 1
#endif
#endif

#ifndef PARLEY_SANITIZED
static std::atomic<uint64_t> allocations{0};

// libsrtp allocates by malloc and calloc, so those are counted; operator new comes through them.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* malloc(size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(count, size);
}
}
#endif

namespace parley {
namespace {

SrtpKeys MakeKeys(SrtpProfile profile, uint64_t seed) {
  InitSrtp();
  SrtpKeys keys;
  keys.profile = profile;
  SeededRandom random(seed);
  const size_t used = SrtpKeySize(profile) + SrtpSaltSize(profile);
  random.Fill(std::span(keys.local).first(used));
  random.Fill(std::span(keys.remote).first(used));
  return keys;
}

SrtpKeys Mirror(SrtpKeys keys) {
  std::swap(keys.local, keys.remote);
  return keys;
}

std::vector<uint8_t> Rtp(uint32_t ssrc, uint16_t seq, size_t payload) {
  std::vector<uint8_t> packet(12 + payload, static_cast<uint8_t>(seq));
  packet[0] = 0x80;
  packet[1] = 96;
  StoreBe16(packet.data() + 2, seq);
  StoreBe32(packet.data() + 4, seq * 960u);
  StoreBe32(packet.data() + 8, ssrc);
  return packet;
}

std::vector<uint8_t> Pli(uint32_t ssrc) {
  std::vector<uint8_t> packet = {0x81, 206, 0, 2, 0, 0, 0, 0, 1, 2, 3, 4};
  StoreBe32(packet.data() + 4, ssrc);
  return packet;
}

std::vector<uint8_t> Protect(SrtpSession& session, std::vector<uint8_t> packet, bool rtcp = false) {
  size_t size = packet.size();
  packet.resize(size + kSrtpMaxTrailer);
  auto protected_size = rtcp ? session.ProtectRtcp(packet, size) : session.ProtectRtp(packet, size);
  EXPECT_TRUE(protected_size.has_value());
  packet.resize(protected_size.value_or(0));
  return packet;
}

std::optional<std::vector<uint8_t>> Unprotect(SrtpSession& session, std::vector<uint8_t> packet,
                                              bool rtcp = false,
                                              Timestamp now = Timestamp::Millis(0)) {
  auto size = rtcp ? session.UnprotectRtcp(packet, now) : session.UnprotectRtp(packet, now);
  if (!size) return std::nullopt;
  packet.resize(*size);
  return packet;
}

class SrtpSessionTest : public testing::TestWithParam<SrtpProfile> {
 protected:
  SrtpKeys keys_ = MakeKeys(GetParam(), 3);
  SrtpSession a_{keys_};
  SrtpSession b_{Mirror(keys_)};
};

INSTANTIATE_TEST_SUITE_P(Profiles, SrtpSessionTest,
                         testing::Values(SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAeadAes256Gcm,
                                         SrtpProfile::kAes128CmHmacSha1_80),
                         [](const auto& info) {
                           switch (info.param) {
                             case SrtpProfile::kAeadAes128Gcm:
                               return std::string("Gcm128");
                             case SrtpProfile::kAeadAes256Gcm:
                               return std::string("Gcm256");
                             default:
                               return std::string("Cm80");
                           }
                         });

TEST_P(SrtpSessionTest, CarriesRtpAndRtcpOfManySsrcs) {
  for (uint16_t seq = 0; seq < 50; ++seq) {
    for (uint32_t ssrc = 1; ssrc <= 40; ++ssrc) {
      std::vector<uint8_t> plain = Rtp(ssrc * 65536, seq, seq * 20u);
      std::vector<uint8_t> sealed = Protect(a_, plain);
      EXPECT_EQ(sealed.size(), plain.size() + SrtpTagSize(GetParam()));
      ASSERT_EQ(Unprotect(b_, sealed), plain);
    }
    std::vector<uint8_t> plain = Pli(65536);
    std::vector<uint8_t> sealed = Protect(a_, plain, true);
    EXPECT_LE(sealed.size(), plain.size() + kSrtpMaxTrailer);
    ASSERT_EQ(Unprotect(b_, sealed, true), plain);
  }
}

TEST_P(SrtpSessionTest, FollowsTheSequenceNumberAcrossItsWrap) {
  for (uint32_t i = 0; i < 3 * 65536; i += 97) {
    std::vector<uint8_t> plain = Rtp(5, static_cast<uint16_t>(i), 20);
    ASSERT_EQ(Unprotect(b_, Protect(a_, plain)), plain) << i;
  }
}

TEST_P(SrtpSessionTest, RefusesReplays) {
  std::vector<std::vector<uint8_t>> sealed;
  for (uint16_t seq = 0; seq < 1500; ++seq) sealed.push_back(Protect(a_, Rtp(5, seq, 20)));
  ASSERT_TRUE(Unprotect(b_, sealed[1000]));
  EXPECT_FALSE(Unprotect(b_, sealed[1000]));
  EXPECT_EQ(b_.counters().replayed, 1u);
  // Late but within the window: fine, once.
  EXPECT_TRUE(Unprotect(b_, sealed[2]));
  EXPECT_FALSE(Unprotect(b_, sealed[2]));
  // Older than the window.
  ASSERT_TRUE(Unprotect(b_, sealed[1499]));
  EXPECT_FALSE(Unprotect(b_, sealed[3]));
  EXPECT_EQ(b_.counters().replayed, 3u);
}

TEST_P(SrtpSessionTest, RefusesWhatWasChangedOrCut) {
  std::vector<uint8_t> sealed = Protect(a_, Rtp(5, 9, 30));
  for (size_t size = 0; size < sealed.size(); ++size) {
    std::vector<uint8_t> cut(sealed.begin(), sealed.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(Unprotect(b_, cut)) << size;
  }
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::vector<uint8_t> changed = sealed;
    changed[i] ^= 0x10;
    EXPECT_FALSE(Unprotect(b_, changed)) << i;
  }
  EXPECT_GT(b_.counters().authentication, 0u);
  EXPECT_GT(b_.counters().malformed, 0u);
  EXPECT_TRUE(Unprotect(b_, sealed));

  std::vector<uint8_t> rtcp = Protect(a_, Pli(5), true);
  for (size_t size = 0; size < rtcp.size(); ++size) {
    std::vector<uint8_t> cut(rtcp.begin(), rtcp.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(Unprotect(b_, cut, true)) << size;
  }
  EXPECT_TRUE(Unprotect(b_, rtcp, true));
  EXPECT_FALSE(Unprotect(b_, rtcp, true));
}

TEST_P(SrtpSessionTest, ForgedPacketsDoNotUseUpTheSsrcs) {
  for (uint32_t ssrc = 1000; ssrc < 2000; ++ssrc) {
    EXPECT_FALSE(Unprotect(b_, Rtp(ssrc, 1, 60)));
  }
  EXPECT_EQ(b_.counters().too_many_ssrcs, 0u);
  EXPECT_TRUE(Unprotect(b_, Protect(a_, Rtp(1, 1, 60))));
}

TEST_P(SrtpSessionTest, BoundsTheSsrcsOfBothDirections) {
  for (uint32_t i = 0; i < SrtpSession::kMaxOutboundSsrcs; ++i) {
    std::vector<uint8_t> sealed = Protect(a_, Rtp(i * 7919 + 1, 1, 20));
    EXPECT_EQ(Unprotect(b_, sealed).has_value(), i < SrtpSession::kMaxInboundSsrcs) << i;
  }
  std::vector<uint8_t> one_more = Rtp(0xFFFFFFFF, 1, 20);
  one_more.resize(one_more.size() + kSrtpMaxTrailer);
  EXPECT_FALSE(a_.ProtectRtp(one_more, one_more.size() - kSrtpMaxTrailer));
  EXPECT_GT(a_.counters().too_many_ssrcs, 0u);
  EXPECT_GT(b_.counters().too_many_ssrcs, 0u);
}

// A publisher that restarts its encoder for hours is heard all the time.
TEST_P(SrtpSessionTest, TheSsrcNotHeardForLongestMakesRoomForANewOne) {
  std::vector<uint8_t> first;
  for (uint32_t i = 0; i < 1000; ++i) {
    const Timestamp now = Timestamp::Seconds(i);
    SrtpSession sender(keys_);  // which remembers fewer than a thousand
    std::vector<uint8_t> sealed = Protect(sender, Rtp(i + 1, 1, 20));
    EXPECT_TRUE(Unprotect(b_, sealed, false, now)) << i;
    EXPECT_FALSE(Unprotect(b_, sealed, false, now)) << "a replay of " << i;
    EXPECT_TRUE(Unprotect(b_, Protect(sender, Pli(i + 1), true), true, now)) << i;
    if (i == 0) first = sealed;
  }
  EXPECT_EQ(b_.counters().too_many_ssrcs, 0u);
  // It was forgotten whole: nothing of it is left behind, not even what it sent.
  EXPECT_TRUE(Unprotect(b_, first, false, Timestamp::Seconds(1000)));
}

TEST_P(SrtpSessionTest, WhoWasHeardOfLateIsNotForgotten) {
  const auto at = [](int64_t milliseconds) { return Timestamp::Millis(milliseconds); };
  for (uint32_t i = 0; i < SrtpSession::kMaxInboundSsrcs; ++i) {
    EXPECT_TRUE(Unprotect(b_, Protect(a_, Rtp(i + 1, 1, 20)), false, at(0)));
  }
  for (uint32_t i = 0; i < SrtpSession::kMaxInboundSsrcs - 1; ++i) {
    EXPECT_TRUE(Unprotect(b_, Protect(a_, Rtp(i + 1, 2, 20)), false, at(3000)));
  }
  const std::vector<uint8_t> newcomer = Protect(a_, Rtp(1000, 1, 20));
  EXPECT_FALSE(Unprotect(b_, newcomer, false, at(4999)));
  EXPECT_TRUE(Unprotect(b_, newcomer, false, at(5001))) << "in the place of the one heard at 0";
  EXPECT_FALSE(Unprotect(b_, Protect(a_, Rtp(1001, 1, 20)), false, at(5001)));
  for (uint32_t i = 0; i < SrtpSession::kMaxInboundSsrcs - 1; ++i) {
    EXPECT_TRUE(Unprotect(b_, Protect(a_, Rtp(i + 1, 3, 20)), false, at(5001)));
  }
}

TEST_P(SrtpSessionTest, AllocatesNothingPerPacket) {
#ifdef PARLEY_SANITIZED
  GTEST_SKIP() << "the sanitizer has malloc for itself";
#else
  constexpr uint32_t kSsrcs = 8;
  std::vector<uint8_t> buffer(1500);
  auto round = [&](uint16_t seq) {
    for (uint32_t ssrc = 1; ssrc <= kSsrcs; ++ssrc) {
      const size_t size = ssrc % 2 ? 112 : 1212;
      buffer[0] = 0x80;
      buffer[1] = 96;
      StoreBe16(buffer.data() + 2, seq);
      StoreBe32(buffer.data() + 8, ssrc);
      auto sealed = a_.ProtectRtp(buffer, size);
      ASSERT_TRUE(sealed);
      ASSERT_EQ(b_.UnprotectRtp(std::span(buffer).first(*sealed), Timestamp::Millis(0)), size);
      buffer[0] = 0x81;
      buffer[1] = 206;
      StoreBe16(buffer.data() + 2, 2);
      StoreBe32(buffer.data() + 4, ssrc);
      sealed = a_.ProtectRtcp(buffer, 12);
      ASSERT_TRUE(sealed);
      ASSERT_EQ(b_.UnprotectRtcp(std::span(buffer).first(*sealed), Timestamp::Millis(0)), 12u);
    }
  };
  round(0);
  const uint64_t before = allocations.load();
  for (uint16_t seq = 1; seq <= 10'000 / kSsrcs; ++seq) round(seq);
  EXPECT_EQ(allocations.load(), before);
#endif
}

TEST(SrtpSessionKnownAnswerTest, AesCmPacketOfLibsrtpsTestSuite) {
  // The reference packet of libsrtp's srtp_validate().
  const uint8_t kKey[30] = {0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f,
                            0xa3, 0x2c, 0x06, 0xde, 0x41, 0x39, 0x0e, 0xc6, 0x75, 0xad,
                            0x49, 0x8a, 0xfe, 0xeb, 0xb6, 0x96, 0x0b, 0x3a, 0xab, 0xe6};
  std::vector<uint8_t> plain = {0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe,
                                0xba, 0xbe, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab,
                                0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab};
  const std::vector<uint8_t> sealed = {0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe,
                                       0xba, 0xbe, 0x4e, 0x55, 0xdc, 0x4c, 0xe7, 0x99, 0x78, 0xd8,
                                       0x8c, 0xa4, 0xd2, 0x15, 0x94, 0x9d, 0x24, 0x02, 0xb7, 0x8d,
                                       0x6a, 0xcc, 0x99, 0xea, 0x17, 0x9b, 0x8d, 0xbb};
  SrtpKeys keys = MakeKeys(SrtpProfile::kAes128CmHmacSha1_80, 1);
  std::copy(std::begin(kKey), std::end(kKey), keys.local.begin());
  SrtpSession sender(keys);
  EXPECT_EQ(Protect(sender, plain), sealed);
  SrtpSession receiver(Mirror(keys));
  EXPECT_EQ(Unprotect(receiver, sealed), plain);
}

}  // namespace
}  // namespace parley
