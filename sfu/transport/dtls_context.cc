#include "sfu/transport/dtls_context.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "sfu/base/check.h"
#include "sfu/transport/dtls_endpoint.h"

namespace parley {
namespace {

// Preferred first (RFC 8827 section 6.5 asks for the ECDSA one and P-256; the others are for peers
// with an RSA certificate or without AES in hardware).
constexpr char kCiphers[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA";
constexpr char kGroups[] = "X25519:P-256:P-384";
// The server's order decides: 128 bits before 256, which costs more and buys nothing here.
constexpr char kSrtpProfiles[] =
    "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80";

}  // namespace

void DtlsContext::Free::operator()(ssl_ctx_st* ctx) const { SSL_CTX_free(ctx); }

DtlsContext::DtlsContext(const DtlsIdentity& identity) : ctx_(SSL_CTX_new(DTLS_method())) {
  SSL_CTX* ctx = ctx_.get();
  PARLEY_CHECK(ctx != nullptr);
  PARLEY_CHECK(SSL_CTX_set_min_proto_version(ctx, DTLS1_2_VERSION) == 1);
  PARLEY_CHECK(SSL_CTX_set_cipher_list(ctx, kCiphers) == 1);
  PARLEY_CHECK(SSL_CTX_set1_groups_list(ctx, kGroups) == 1);
  // The odd one out: 0 is success.
  PARLEY_CHECK(SSL_CTX_set_tlsext_use_srtp(ctx, kSrtpProfiles) == 0);
  SSL_CTX_set_options(ctx, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(ctx, 1);
  for (const DtlsCertificate& c : identity.certificates()) {
    PARLEY_CHECK(SSL_CTX_use_certificate(ctx, c.certificate.get()) == 1 &&
                 SSL_CTX_use_PrivateKey(ctx, c.key.get()) == 1);
  }
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(ctx, &DtlsEndpoint::VerifyCertificate, nullptr);
}

DtlsContext::~DtlsContext() = default;
DtlsContext::DtlsContext(DtlsContext&&) noexcept = default;
DtlsContext& DtlsContext::operator=(DtlsContext&&) noexcept = default;

}  // namespace parley
