#include "sfu/transport/transport.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "sfu/wire/rtp_builder.h"
#include "sfu/wire/stun.h"
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

bool Connect(PeerLink& link) {
  return link.RunUntil([&] { return link.transport().can_send() && link.peer().connected(); },
                       Duration::Seconds(30));
}

TEST(TransportTest, ConnectsAsTheDtlsClient) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {.server_role = DtlsRole::kClient});
  ASSERT_TRUE(Connect(link));
  ASSERT_TRUE(link.SendRtpToPeer(MakeRtp(5, 1, 100)));
  link.Run(Duration::Millis(50));
  EXPECT_EQ(link.peer().counters().rtp_received, 1u);
}

TEST(TransportTest, ConnectsThroughABadNetwork) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    PeerLink::Options options;
    options.seed = seed;
    options.impairment = {.delay = Duration::Millis(40),
                          .jitter = Duration::Millis(60),
                          .loss_percent = 25,
                          .duplicate_percent = 10};
    options.server_role = seed % 2 ? DtlsRole::kServer : DtlsRole::kClient;
    PeerLink link(ServerIdentity(), ServerIdentity(), options);
    ASSERT_TRUE(Connect(link));
  }
}

TEST(TransportTest, AWrongFingerprintEndsIt) {
  DtlsFingerprint wrong{"sha-256", std::vector<uint8_t>(32, 1)};
  PeerLink::Options options;
  options.expected_of_peer = wrong;
  PeerLink link(ServerIdentity(), ServerIdentity(), options);
  EXPECT_FALSE(Connect(link));
  EXPECT_TRUE(link.HasEvent(Transport::Event::kDtlsFailed));
  EXPECT_FALSE(link.transport().can_send());
  EXPECT_TRUE(link.transport().NextTimeout().IsNever());
}

TEST(TransportTest, ThePeersCloseEndsIt) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {});
  ASSERT_TRUE(Connect(link));
  link.peer().Close();
  link.Run(Duration::Millis(100));
  EXPECT_TRUE(link.HasEvent(Transport::Event::kDtlsClosed));
  EXPECT_FALSE(link.SendRtpToPeer(MakeRtp(5, 1, 100)));
}

TEST(TransportTest, OurCloseReachesThePeer) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {});
  ASSERT_TRUE(Connect(link));
  link.transport().Close();
  link.Run(Duration::Millis(100));
  EXPECT_TRUE(link.peer().closed());
  EXPECT_FALSE(link.transport().can_send());
}

// Takes the ClientHello that the peer would send.
std::vector<uint8_t> ClientHello() {
  DtlsEndpoint client(ServerIdentity().context(), DtlsRole::kClient,
                      ServerIdentity().fingerprints());
  client.Start(Timestamp::Seconds(1));
  auto hello = client.PollDatagram();
  return {hello->begin(), hello->end()};
}

TEST(TransportTest, DtlsAndMediaFromAnUncheckedAddressCostALookup) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {});
  const SocketAddress stranger = SocketAddress::V4({203, 0, 113, 66}, 6666);
  EXPECT_FALSE(link.Inject(ClientHello(), stranger));
  EXPECT_FALSE(link.Inject(MakeRtp(1, 1, 100), stranger));
  EXPECT_EQ(link.demux().counters().unknown_address, 2u);
  EXPECT_FALSE(link.transport().PollDatagram());
  // And should the caller not ask the Demux:
  link.transport().HandleDtls(ClientHello(), stranger, link.now());
  EXPECT_EQ(link.transport().counters().dtls_unchecked, 1u);
  EXPECT_FALSE(link.transport().PollDatagram());
  EXPECT_EQ(link.bytes_to_peer(), 0u);
  EXPECT_TRUE(Connect(link));
}

TEST(TransportTest, MediaBeforeTheKeysIsCountedAndDropped) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {});
  std::vector<uint8_t> packet = MakeRtp(1, 1, 100);
  EXPECT_FALSE(link.transport().UnprotectRtp(packet, link.now()));
  EXPECT_FALSE(link.transport().UnprotectRtcp(packet, link.now()));
  EXPECT_EQ(link.transport().counters().early_media, 2u);
}

TEST(TransportTest, FollowsAPeerThatMoves) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {});
  ASSERT_TRUE(Connect(link));
  const SocketAddress old_address = link.peer_address();
  const SocketAddress new_address = SocketAddress::V4({198, 51, 100, 99}, 51111);
  link.peer_address() = new_address;
  // Media from the new address is not taken before a check came from there.
  ASSERT_TRUE(link.peer().SendRtp(MakeRtp(1, 1, 100)));
  link.Run(Duration::Millis(50));
  EXPECT_TRUE(link.rtp_at_server().empty());
  EXPECT_EQ(link.transport().remote(), old_address);

  link.peer().ice().CheckNow(link.now());
  ASSERT_TRUE(link.RunUntil([&] { return link.transport().remote() == new_address; },
                            Duration::Seconds(1)));
  EXPECT_TRUE(link.HasEvent(Transport::Event::kRemoteChanged));
  ASSERT_TRUE(link.peer().SendRtp(MakeRtp(1, 2, 100)));
  ASSERT_TRUE(link.SendRtpToPeer(MakeRtp(2, 1, 100)));
  link.Run(Duration::Millis(50));
  EXPECT_EQ(link.rtp_at_server().size(), 1u);
  EXPECT_EQ(link.peer().counters().rtp_received, 1u);
}

TEST(TransportTest, RestartsIceWithoutAnotherHandshake) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {});
  ASSERT_TRUE(Connect(link));
  const IceParams fresh = {"server01", "the-servers-second-password"};
  link.transport().RestartIce(fresh, link.peer().RestartIce(), link.now());
  EXPECT_EQ(link.demux().ufrag_count(), 2u);
  link.peer().ContinueIce(fresh, {link.server_address()}, link.now());
  link.ClearEvents();
  link.Run(Duration::Millis(200));
  EXPECT_GT(link.peer().ice().answers(), 1u);
  EXPECT_EQ(link.demux().ufrag_count(), 1u);
  EXPECT_EQ(link.demux().FindByUsername("server00:x"), std::nullopt);
  EXPECT_FALSE(link.HasEvent(Transport::Event::kConnected));
  ASSERT_TRUE(link.peer().SendRtp(MakeRtp(1, 2, 100)));
  link.Run(Duration::Millis(50));
  EXPECT_EQ(link.rtp_at_server().size(), 1u);
}

TEST(TransportTest, LosesConsentAndRegainsIt) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {});
  ASSERT_TRUE(Connect(link));
  link.ClearEvents();
  link.Run(Duration::Seconds(120));
  EXPECT_TRUE(link.events().empty()) << "checks every five seconds are consent";
  link.block_to_server = true;
  link.Run(Duration::Seconds(24));
  EXPECT_TRUE(link.transport().can_send());
  link.Run(Duration::Seconds(7));
  EXPECT_TRUE(link.HasEvent(Transport::Event::kConsentExpired));
  EXPECT_FALSE(link.SendRtpToPeer(MakeRtp(2, 1, 100)));

  link.block_to_server = false;
  link.ClearEvents();
  link.Run(Duration::Seconds(6));
  EXPECT_TRUE(link.HasEvent(Transport::Event::kConnected));
  EXPECT_TRUE(link.SendRtpToPeer(MakeRtp(2, 2, 100)));
}

TEST(TransportTest, AuthenticMediaIsConsent) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {});
  ASSERT_TRUE(Connect(link));
  link.peer().ice().set_consent_checks(false);
  for (uint16_t i = 0; i < 100; ++i) {
    ASSERT_TRUE(link.peer().SendRtp(MakeRtp(1, i, 50)));
    link.Run(Duration::Seconds(1));
  }
  EXPECT_TRUE(link.transport().can_send());
  EXPECT_FALSE(link.HasEvent(Transport::Event::kConsentExpired));
  link.Run(Duration::Seconds(31));
  EXPECT_TRUE(link.HasEvent(Transport::Event::kConsentExpired));
}

TEST(TransportTest, SettlesARoleConflict) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {});
  link.peer().ice().PretendControlled();
  ASSERT_TRUE(Connect(link));
  EXPECT_GE(link.peer().ice().role_conflicts(), 1u);
}

TEST(TransportTest, LeavesNothingInTheDemux) {
  Demux demux(16, 1);
  const SocketAddress from = SocketAddress::V4({192, 0, 2, 9}, 9);
  TransportParams params;
  params.local_ice = {"abcd", "password-password-pass"};
  params.remote_fingerprints = ServerIdentity().fingerprints();
  {
    Transport transport(demux, ServerIdentity().context(), 1, params, Timestamp::Seconds(1));
    transport.RestartIce({"efgh", "password-password-pass"}, {}, Timestamp::Seconds(1));
    EXPECT_EQ(demux.ufrag_count(), 2u);
    SeededRandom random(1);
    IceControlling peer({"peer", "password-password-peer"}, random);
    peer.SetRemote(params.local_ice, {from}, Timestamp::Seconds(1));
    std::array<uint8_t, 500> buffer;
    SocketAddress to;
    auto check = peer.NextCheck(Timestamp::Seconds(1), buffer, to);
    auto view = StunView::Parse(check);
    ASSERT_TRUE(view);
    transport.HandleStun(*view, check.size(), from, Timestamp::Seconds(1));
    EXPECT_EQ(demux.address_count(), 1u);
    // The address of one transport is not taken by another, even with a valid check.
    TransportParams other = params;
    other.local_ice = {"ijkl", "password-password-pass"};
    Transport second(demux, ServerIdentity().context(), 2, other, Timestamp::Seconds(1));
    IceControlling thief({"peer", "password-password-peer"}, random);
    thief.SetRemote(other.local_ice, {from}, Timestamp::Seconds(1));
    check = thief.NextCheck(Timestamp::Seconds(1), buffer, to);
    view = StunView::Parse(check);
    second.HandleStun(*view, check.size(), from, Timestamp::Seconds(1));
    EXPECT_FALSE(second.PollDatagram());
    EXPECT_FALSE(second.remote());
    EXPECT_EQ(demux.FindByAddress(from), 1u);
  }
  EXPECT_EQ(demux.ufrag_count(), 0u);
  EXPECT_EQ(demux.address_count(), 0u);
}

TEST(TransportTest, AClosedTcpConnectionIsForgotten) {
  PeerLink link(ServerIdentity(), ServerIdentity(), {});
  link.peer_address() = link.peer_address().WithTcpConnection(12);
  ASSERT_TRUE(Connect(link));
  EXPECT_EQ(link.transport().remote()->tcp_connection(), 12u);
  link.transport().HandleTcpClosed(link.peer_address());
  EXPECT_FALSE(link.transport().can_send());
  EXPECT_EQ(link.demux().address_count(), 0u);
  // Back by another connection.
  link.peer_address() = link.peer_address().WithTcpConnection(13);
  link.peer().ice().CheckNow(link.now());
  link.Run(Duration::Millis(100));
  EXPECT_TRUE(link.transport().can_send());
}

}  // namespace
}  // namespace parley::test
