#pragma once

// What goes to a recorder over its sockets, one message a datagram: 16 bytes of header, little
// endian, and the payload. recorder/FORMAT.md has the payloads. A source that is opened again has
// another SSRC, for what was sent before comes over another socket and perhaps later. Values, any
// thread.

#include <array>
#include <cstdint>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"

namespace parley {

enum class FeedMessage : uint8_t {
  // To the recorder.
  kRtp = 1,           // a whole packet in clear
  kSenderReport = 2,  // u64 NTP time, u32 RTP time
  kEvent = 3,         // JSON
  kSourceOpen = 4,    // JSON
  kSourceClose = 5,
  kEnd = 6,
};

// From the recorder, over its control socket.
enum class FeedReply : uint8_t {
  kKeyFrameWanted = 1,
  kStatus = 2,   // JSON
  kTrouble = 3,  // JSON
};

// The header extension abs-capture-time of packets, where their sender has sent it; no other is
// passed on.
inline constexpr uint8_t kFeedCaptureTimeId = 1;

inline constexpr size_t kFeedHeaderSize = 16;
using FeedHeader = std::array<uint8_t, kFeedHeaderSize>;

// `at` is the steady clock's when the payload arrived.
inline FeedHeader WriteFeedHeader(FeedMessage type, Ssrc ssrc, Timestamp at) {
  FeedHeader header{static_cast<uint8_t>(type)};
  for (size_t i = 0; i < 4; ++i) header[4 + i] = static_cast<uint8_t>(ssrc.value() >> 8 * i);
  const auto us = static_cast<uint64_t>(at.us());
  for (size_t i = 0; i < 8; ++i) header[8 + i] = static_cast<uint8_t>(us >> 8 * i);
  return header;
}

}  // namespace parley
