// Our sender against libsrtp as the receiver, and what it refuses.

#include "sfu/transport/srtp_sender.h"

#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <memory>
#include <string>
#include <vector>

#include "sfu/base/bytes.h"
#include "sfu/base/random.h"
#include "sfu/transport/srtp_session.h"

namespace parley {
namespace {

using Bytes = std::vector<uint8_t>;

struct Free {
  void operator()(srtp_ctx_t_* context) const { srtp_dealloc(context); }
};

// libsrtp alone: one stream of each SSRC that comes, or of one SSRC to be sent.
std::unique_ptr<srtp_ctx_t_, Free> Libsrtp(SrtpProfile profile, SrtpMasterKey key,
                                           srtp_ssrc_t ssrc) {
  srtp_policy_t policy{};
  switch (profile) {
    case SrtpProfile::kAeadAes128Gcm:
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      break;
    case SrtpProfile::kAeadAes256Gcm:
      srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp);
      break;
    case SrtpProfile::kAes128CmHmacSha1_80:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      break;
  }
  policy.rtcp = policy.rtp;
  policy.key = key.data();
  policy.ssrc = ssrc;
  policy.window_size = 1024;
  srtp_t context = nullptr;
  EXPECT_EQ(srtp_create(&context, &policy), srtp_err_status_ok);
  return std::unique_ptr<srtp_ctx_t_, Free>(context);
}

// Of any shape: CSRCs, an extension, padding behind.
Bytes Rtp(uint32_t ssrc, uint16_t seq, size_t payload, uint8_t csrcs, int extension_words) {
  Bytes packet(12 + 4u * csrcs, 0x11);
  packet[0] = static_cast<uint8_t>(0x80 | (extension_words >= 0 ? 0x10 : 0) | csrcs);
  packet[1] = 96;
  StoreBe16(packet.data() + 2, seq);
  StoreBe32(packet.data() + 4, seq * 960u);
  StoreBe32(packet.data() + 8, ssrc);
  if (extension_words >= 0) {
    const size_t at = packet.size();
    packet.resize(at + 4 + 4u * static_cast<size_t>(extension_words), 0x22);
    StoreBe16(packet.data() + at, 0xBEDE);
    StoreBe16(packet.data() + at + 2, static_cast<uint16_t>(extension_words));
  }
  for (size_t i = 0; i < payload; ++i) packet.push_back(static_cast<uint8_t>(seq + i));
  return packet;
}

class SrtpSenderTest : public testing::TestWithParam<SrtpProfile> {
 protected:
  SrtpSenderTest() {
    InitSrtp();
    SeededRandom random(7);
    random.Fill(std::span(key_).first(SrtpKeySize(GetParam()) + SrtpSaltSize(GetParam())));
    sender_.emplace(GetParam(), key_);
  }
  std::expected<Bytes, SrtpSender::Error> Protect(Bytes packet) {
    const size_t size = packet.size();
    packet.resize(size + kSrtpMaxTrailer);
    const auto sealed = sender_->Protect(packet, size);
    if (!sealed) return std::unexpected(sealed.error());
    packet.resize(*sealed);
    return packet;
  }

  SrtpMasterKey key_{};
  std::optional<SrtpSender> sender_;
};

INSTANTIATE_TEST_SUITE_P(Profiles, SrtpSenderTest,
                         testing::Values(SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAeadAes256Gcm,
                                         SrtpProfile::kAes128CmHmacSha1_80),
                         [](const auto& info) {
                           return "Profile" + std::to_string(static_cast<int>(info.param));
                         });

TEST_P(SrtpSenderTest, SealsByteForByteAsLibsrtpDoes) {
  for (uint32_t ssrc : {1u, 0xFFFFFFFFu, 0x12345678u}) {
    const auto reference = Libsrtp(GetParam(), key_, {ssrc_specific, ssrc});
    // Over two wraps, with jumps, and a few that leave late.
    for (uint32_t i = 1000; i < 140'000; i += 997) {
      for (uint32_t seq : {i, i + 5, i + 3}) {
        const Bytes plain = Rtp(ssrc, static_cast<uint16_t>(seq), seq % 1200, seq % 3,
                                static_cast<int>(seq % 5) - 1);
        Bytes expected = plain;
        expected.resize(plain.size() + SRTP_MAX_TRAILER_LEN);
        int size = static_cast<int>(plain.size());
        ASSERT_EQ(srtp_protect(reference.get(), expected.data(), &size), srtp_err_status_ok);
        expected.resize(static_cast<size_t>(size));
        const auto sealed = Protect(plain);
        ASSERT_TRUE(sealed);
        ASSERT_EQ(*sealed, expected) << "SSRC " << ssrc << ", packet " << seq;
      }
    }
  }
}

// More than an engine gathers at once, of several sessions and sizes, and some without payload.
TEST_P(SrtpSenderTest, WhatIsSealedLaterIsTheSameAsAtOnce) {
  std::vector<std::unique_ptr<SrtpSender>> now, later;
  for (uint8_t i = 0; i < 5; ++i) {
    SrtpMasterKey key = key_;
    key[0] = i;
    now.push_back(std::make_unique<SrtpSender>(GetParam(), key));
    later.push_back(std::make_unique<SrtpSender>(GetParam(), key));
  }
  uint16_t seq = 65'300;  // wraps
  for (size_t count : {0u, 1u, 3u, 16u, 17u, 127u, 128u, 129u, 400u}) {
    std::vector<Bytes> expected, sealed;
    for (size_t i = 0; i < count; ++i) {
      ++seq;
      Bytes packet =
          Rtp(9, seq, i % 7 == 0 ? 0 : i * 97 % 1200, i % 3, static_cast<int>(i % 4) - 1);
      const size_t size = packet.size();
      packet.resize(size + kSrtpMaxTrailer);
      expected.push_back(packet);
      sealed.push_back(packet);
      ASSERT_TRUE(now[i % 5]->Protect(expected.back(), size));
      ASSERT_TRUE(later[i % 5]->Protect(sealed.back(), size, Sealing::kLater));
      expected.back().resize(size + SrtpTagSize(GetParam()));
    }
    FinishSealing();
    for (size_t i = 0; i < count; ++i) {
      sealed[i].resize(expected[i].size());
      ASSERT_EQ(sealed[i], expected[i]) << i << " of " << count;
    }
  }
}

TEST_P(SrtpSenderTest, NoIndexIsSealedTwice) {
  const auto repeated = std::unexpected(SrtpSender::Error::kRepeated);
  for (uint16_t seq : {65'530, 65'534, 2, 65'535}) EXPECT_TRUE(Protect(Rtp(5, seq, 20, 0, -1)));
  for (uint16_t seq : {65'530, 65'534, 2, 65'535}) {
    EXPECT_EQ(Protect(Rtp(5, seq, 21, 0, -1)), repeated) << seq;
  }
  EXPECT_TRUE(Protect(Rtp(6, 2, 20, 0, -1))) << "another SSRC";
  EXPECT_TRUE(Protect(Rtp(5, 100, 20, 0, -1)));
  EXPECT_TRUE(Protect(Rtp(5, 100 - SrtpSender::kWindow + 1, 20, 0, -1)));
  EXPECT_EQ(Protect(Rtp(5, 100 - SrtpSender::kWindow, 20, 0, -1)), repeated) << "not remembered";
}

TEST_P(SrtpSenderTest, NothingIsBeforeTheFirstIndex) {
  EXPECT_TRUE(Protect(Rtp(5, 3, 20, 0, -1)));
  EXPECT_TRUE(Protect(Rtp(5, 0, 20, 0, -1)));
  EXPECT_EQ(Protect(Rtp(5, 65'535, 20, 0, -1)), std::unexpected(SrtpSender::Error::kRepeated));
}

TEST_P(SrtpSenderTest, RefusesWhatIsNoRtp) {
  const auto malformed = std::unexpected(SrtpSender::Error::kMalformed);
  const Bytes packet = Rtp(5, 1, 0, 2, 3);
  for (size_t size = 0; size < packet.size(); ++size) {
    const Bytes cut(packet.begin(), packet.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_EQ(Protect(cut), malformed) << size;
  }
  Bytes other_version = packet;
  other_version[0] &= 0x3F;
  EXPECT_EQ(Protect(other_version), malformed);
  EXPECT_TRUE(Protect(packet)) << "no payload is fine";
}

TEST_P(SrtpSenderTest, BoundsItsSsrcs) {
  for (uint32_t i = 0; i < SrtpSender::kMaxSsrcs; ++i) {
    EXPECT_TRUE(Protect(Rtp(i * 7919, 1, 20, 0, -1))) << i;
  }
  EXPECT_EQ(Protect(Rtp(0xFFFFFFFF, 1, 20, 0, -1)),
            std::unexpected(SrtpSender::Error::kTooManySsrcs));
  for (uint32_t i = 0; i < SrtpSender::kMaxSsrcs; ++i) {
    EXPECT_TRUE(Protect(Rtp(i * 7919, 2, 20, 0, -1))) << i;
  }
}

}  // namespace
}  // namespace parley
