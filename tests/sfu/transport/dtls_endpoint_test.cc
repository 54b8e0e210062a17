#include "sfu/transport/dtls_endpoint.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "sfu/base/bytes.h"
#include "sfu/base/random.h"
#include "tests/client/test_peer.h"

namespace parley::test {
namespace {

using Bytes = std::vector<uint8_t>;
using State = DtlsEndpoint::State;

const TestIdentity& Ecdsa() {
  static const TestIdentity identity(DtlsCertificate::Kind::kEcdsaP256);
  return identity;
}
const TestIdentity& Rsa() {
  static const TestIdentity identity(DtlsCertificate::Kind::kRsa2048);
  return identity;
}

// A client and a server with a seeded network between them.
class Pair {
 public:
  Pair(const TestIdentity& client, const TestIdentity& server, uint64_t seed)
      : client_(client.context(), DtlsRole::kClient, server.fingerprints()),
        server_(server.context(), DtlsRole::kServer, client.fingerprints()),
        random_(seed) {}
  Pair(const TestIdentity& client, const TestIdentity& server,
       std::vector<DtlsFingerprint> client_expects, std::vector<DtlsFingerprint> server_expects)
      : client_(client.context(), DtlsRole::kClient, std::move(client_expects)),
        server_(server.context(), DtlsRole::kServer, std::move(server_expects)),
        random_(1) {}

  void Start() { client_.Start(now_); }

  // Until nothing is left to happen, or `limit` has passed.
  void Run(Duration limit = Duration::Seconds(60)) {
    const Timestamp end = now_ + limit;
    Start();
    while (true) {
      Drain(client_, server_);
      Drain(server_, client_);
      Timestamp next = std::min(client_.NextTimeout(), server_.NextTimeout());
      if (!wire_.empty()) next = std::min(next, wire_.begin()->first);
      if (next.IsNever() || next > end) return;
      now_ = std::max(now_, next);
      while (!wire_.empty() && wire_.begin()->first <= now_) {
        auto [to, bytes] = wire_.begin()->second;
        wire_.erase(wire_.begin());
        to->HandleDatagram(bytes, now_);
        Drain(client_, server_);
        Drain(server_, client_);
      }
      if (client_.NextTimeout() <= now_) client_.HandleTimeout(now_);
      if (server_.NextTimeout() <= now_) server_.HandleTimeout(now_);
    }
  }

  // Everything that `from` wants to send now.
  std::vector<Bytes> Take(DtlsEndpoint& from) {
    std::vector<Bytes> datagrams;
    while (auto d = from.PollDatagram()) datagrams.emplace_back(d->begin(), d->end());
    return datagrams;
  }

  void ExpectSameKeys() {
    ASSERT_EQ(client_.state(), State::kConnected);
    ASSERT_EQ(server_.state(), State::kConnected);
    ASSERT_TRUE(client_.srtp_keys() && server_.srtp_keys());
    EXPECT_EQ(client_.srtp_keys()->profile, SrtpProfile::kAeadAes128Gcm);
    EXPECT_EQ(client_.srtp_keys()->local, server_.srtp_keys()->remote);
    EXPECT_EQ(client_.srtp_keys()->remote, server_.srtp_keys()->local);
    EXPECT_NE(client_.srtp_keys()->local, client_.srtp_keys()->remote);
  }

  DtlsEndpoint client_;
  DtlsEndpoint server_;
  uint32_t loss_percent = 0;
  uint32_t duplicate_percent = 0;
  Duration jitter = Duration::Zero();
  size_t largest = 0;
  uint64_t sent = 0;
  Timestamp now_ = Timestamp::Seconds(50);

 private:
  void Drain(DtlsEndpoint& from, DtlsEndpoint& to) {
    while (auto datagram = from.PollDatagram()) {
      largest = std::max(largest, datagram->size());
      ++sent;
      if (random_.Below(100) < loss_percent) continue;
      int copies = random_.Below(100) < duplicate_percent ? 2 : 1;
      for (int i = 0; i < copies; ++i) {
        Duration delay = Duration::Millis(20);
        if (jitter > Duration::Zero()) {
          delay += Duration::Micros(random_.Below(static_cast<uint32_t>(jitter.us())));
        }
        wire_.emplace(now_ + delay, std::pair(&to, Bytes(datagram->begin(), datagram->end())));
      }
    }
  }

  SeededRandom random_;
  std::multimap<Timestamp, std::pair<DtlsEndpoint*, Bytes>> wire_;
};

TEST(DtlsEndpointTest, ConnectsWithEachKindOfCertificate) {
  for (const TestIdentity* client : {&Ecdsa(), &Rsa()}) {
    for (const TestIdentity* server : {&Ecdsa(), &Rsa()}) {
      Pair pair(*client, *server, 1);
      pair.Run();
      pair.ExpectSameKeys();
      EXPECT_LE(pair.largest, DtlsEndpoint::kMtu);
      EXPECT_TRUE(pair.client_.NextTimeout().IsNever());
      EXPECT_TRUE(pair.server_.NextTimeout().IsNever());
    }
  }
}

TEST(DtlsEndpointTest, TheServersIdentityHasBothKinds) {
  auto identity = DtlsIdentity::Generate(1'750'000'000);
  ASSERT_TRUE(identity);
  ASSERT_EQ(identity->fingerprints().size(), 2u);
  EXPECT_EQ(identity->fingerprints()[0].algorithm, "sha-256");
  EXPECT_EQ(identity->fingerprints()[0].digest.size(), 32u);
  DtlsContext context(*identity);
  // Whichever it shows is among the fingerprints it announced.
  DtlsEndpoint client(Ecdsa().context(), DtlsRole::kClient, identity->fingerprints());
  DtlsEndpoint server(context, DtlsRole::kServer, Ecdsa().fingerprints());
  Timestamp now = Timestamp::Seconds(1);
  client.Start(now);
  for (int i = 0; i < 10; ++i) {
    while (auto d = client.PollDatagram()) server.HandleDatagram(Bytes(d->begin(), d->end()), now);
    while (auto d = server.PollDatagram()) client.HandleDatagram(Bytes(d->begin(), d->end()), now);
  }
  EXPECT_EQ(client.state(), State::kConnected);
  EXPECT_EQ(server.state(), State::kConnected);
}

TEST(DtlsEndpointTest, ConnectsThroughLossReorderingAndDuplication) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Pair pair(seed % 2 ? Ecdsa() : Rsa(), seed % 3 ? Ecdsa() : Rsa(), seed);
    pair.loss_percent = 25;
    pair.duplicate_percent = 20;
    pair.jitter = Duration::Millis(80);
    pair.Run();
    pair.ExpectSameKeys();
  }
}

TEST(DtlsEndpointTest, AnyOneDatagramMayBeLost) {
  // Which datagram is dropped counts over both directions; the last flights are the delicate ones.
  for (int lost = 0; lost < 8; ++lost) {
    SCOPED_TRACE(testing::Message() << "lost datagram " << lost);
    Pair pair(Rsa(), Rsa(), 1);
    pair.Start();
    int n = 0;
    for (int turn = 0; turn < 40; ++turn) {
      for (auto* from : {&pair.client_, &pair.server_}) {
        DtlsEndpoint& to = from == &pair.client_ ? pair.server_ : pair.client_;
        for (const Bytes& datagram : pair.Take(*from)) {
          if (n++ != lost) to.HandleDatagram(datagram, pair.now_);
        }
      }
      pair.now_ = pair.now_ + Duration::Millis(500);
      if (pair.client_.NextTimeout() <= pair.now_) pair.client_.HandleTimeout(pair.now_);
      if (pair.server_.NextTimeout() <= pair.now_) pair.server_.HandleTimeout(pair.now_);
    }
    pair.ExpectSameKeys();
  }
}

TEST(DtlsEndpointTest, AWrongFingerprintFailsOnEitherSide) {
  {
    Pair pair(Ecdsa(), Ecdsa(), Rsa().fingerprints(), Ecdsa().fingerprints());
    pair.Run();
    EXPECT_EQ(pair.client_.state(), State::kFailed);
    EXPECT_EQ(pair.server_.state(), State::kFailed);
    EXPECT_FALSE(pair.client_.srtp_keys());
    EXPECT_FALSE(pair.server_.srtp_keys());
  }
  {
    Pair pair(Ecdsa(), Ecdsa(), Ecdsa().fingerprints(), Rsa().fingerprints());
    pair.Run();
    EXPECT_EQ(pair.server_.state(), State::kFailed);
    EXPECT_FALSE(pair.server_.srtp_keys());
    EXPECT_NE(pair.client_.state(), State::kConnected);
  }
}

TEST(DtlsEndpointTest, FingerprintsOfNoKnownKindDoNotCount) {
  std::vector<DtlsFingerprint> none;
  std::vector<DtlsFingerprint> sha1 = {{"sha-1", Bytes(20)}};
  DtlsFingerprint cut = Ecdsa().fingerprints()[0];
  cut.digest.resize(16);
  for (const auto& expected : {none, sha1, std::vector{cut}}) {
    Pair pair(Ecdsa(), Ecdsa(), Ecdsa().fingerprints(), expected);
    pair.Run();
    EXPECT_EQ(pair.server_.state(), State::kFailed);
  }
  // One right among wrong ones is enough.
  Pair pair(Ecdsa(), Ecdsa(), Ecdsa().fingerprints(),
            {sha1[0], cut, Rsa().fingerprints()[0], Ecdsa().fingerprints()[0]});
  pair.Run();
  pair.ExpectSameKeys();
}

// One handshake message in one record, as a datagram, cut into fragments of `size` bytes in records
// of their own (RFC 6347 section 4.2.3).
std::vector<Bytes> Fragment(const Bytes& datagram, size_t size) {
  constexpr size_t kRecordHeader = 13;
  constexpr size_t kMessageHeader = 12;
  std::span<const uint8_t> message = std::span(datagram).subspan(kRecordHeader);
  std::span<const uint8_t> body = message.subspan(kMessageHeader);
  std::vector<Bytes> fragments;
  for (size_t at = 0; at < body.size(); at += size) {
    size_t n = std::min(size, body.size() - at);
    Bytes out(datagram.begin(), datagram.begin() + kRecordHeader);
    out[10] = static_cast<uint8_t>(fragments.size() + 1);  // record sequence number
    StoreBe16(out.data() + 11, static_cast<uint16_t>(kMessageHeader + n));
    out.insert(out.end(), message.begin(), message.begin() + kMessageHeader);
    StoreBe24(out.data() + kRecordHeader + 6, static_cast<uint32_t>(at));
    StoreBe24(out.data() + kRecordHeader + 9, static_cast<uint32_t>(n));
    auto from = body.begin() + static_cast<std::ptrdiff_t>(at);
    out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(n));
    fragments.push_back(std::move(out));
  }
  return fragments;
}

TEST(DtlsEndpointTest, TakesAClientHelloInFragments) {
  for (bool reversed : {false, true}) {
    Pair pair(Ecdsa(), Ecdsa(), 1);
    pair.Start();
    std::vector<Bytes> hello = pair.Take(pair.client_);
    ASSERT_EQ(hello.size(), 1u);
    std::vector<Bytes> fragments = Fragment(hello[0], 30);
    ASSERT_GT(fragments.size(), 3u);
    if (reversed) std::reverse(fragments.begin(), fragments.end());
    for (const Bytes& f : fragments) {
      EXPECT_TRUE(pair.Take(pair.server_).empty());
      pair.server_.HandleDatagram(f, pair.now_);
    }
    pair.Run();
    pair.ExpectSameKeys();
  }
}

TEST(DtlsEndpointTest, GivesUpAtItsDeadline) {
  DtlsEndpoint client(Ecdsa().context(), DtlsRole::kClient, Ecdsa().fingerprints());
  Timestamp now = Timestamp::Seconds(10);
  client.Start(now);
  int flights = 0;
  while (client.state() == State::kHandshaking) {
    int datagrams = 0;
    while (client.PollDatagram()) ++datagrams;
    EXPECT_EQ(datagrams, 1);
    ++flights;
    ASSERT_FALSE(client.NextTimeout().IsNever());
    ASSERT_GT(client.NextTimeout(), now);
    now = client.NextTimeout();
    client.HandleTimeout(now);
  }
  EXPECT_EQ(client.state(), State::kFailed);
  EXPECT_EQ(now, Timestamp::Seconds(10) + DtlsEndpoint::kHandshakeDeadline);
  // 0.1, 0.2, … 3.2, 3.2 seconds apart.
  EXPECT_GE(flights, 10);
  EXPECT_LE(flights, 16);
  EXPECT_TRUE(client.NextTimeout().IsNever());
}

TEST(DtlsEndpointTest, ClosesWithAnAlertThatTheOtherSideSees) {
  Pair pair(Ecdsa(), Ecdsa(), 1);
  pair.Run();
  pair.ExpectSameKeys();
  pair.server_.Close();
  EXPECT_EQ(pair.server_.state(), State::kClosed);
  pair.Run();
  EXPECT_EQ(pair.client_.state(), State::kClosed);
}

TEST(DtlsEndpointTest, GarbageBeforeAndAfterTheHandshakeDoesNoHarm) {
  SeededRandom random(4);
  Pair pair(Ecdsa(), Ecdsa(), 1);
  auto throw_garbage = [&](DtlsEndpoint& at) {
    for (int i = 0; i < 300; ++i) {
      Bytes garbage(random.Below(300));
      random.Fill(garbage);
      if (!garbage.empty()) garbage[0] = static_cast<uint8_t>(20 + random.Below(44));
      at.HandleDatagram(garbage, pair.now_);
    }
  };
  throw_garbage(pair.server_);
  pair.Run();
  pair.ExpectSameKeys();
  throw_garbage(pair.server_);
  throw_garbage(pair.client_);
  EXPECT_EQ(pair.server_.state(), State::kConnected);
  EXPECT_EQ(pair.client_.state(), State::kConnected);
}

TEST(DtlsEndpointTest, EveryTruncationOfEveryDatagramDoesNoHarm) {
  Pair pair(Ecdsa(), Rsa(), 1);
  pair.Start();
  for (int turn = 0; turn < 4; ++turn) {
    for (auto* from : {&pair.client_, &pair.server_}) {
      DtlsEndpoint& to = from == &pair.client_ ? pair.server_ : pair.client_;
      for (const Bytes& datagram : pair.Take(*from)) {
        for (size_t size = 0; size < datagram.size(); size += 3) {
          to.HandleDatagram(std::span(datagram).first(size), pair.now_);
        }
        to.HandleDatagram(datagram, pair.now_);
      }
    }
  }
  pair.Run();
  pair.ExpectSameKeys();
}

}  // namespace
}  // namespace parley::test
