#include "sfu/transport/dtls_endpoint.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>

#include "sfu/base/check.h"

namespace parley {

namespace {

// Before 3.2 OpenSSL tells its BIO of a new retransmission deadline by a pointer to where it keeps
// it, on the wall clock. By moving that into the past, DTLSv1_handle_timeout runs when our clock
// says so; there is no call for it.
const bool kKnownTimer = OpenSSL_version_num() < 0x30200000UL;

}  // namespace

// The datagram BIO: reads the one datagram being handled, writes into the endpoint's flight.
struct DtlsBio {
  static DtlsEndpoint& EndpointOf(BIO* bio) {
    return *static_cast<DtlsEndpoint*>(BIO_get_data(bio));
  }

  static int Write(BIO* bio, const char* data, int size) {
    if (size <= 0) return 0;
    EndpointOf(bio).WriteDatagram(
        std::span(reinterpret_cast<const uint8_t*>(data), static_cast<size_t>(size)));
    return size;
  }

  static int Read(BIO* bio, char* out, int size) {
    BIO_clear_retry_flags(bio);
    std::span<const uint8_t>& incoming = EndpointOf(bio).incoming_;
    if (incoming.empty() || size <= 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    size_t n = std::min(incoming.size(), static_cast<size_t>(size));
    std::memcpy(out, incoming.data(), n);
    incoming = {};  // what does not fit is lost, as with a socket
    return static_cast<int>(n);
  }

  // 0 for what is not known: OpenSSL takes 1 as "yes, this BIO does kernel TLS", and the like.
  static long Control(BIO* bio, int command, long, void* argument) {
    switch (command) {
      case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
        if (kKnownTimer) EndpointOf(bio).openssl_timer_ = static_cast<timeval*>(argument);
        return 0;
      case BIO_CTRL_FLUSH:
        return 1;
      case BIO_CTRL_DGRAM_QUERY_MTU:
      case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
        return static_cast<long>(DtlsEndpoint::kMtu);
      default:
        return 0;
    }
  }

  static int Create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
  }

  static const BIO_METHOD* Method() {
    static const BIO_METHOD* method = [] {
      BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "parley datagram");
      PARLEY_CHECK(m != nullptr);
      BIO_meth_set_write(m, &Write);
      BIO_meth_set_read(m, &Read);
      BIO_meth_set_ctrl(m, &Control);
      BIO_meth_set_create(m, &Create);
      return m;
    }();
    return method;
  }
};

namespace {

// OpenSSL's own retransmission timer runs on the wall clock; ours replaces it, so it is set to
// never fire within a handshake. In microseconds.
unsigned int NeverFire(SSL*, unsigned int) { return 3'600'000'000u; }

std::optional<SrtpProfile> ProfileOf(const SRTP_PROTECTION_PROFILE* profile) {
  if (!profile) return std::nullopt;
  switch (profile->id) {
    case SRTP_AES128_CM_SHA1_80:
      return SrtpProfile::kAes128CmHmacSha1_80;
    case SRTP_AEAD_AES_128_GCM:
      return SrtpProfile::kAeadAes128Gcm;
    case SRTP_AEAD_AES_256_GCM:
      return SrtpProfile::kAeadAes256Gcm;
    default:
      return std::nullopt;
  }
}

const EVP_MD* DigestByName(const std::string& algorithm) {
  if (algorithm == "sha-256") return EVP_sha256();
  if (algorithm == "sha-384") return EVP_sha384();
  if (algorithm == "sha-512") return EVP_sha512();
  return nullptr;  // RFC 8122 section 5 forbids MD5 and MD2; SHA-1 is no longer enough
}

}  // namespace

void DtlsEndpoint::FreeSsl::operator()(ssl_st* ssl) const { SSL_free(ssl); }

DtlsEndpoint::DtlsEndpoint(const DtlsContext& context, DtlsRole role,
                           std::vector<DtlsFingerprint> remote_fingerprints)
    : ssl_(SSL_new(context.get())),
      remote_fingerprints_(std::move(remote_fingerprints)),
      role_(role) {
  PARLEY_CHECK(ssl_ != nullptr);
  BIO* bio = BIO_new(DtlsBio::Method());
  PARLEY_CHECK(bio != nullptr);
  BIO_set_data(bio, this);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_app_data(ssl_.get(), this);
  DTLS_set_timer_cb(ssl_.get(), &NeverFire);
  PARLEY_CHECK(DTLS_set_link_mtu(ssl_.get(), kMtu) == 1);
  PARLEY_CHECK(SSL_set_max_send_fragment(ssl_.get(), kMtu) == 1);
  if (role_ == DtlsRole::kServer) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
  }
}

DtlsEndpoint::~DtlsEndpoint() = default;

void DtlsEndpoint::Start(Timestamp now) {
  if (role_ == DtlsRole::kClient && state_ == State::kNew) Advance(now);
}

void DtlsEndpoint::HandleDatagram(std::span<const uint8_t> datagram, Timestamp now) {
  if (state_ == State::kClosed || state_ == State::kFailed) return;
  if (role_ == DtlsRole::kClient && state_ == State::kNew) return;
  incoming_ = datagram;
  Advance(now);
  incoming_ = {};
}

// Lets OpenSSL eat what there is and write what it will.
void DtlsEndpoint::Advance(Timestamp now) {
  const bool fresh = state_ == State::kNew;
  flight_open_ = false;
  ERR_clear_error();
  if (!SSL_is_init_finished(ssl_.get())) {
    if (fresh) {
      state_ = State::kHandshaking;
      deadline_ = now + kHandshakeDeadline;
    }
    int result = SSL_do_handshake(ssl_.get());
    if (result != 1) {
      int error = SSL_get_error(ssl_.get(), result);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return Fail();
      if (flight_open_) backoff_ = kFirstRetransmission;
      Rearm(now);
      return;
    }
    if (!ExportKeys()) return Fail();
    state_ = State::kConnected;
    StopTimers();
  }
  ReadRecords();
}

// Data channels are not spoken here: application data is read and dropped, alerts and repeated
// handshake messages have their effect inside OpenSSL.
void DtlsEndpoint::ReadRecords() {
  uint8_t buffer[2048];
  int n;
  while ((n = SSL_read(ssl_.get(), buffer, sizeof(buffer))) > 0) {
  }
  int error = SSL_get_error(ssl_.get(), n);
  if (error == SSL_ERROR_ZERO_RETURN) {
    state_ = State::kClosed;
    SSL_shutdown(ssl_.get());
  } else if (error == SSL_ERROR_SSL || error == SSL_ERROR_SYSCALL) {
    Fail();
  }
  // OpenSSL keeps 16 KiB to read into; SSL_MODE_RELEASE_BUFFERS does not hold for DTLS.
  SSL_free_buffers(ssl_.get());
}

void DtlsEndpoint::Close() {
  if (state_ == State::kConnected) {
    flight_open_ = false;
    // A read makes OpenSSL take back the buffers that ReadRecords freed; it writes without asking.
    uint8_t nothing;
    SSL_read(ssl_.get(), &nothing, 1);
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
    state_ = State::kClosed;
  }
  StopTimers();
}

void DtlsEndpoint::Fail() {
  state_ = State::kFailed;
  srtp_keys_.reset();
  StopTimers();
  ERR_clear_error();
}

void DtlsEndpoint::StopTimers() {
  next_timeout_ = Timestamp::Never();
  deadline_ = Timestamp::Never();
}

void DtlsEndpoint::Rearm(Timestamp now) {
  next_timeout_ = flight_.empty() ? deadline_ : std::min(deadline_, now + backoff_);
}

void DtlsEndpoint::HandleTimeout(Timestamp now) {
  if (now < next_timeout_) return;
  if (now >= deadline_) return Fail();
  backoff_ = std::min(backoff_ * 2, kLastRetransmission);
  if (!Retransmit()) return Fail();
  Rearm(now);
}

// The whole flight again (RFC 6347 section 4.2.4), in records of new numbers: a peer that has had
// the old ones must not take these for replays, or it would not repeat a lost Finished.
bool DtlsEndpoint::Retransmit() {
  if (!openssl_timer_ || (openssl_timer_->tv_sec == 0 && openssl_timer_->tv_usec == 0)) {
    next_to_send_ = 0;
    return true;
  }
  *openssl_timer_ = timeval{.tv_sec = 1, .tv_usec = 0};
  flight_open_ = false;
  ERR_clear_error();
  return DTLSv1_handle_timeout(ssl_.get()) >= 0;
}

void DtlsEndpoint::WriteDatagram(std::span<const uint8_t> datagram) {
  if (!flight_open_) {
    flight_.clear();
    next_to_send_ = 0;
    flight_open_ = true;
  }
  if (flight_.size() < kMaxFlight) flight_.emplace_back(datagram.begin(), datagram.end());
}

std::optional<std::span<const uint8_t>> DtlsEndpoint::PollDatagram() {
  if (next_to_send_ < flight_.size()) return std::span<const uint8_t>(flight_[next_to_send_++]);
  if (state_ != State::kHandshaking && !flight_.empty()) {
    // Nothing of it has to go again by itself: OpenSSL answers a repeated Finished.
    flight_ = {};
    next_to_send_ = 0;
  }
  return std::nullopt;
}

bool DtlsEndpoint::ExportKeys() {
  std::optional<SrtpProfile> profile = ProfileOf(SSL_get_selected_srtp_profile(ssl_.get()));
  if (!profile) return false;
  // RFC 5764 section 4.2: client key, server key, client salt, server salt.
  const size_t key_size = SrtpKeySize(*profile);
  const size_t salt_size = SrtpSaltSize(*profile);
  std::array<uint8_t, 2 * std::tuple_size_v<SrtpMasterKey>> material;
  constexpr char kLabel[] = "EXTRACTOR-dtls_srtp";
  if (SSL_export_keying_material(ssl_.get(), material.data(), 2 * (key_size + salt_size), kLabel,
                                 sizeof(kLabel) - 1, nullptr, 0, 0) != 1) {
    return false;
  }
  SrtpKeys& keys = srtp_keys_.emplace();
  keys.profile = *profile;
  SrtpMasterKey& client = role_ == DtlsRole::kClient ? keys.local : keys.remote;
  SrtpMasterKey& server = role_ == DtlsRole::kClient ? keys.remote : keys.local;
  const uint8_t* from = material.data();
  auto take = [&from](uint8_t* to, size_t n) {
    std::memcpy(to, from, n);
    from += n;
  };
  take(client.data(), key_size);
  take(server.data(), key_size);
  take(client.data() + key_size, salt_size);
  take(server.data() + key_size, salt_size);
  OPENSSL_cleanse(material.data(), material.size());
  return true;
}

int DtlsEndpoint::VerifyCertificate(x509_store_ctx_st* store, void*) {
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* self = static_cast<const DtlsEndpoint*>(SSL_get_app_data(ssl));
  X509* certificate = X509_STORE_CTX_get0_cert(store);
  if (certificate && self->MatchesFingerprint(certificate)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

bool DtlsEndpoint::MatchesFingerprint(const x509_st* certificate) const {
  bool match = false;
  for (const DtlsFingerprint& expected : remote_fingerprints_) {
    const EVP_MD* md = DigestByName(expected.algorithm);
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (!md || X509_digest(certificate, md, digest, &size) != 1) continue;
    match |=
        expected.digest.size() == size && CRYPTO_memcmp(expected.digest.data(), digest, size) == 0;
  }
  return match;
}

}  // namespace parley
