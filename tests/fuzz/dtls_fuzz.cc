// Datagrams of the input (each with its length in two bytes before it) into a fresh DTLS endpoint:
// nothing it sends is larger than the MTU, and without the right key nobody gets connected.

#include <cstdlib>

#include "sfu/base/bytes.h"
#include "sfu/transport/dtls_endpoint.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

const DtlsIdentity& Identity() {
  static const DtlsIdentity identity = [] {
    auto made = DtlsIdentity::Generate(DtlsCertificate::Kind::kEcdsaP256, 1'750'000'000);
    FUZZ_CHECK(made.has_value());
    return std::move(*made);
  }();
  return identity;
}

void Run(DtlsRole role, ByteReader in) {
  static const DtlsContext context(Identity());
  DtlsEndpoint endpoint(context, role, {{"sha-256", std::vector<uint8_t>(32)}});
  Timestamp now = Timestamp::Seconds(1);
  endpoint.Start(now);
  while (in.remaining() > 2) {
    size_t size = std::min<size_t>(in.U16(), in.remaining());
    endpoint.HandleDatagram(in.Bytes(size), now);
    while (auto datagram = endpoint.PollDatagram()) {
      FUZZ_CHECK(datagram->size() <= DtlsEndpoint::kMtu);
    }
    FUZZ_CHECK(endpoint.state() != DtlsEndpoint::State::kConnected);
    if (endpoint.NextTimeout() <= now + Duration::Seconds(1)) {
      now = endpoint.NextTimeout();
      endpoint.HandleTimeout(now);
    }
  }
  endpoint.Close();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Run(DtlsRole::kServer, ByteReader({data, size}));
  Run(DtlsRole::kClient, ByteReader({data, size}));
  return 0;
}
