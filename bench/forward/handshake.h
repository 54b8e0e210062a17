#pragma once

// What of a join OpenSSL takes: the server's side of DTLS handshakes in memory, one after the
// other.

#include "sfu/transport/dtls_certificate.h"

namespace parley::bench {

// Nanoseconds of this thread per handshake, the best of several rounds.
double MeasureHandshakeNs(const DtlsIdentity& server, int handshakes);

}  // namespace parley::bench
