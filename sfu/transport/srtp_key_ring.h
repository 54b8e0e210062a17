#pragma once

// Expanded keys, shared between the streams of one SRTP session. All streams of a direction derive
// the same session keys (RFC 3711 section 4.3 has no SSRC in it), but libsrtp asks for a cipher per
// stream; expanding the key each time would cost a kilobyte per SSRC. While a KeyRing::Scope lives,
// ciphers of its thread take their keys from that ring. References are counted without atomics
// because a session never leaves its thread.

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace parley {

class KeyRing {
 public:
  // What the ring holds: the key as given, to find it by, and the engine's expansion of it.
  struct Entry {
    virtual ~Entry() = default;
    uint32_t references = 0;
    const void* engine = nullptr;  // tells the expansions of one key by two algorithms apart
    uint8_t key_size = 0;
    std::array<uint8_t, 32> key{};
  };

  KeyRing() = default;
  ~KeyRing();
  KeyRing(const KeyRing&) = delete;
  KeyRing& operator=(const KeyRing&) = delete;

  class Scope {
   public:
    explicit Scope(KeyRing& ring) : outer_(std::exchange(current_, &ring)) {}
    ~Scope() { current_ = outer_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    KeyRing* outer_;
  };

  // The ring of the innermost Scope of this thread; null outside any.
  static KeyRing* Current() { return current_; }

  Entry* Find(const void* engine, std::span<const uint8_t> key) const;
  void Add(Entry* entry);
  size_t size() const { return entries_.size(); }

  static void Release(Entry* entry);

 private:
  static thread_local KeyRing* current_;
  std::vector<Entry*> entries_;
};

// A counted reference to an expanded key: `Expanded` is constructible from the key's bytes.
template <class Expanded>
class SharedKey {
 public:
  SharedKey() = default;
  explicit SharedKey(std::span<const uint8_t> key) {
    static const char engine = 0;
    KeyRing* ring = KeyRing::Current();
    entry_ = ring ? static_cast<Holder*>(ring->Find(&engine, key)) : nullptr;
    if (!entry_) {
      entry_ = new Holder(key);
      entry_->engine = &engine;
      entry_->key_size = static_cast<uint8_t>(key.size());
      std::memcpy(entry_->key.data(), key.data(), key.size());
      if (ring) ring->Add(entry_);
    }
    ++entry_->references;
  }
  SharedKey(SharedKey&& o) noexcept : entry_(std::exchange(o.entry_, nullptr)) {}
  SharedKey& operator=(SharedKey&& o) noexcept {
    std::swap(entry_, o.entry_);
    return *this;
  }
  ~SharedKey() {
    if (entry_) KeyRing::Release(entry_);
  }

  explicit operator bool() const { return entry_ != nullptr; }
  Expanded& operator*() const { return entry_->expanded; }
  Expanded* operator->() const { return &entry_->expanded; }

 private:
  struct Holder final : KeyRing::Entry {
    explicit Holder(std::span<const uint8_t> key) : expanded(key) {}
    Expanded expanded;
  };
  Holder* entry_ = nullptr;
};

}  // namespace parley
