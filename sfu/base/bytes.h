#pragma once

// Big-endian access to wire bytes. Loads and stores trust the caller's bounds; ByteReader and
// ByteWriter check every step and stay failed once they failed. Values over borrowed memory.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace parley {

inline uint16_t LoadBe16(const uint8_t* p) { return static_cast<uint16_t>(p[0] << 8 | p[1]); }
inline uint32_t LoadBe24(const uint8_t* p) {
  return static_cast<uint32_t>(p[0]) << 16 | static_cast<uint32_t>(p[1]) << 8 | p[2];
}
inline uint32_t LoadBe32(const uint8_t* p) {
  return static_cast<uint32_t>(p[0]) << 24 | static_cast<uint32_t>(p[1]) << 16 |
         static_cast<uint32_t>(p[2]) << 8 | p[3];
}
inline uint64_t LoadBe64(const uint8_t* p) {
  return static_cast<uint64_t>(LoadBe32(p)) << 32 | LoadBe32(p + 4);
}
inline void StoreBe16(uint8_t* p, uint16_t v) {
  p[0] = static_cast<uint8_t>(v >> 8);
  p[1] = static_cast<uint8_t>(v);
}
inline void StoreBe24(uint8_t* p, uint32_t v) {
  p[0] = static_cast<uint8_t>(v >> 16);
  p[1] = static_cast<uint8_t>(v >> 8);
  p[2] = static_cast<uint8_t>(v);
}
inline void StoreBe32(uint8_t* p, uint32_t v) {
  StoreBe16(p, static_cast<uint16_t>(v >> 16));
  StoreBe16(p + 2, static_cast<uint16_t>(v));
}
inline void StoreBe64(uint8_t* p, uint64_t v) {
  StoreBe32(p, static_cast<uint32_t>(v >> 32));
  StoreBe32(p + 4, static_cast<uint32_t>(v));
}

class ByteReader {
 public:
  explicit ByteReader(std::span<const uint8_t> data) : data_(data) {}

  bool ok() const { return ok_; }
  size_t remaining() const { return data_.size() - pos_; }
  size_t position() const { return pos_; }

  // Each returns 0 (or an empty span) and fails the reader when too few bytes are left.
  uint8_t U8() { return Need(1) ? data_[pos_++] : 0; }
  uint16_t U16() { return Need(2) ? Advance(2, LoadBe16(data_.data() + pos_)) : uint16_t{0}; }
  uint32_t U24() { return Need(3) ? Advance(3, LoadBe24(data_.data() + pos_)) : 0; }
  uint32_t U32() { return Need(4) ? Advance(4, LoadBe32(data_.data() + pos_)) : 0; }
  uint64_t U64() { return Need(8) ? Advance(8, LoadBe64(data_.data() + pos_)) : 0; }
  std::span<const uint8_t> Bytes(size_t n) {
    if (!Need(n)) return {};
    return Advance(n, data_.subspan(pos_, n));
  }
  void Skip(size_t n) {
    if (Need(n)) pos_ += n;
  }

 private:
  bool Need(size_t n) {
    ok_ = ok_ && n <= remaining();
    return ok_;
  }
  template <class T>
  T Advance(size_t n, T value) {
    pos_ += n;
    return value;
  }

  std::span<const uint8_t> data_;
  size_t pos_ = 0;
  bool ok_ = true;
};

class ByteWriter {
 public:
  explicit ByteWriter(std::span<uint8_t> out) : out_(out) {}

  bool ok() const { return ok_; }
  size_t size() const { return pos_; }
  size_t remaining() const { return out_.size() - pos_; }
  std::span<uint8_t> written() const { return out_.first(pos_); }

  // Each writes nothing and fails the writer when there is too little room.
  void U8(uint8_t v) {
    if (uint8_t* p = Take(1)) *p = v;
  }
  void U16(uint16_t v) {
    if (uint8_t* p = Take(2)) StoreBe16(p, v);
  }
  void U24(uint32_t v) {
    if (uint8_t* p = Take(3)) StoreBe24(p, v);
  }
  void U32(uint32_t v) {
    if (uint8_t* p = Take(4)) StoreBe32(p, v);
  }
  void U64(uint64_t v) {
    if (uint8_t* p = Take(8)) StoreBe64(p, v);
  }
  void Bytes(std::span<const uint8_t> data) {
    uint8_t* p = Take(data.size());
    if (p && !data.empty()) std::memcpy(p, data.data(), data.size());
  }
  void Zeros(size_t n) {
    uint8_t* p = Take(n);
    if (p && n) std::memset(p, 0, n);
  }

 private:
  uint8_t* Take(size_t n) {
    if (!ok_ || n > out_.size() - pos_) {
      ok_ = false;
      return nullptr;
    }
    uint8_t* p = out_.data() + pos_;
    pos_ += n;
    return p;
  }

  std::span<uint8_t> out_;
  size_t pos_ = 0;
  bool ok_ = true;
};

}  // namespace parley
