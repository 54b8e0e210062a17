#include "sfu/transport/transport.h"

#include <gtest/gtest.h>

#include <array>

#include "sfu/wire/rtp_builder.h"
#include "tests/client/peer_link.h"

namespace parley::test {
namespace {

const TestIdentity& ServerIdentity() {
  static const TestIdentity identity;
  return identity;
}

std::vector<uint8_t> MakeRtp(uint32_t ssrc, uint16_t seq, size_t payload_size) {
  std::vector<uint8_t> buffer(1500);
  std::vector<uint8_t> payload(payload_size, static_cast<uint8_t>(seq));
  RtpBuilder builder(buffer, {.payload_type = PayloadType(96),
                              .seq = SeqNum(seq),
                              .timestamp = RtpTimestamp(seq * 960u),
                              .ssrc = Ssrc(ssrc),
                              .csrcs = {}});
  builder.SetPayload(payload);
  std::span<const uint8_t> packet = builder.Finish();
  return {packet.begin(), packet.end()};
}

TEST(TransportTest, ConnectsAndCarriesMediaBothWays) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {});
  ASSERT_TRUE(link.RunUntil([&] { return link.transport().can_send() && link.peer().connected(); },
                            Duration::Seconds(5)));
  EXPECT_TRUE(link.HasEvent(Transport::Event::kConnected));
  EXPECT_EQ(link.peer().srtp()->profile(), SrtpProfile::kAeadAes128Gcm);

  std::vector<uint8_t> up = MakeRtp(1111, 5, 900);
  ASSERT_TRUE(link.peer().SendRtp(up));
  std::vector<uint8_t> down = MakeRtp(2222, 9, 50);
  ASSERT_TRUE(link.SendRtpToPeer(down));
  link.Run(Duration::Millis(100));
  ASSERT_EQ(link.rtp_at_server().size(), 1u);
  EXPECT_EQ(link.rtp_at_server()[0], up);
  EXPECT_EQ(link.peer().received().at(2222).packets(), 1u);
  EXPECT_EQ(link.peer().received().at(2222).bytes(), 50u);
}

}  // namespace
}  // namespace parley::test
