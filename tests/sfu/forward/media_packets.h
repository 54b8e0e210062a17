#pragma once

// Packets as browsers send them, for tests: VP8 with picture ids, VP9 SVC, Opus with levels.

#include <cstdint>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"
#include "sfu/wire/rtp_extensions.h"

namespace parley::testing {

using Bytes = std::vector<uint8_t>;

inline constexpr uint8_t kMidId = 1;
inline constexpr uint8_t kRidId = 2;
inline constexpr uint8_t kRepairedRidId = 3;
inline constexpr uint8_t kAudioLevelId = 4;
inline constexpr uint8_t kAbsSendTimeId = 5;
inline constexpr uint8_t kTransportCcId = 6;
inline constexpr uint8_t kDependencyDescriptorId = 7;
inline constexpr uint8_t kAbsCaptureTimeId = 8;

inline constexpr PayloadType kOpusPt{111};
inline constexpr PayloadType kRedPt{63};
inline constexpr PayloadType kVp8Pt{96};
inline constexpr PayloadType kVp8RtxPt{97};
inline constexpr PayloadType kVp9Pt{98};
inline constexpr PayloadType kVp9RtxPt{99};
inline constexpr PayloadType kH264Pt{102};
inline constexpr PayloadType kAv1Pt{104};

HeaderExtensionIds AllExtensions();

struct Vp8Packet {
  Ssrc ssrc;
  SeqNum seq;
  RtpTimestamp timestamp;
  bool frame_start = true;
  bool key_frame = false;
  bool marker = true;
  uint16_t picture_id = 0;  // 15 bits
  uint8_t tl0 = 0;
  int temporal = -1;  // -1: the descriptor tells none
  bool sync = false;  // Y
  uint16_t height = 0;
  size_t size = 100;  // of the payload
  const char* mid = "";
  const char* rid = "";
  int twcc = -1;
  int frame_number = -1;    // 16 bits, in a dependency descriptor; -1: none
  Bytes capture_time = {};  // of abs-capture-time; empty: none
};
Bytes MakeVp8(const Vp8Packet& p);

struct Vp9Packet {
  Ssrc ssrc;
  SeqNum seq;
  RtpTimestamp timestamp;
  bool frame_start = true;
  bool frame_end = true;
  bool inter_picture = true;
  bool marker = false;
  uint8_t spatial = 0;
  uint16_t picture_id = 0;
  uint8_t tl0 = 0;
  bool structure = false;  // three layers, 180, 360 and 720 high
  size_t size = 100;
};
Bytes MakeVp9(const Vp9Packet& p);

struct OpusPacket {
  Ssrc ssrc;
  SeqNum seq;
  RtpTimestamp timestamp;
  int level = -1;  // -dBov; -1: no extension
  bool voice = true;
  PayloadType payload_type = kOpusPt;
  size_t size = 60;
};
Bytes MakeOpus(const OpusPacket& p);

// `payload` as it is.
Bytes MakeRtp(PayloadType pt, Ssrc ssrc, SeqNum seq, RtpTimestamp timestamp, bool marker,
              const Bytes& payload);

}  // namespace parley::testing
