#pragma once

// The RTP header extensions (RFC 8285) that Parley understands: their URIs, their negotiated ids,
// and readers and writers of their values. Every reader takes the bytes of one element and returns
// nothing when their number is wrong. Values over borrowed memory, any thread.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sfu/base/bytes.h"
#include "sfu/base/seq_num.h"
#include "sfu/base/short_string.h"
#include "sfu/base/units.h"

namespace parley {

enum class HeaderExtension : uint8_t {
  kMid,
  kRid,
  kRepairedRid,
  kAudioLevel,
  kAbsSendTime,
  kTransportCc,
  kAbsCaptureTime,
  kDependencyDescriptor,
};
inline constexpr int kHeaderExtensionKinds = 8;

inline constexpr std::string_view kMidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";
inline constexpr std::string_view kRidUri = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
inline constexpr std::string_view kRepairedRidUri =
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
inline constexpr std::string_view kAudioLevelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
inline constexpr std::string_view kAbsSendTimeUri =
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
inline constexpr std::string_view kTransportCcUri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
inline constexpr std::string_view kAbsCaptureTimeUri =
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";
inline constexpr std::string_view kDependencyDescriptorUri =
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

std::string_view HeaderExtensionUri(HeaderExtension kind);
std::optional<HeaderExtension> HeaderExtensionFromUri(std::string_view uri);

// Header extensions by their negotiated id on one m-line; 0 is not negotiated.
struct HeaderExtensionIds {
  uint8_t mid = 0;                    // RFC 8843 section 15
  uint8_t rid = 0;                    // RFC 8852
  uint8_t repaired_rid = 0;           // RFC 8852
  uint8_t audio_level = 0;            // RFC 6464
  uint8_t abs_send_time = 0;          // webrtc.org/experiments
  uint8_t transport_cc = 0;           // draft-holmer-rmcat-transport-wide-cc-extensions-01
  uint8_t abs_capture_time = 0;       // webrtc.org/experiments
  uint8_t dependency_descriptor = 0;  // AV1 RTP payload format, appendix A

  uint8_t Get(HeaderExtension kind) const;
  void Set(HeaderExtension kind, uint8_t id);
  bool operator==(const HeaderExtensionIds&) const = default;
};

// The same as a two-way table.
class ExtensionMap {
 public:
  ExtensionMap() = default;
  explicit ExtensionMap(const HeaderExtensionIds& ids);

  // 0 when not negotiated.
  uint8_t IdOf(HeaderExtension kind) const { return ids_[static_cast<size_t>(kind)]; }
  // Nothing for 0 and for ids that were not negotiated.
  std::optional<HeaderExtension> KindOf(uint8_t id) const;

 private:
  std::array<uint8_t, kHeaderExtensionKinds> ids_{};
};

// 1..16 bytes (RFC 8843, RFC 8852).
std::optional<Mid> ReadMid(std::span<const uint8_t> data);
std::optional<Rid> ReadRid(std::span<const uint8_t> data);

// RFC 6464: the level in -dBov, 0 (loudest) to 127 (silence).
struct AudioLevel {
  uint8_t level = 127;
  bool voice = false;
  bool operator==(const AudioLevel&) const = default;
};
inline constexpr size_t kAudioLevelSize = 1;
std::optional<AudioLevel> ReadAudioLevel(std::span<const uint8_t> data);
inline void WriteAudioLevel(AudioLevel level, std::span<uint8_t, kAudioLevelSize> out) {
  out[0] = static_cast<uint8_t>((level.voice ? 0x80 : 0) | (level.level & 0x7F));
}

// Seconds as 6.18 fixed point, wrapping every 64 s.
inline constexpr size_t kAbsSendTimeSize = 3;
std::optional<uint32_t> ReadAbsSendTime(std::span<const uint8_t> data);
inline void WriteAbsSendTime(uint32_t value, std::span<uint8_t, kAbsSendTimeSize> out) {
  StoreBe24(out.data(), value);
}
uint32_t AbsSendTimeFrom(Timestamp now);

inline constexpr size_t kTransportSequenceSize = 2;
// Takes the 4-byte version of the extension too and ignores its feedback request.
std::optional<SeqNum> ReadTransportSequence(std::span<const uint8_t> data);
inline void WriteTransportSequence(SeqNum seq, std::span<uint8_t, kTransportSequenceSize> out) {
  StoreBe16(out.data(), seq.value());
}

struct AbsCaptureTime {
  uint64_t ntp = 0;                     // capture time on the capturer's clock, 32.32
  std::optional<int64_t> clock_offset;  // the capturer's clock minus the sender's, 32.32
  bool operator==(const AbsCaptureTime&) const = default;
};
inline constexpr size_t kAbsCaptureTimeSize = 8;
inline constexpr size_t kAbsCaptureTimeWithOffsetSize = 16;
std::optional<AbsCaptureTime> ReadAbsCaptureTime(std::span<const uint8_t> data);
// The part of `out` that was written: 8 bytes, 16 with an offset.
std::span<const uint8_t> WriteAbsCaptureTime(const AbsCaptureTime& time,
                                             std::span<uint8_t, kAbsCaptureTimeWithOffsetSize> out);

}  // namespace parley
