#pragma once

// AES-GCM and AES counter mode by OpenSSL's EVP: for CPUs that ipsec-mb does not know. Any thread.

#include "sfu/transport/srtp_cipher_adapter.h"

namespace parley {

SrtpCipherSet OpensslCiphers();

}  // namespace parley
