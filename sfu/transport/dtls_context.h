#pragma once

// OpenSSL's settings for every DTLS association of one worker: certificates, ciphers, groups and
// SRTP profiles. Made once per worker, because OpenSSL counts references to it under a lock.
// Immutable after the constructor; outlives its endpoints. One thread.

#include <memory>

#include "sfu/transport/dtls_certificate.h"

struct ssl_ctx_st;

namespace parley {

class DtlsContext {
 public:
  explicit DtlsContext(const DtlsIdentity& identity);
  ~DtlsContext();
  DtlsContext(DtlsContext&&) noexcept;
  DtlsContext& operator=(DtlsContext&&) noexcept;

  ssl_ctx_st* get() const { return ctx_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* ctx) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> ctx_;
};

}  // namespace parley
