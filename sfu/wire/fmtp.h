#pragma once

// The parameters of a=fmtp (RFC 8866 section 6.15) as the payload formats in use write them:
// "name=value" pairs with ';' between. A view: borrows the text. Any thread.

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley {

class Fmtp {
 public:
  explicit Fmtp(std::string_view parameters) : parameters_(parameters) {}

  // Names are compared without case. Nothing when it is not there; empty for a bare name.
  std::optional<std::string_view> Find(std::string_view name) const;
  // A decimal number; nothing when it is absent or no number.
  std::optional<uint32_t> FindNumber(std::string_view name) const;

 private:
  std::string_view parameters_;
};

// H.264 (RFC 6184 section 8.1).
struct H264Fmtp {
  // 24 bits: profile_idc, profile-iop, level_idc. Absent means Baseline at level 1 (0x42000a), as
  // in section 8.1.
  uint32_t profile_level_id = 0x42000a;
  uint8_t packetization_mode = 0;  // 0..2
  bool level_asymmetry_allowed = false;
  // Nothing when profile-level-id is not 6 hex digits or packetization-mode is not 0..2.
  static std::optional<H264Fmtp> Parse(std::string_view parameters);
};

// The profiles that decoders tell apart (RFC 6184 table 5); levels do not count.
enum class H264Profile : uint8_t {
  kConstrainedBaseline,
  kBaseline,
  kMain,
  kConstrainedHigh,
  kHigh,
  kPredictiveHigh444,
};
std::optional<H264Profile> H264ProfileOf(uint32_t profile_level_id);

// VP9 "profile-id" (RFC 9628 section 6), AV1 "profile" (AV1 RTP section 7.2.1): 0 when absent,
// nothing when it is no number or larger than 3 (2 for AV1).
std::optional<uint8_t> Vp9ProfileId(std::string_view parameters);
std::optional<uint8_t> Av1Profile(std::string_view parameters);

// Opus (RFC 7587 section 6.1); absent ones have the defaults that it gives.
struct OpusFmtp {
  bool stereo = false;
  bool sprop_stereo = false;
  bool use_inband_fec = false;
  bool use_dtx = false;
  uint32_t min_ptime = 3;              // ms
  uint32_t max_playback_rate = 48000;  // Hz
  uint32_t max_average_bitrate = 0;    // bit/s; 0: not said
  static OpusFmtp Parse(std::string_view parameters);
};

// RED (RFC 2198 section 5): "111/111". The payload type of all its blocks; nothing when they
// differ or there is none.
std::optional<uint8_t> RedBlockPayloadType(std::string_view parameters);

// RTX (RFC 4588 section 8.1): the payload type that it repairs.
std::optional<uint8_t> RtxApt(std::string_view parameters);

}  // namespace parley
