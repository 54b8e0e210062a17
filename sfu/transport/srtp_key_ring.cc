#include "sfu/transport/srtp_key_ring.h"

#include <openssl/crypto.h>

#include "sfu/transport/srtp_keys.h"

namespace parley {

thread_local KeyRing* KeyRing::current_ = nullptr;

KeyRing::~KeyRing() {
  for (Entry* entry : entries_) Release(entry);
}

KeyRing::Entry* KeyRing::Find(const void* engine, std::span<const uint8_t> key) const {
  for (Entry* entry : entries_) {
    if (entry->engine == engine && entry->key_size == key.size() &&
        CRYPTO_memcmp(entry->key.data(), key.data(), key.size()) == 0) {
      return entry;
    }
  }
  return nullptr;
}

void KeyRing::Add(Entry* entry) {
  ++entry->references;
  entries_.push_back(entry);
}

void KeyRing::Release(Entry* entry) {
  if (--entry->references > 0) return;
  OPENSSL_cleanse(entry->key.data(), entry->key.size());
  delete entry;
}

SrtpKeys::~SrtpKeys() {
  OPENSSL_cleanse(local.data(), local.size());
  OPENSSL_cleanse(remote.data(), remote.size());
}

}  // namespace parley
