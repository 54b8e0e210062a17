#pragma once

// RFC 4571: each packet on an ICE-TCP connection (RFC 6544) has its length before it, two bytes.
//
//     0                   1                   2                   3
//     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//    |             LENGTH            |  STUN, DTLS, SRTP or SRTCP ... |
//    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//
// One Deframer per connection; frames of more than kMaxFrame bytes end it. One thread.

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace parley {

inline constexpr size_t kTcpFrameHeader = 2;

// The two bytes that go before a packet of `size` bytes, at most 65,535.
std::array<uint8_t, kTcpFrameHeader> TcpFrameHeader(size_t size);

class TcpDeframer {
 public:
  static constexpr size_t kMaxFrame = 1500;

  // Where the next bytes of the stream are to be read to, once Next() gave nothing more; never
  // empty unless failed().
  std::span<uint8_t> WriteSpace();
  // `n` bytes of WriteSpace() were filled.
  void Wrote(size_t n);
  // The next whole packet, mutable for unprotecting in place; valid until the next call of anything
  // here. Empty frames are skipped. Nothing: more bytes are needed, or the stream failed.
  std::optional<std::span<uint8_t>> Next();
  // A frame was larger than kMaxFrame: close the connection.
  bool failed() const { return failed_; }

 private:
  std::array<uint8_t, 2 * (kMaxFrame + kTcpFrameHeader)> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool failed_ = false;
};

}  // namespace parley
