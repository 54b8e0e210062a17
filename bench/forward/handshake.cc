#include "bench/forward/handshake.h"

#include <algorithm>
#include <ctime>
#include <memory>
#include <optional>

#include "bench/forward/thread_cpu.h"
#include "sfu/base/check.h"
#include "sfu/transport/dtls_context.h"
#include "sfu/transport/dtls_endpoint.h"

namespace parley::bench {
namespace {

constexpr Timestamp kNow = Timestamp::Seconds(100);

int64_t Handshake(const DtlsContext& server_context, const DtlsIdentity& server_identity,
                  const DtlsContext& client_context, const DtlsIdentity& client_identity) {
  int64_t spent = 0;
  const auto measured = [&](auto work) {
    const int64_t begin = ThreadCpuNs();
    work();
    spent += ThreadCpuNs() - begin;
  };
  DtlsEndpoint client(client_context, DtlsRole::kClient, server_identity.fingerprints());
  std::optional<DtlsEndpoint> server;
  measured(
      [&] { server.emplace(server_context, DtlsRole::kServer, client_identity.fingerprints()); });
  client.Start(kNow);
  for (bool more = true; more;) {
    more = false;
    while (const auto datagram = client.PollDatagram()) {
      measured([&] { server->HandleDatagram(*datagram, kNow); });
      more = true;
    }
    while (const auto datagram = server->PollDatagram()) {
      client.HandleDatagram(*datagram, kNow);
      more = true;
    }
  }
  PARLEY_CHECK(server->state() == DtlsEndpoint::State::kConnected);
  return spent;
}

}  // namespace

double MeasureHandshakeNs(const DtlsIdentity& server, int handshakes) {
  const auto client = DtlsIdentity::Generate(DtlsCertificate::Kind::kEcdsaP256, time(nullptr));
  PARLEY_CHECK(client.has_value());
  const DtlsContext server_context(server);
  const DtlsContext client_context(*client);
  double best = 1e12;
  for (int round = 0; round < 4; ++round) {
    int64_t spent = 0;
    for (int i = 0; i < handshakes; ++i) {
      spent += Handshake(server_context, server, client_context, *client);
    }
    best = std::min(best, static_cast<double>(spent) / handshakes);
  }
  return best;
}

}  // namespace parley::bench
