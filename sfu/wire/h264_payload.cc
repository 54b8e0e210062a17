#include "sfu/wire/h264_payload.h"

#include "sfu/base/bytes.h"

namespace parley {
namespace {

// RFC 6184 section 5.2, ISO/IEC 14496-10 table 7-1.
constexpr uint8_t kSlice = 1;
constexpr uint8_t kIdrSlice = 5;
constexpr uint8_t kSps = 7;
constexpr uint8_t kPps = 8;
constexpr uint8_t kLastSingle = 23;
constexpr uint8_t kStapA = 24;
constexpr uint8_t kFuA = 28;

uint8_t TypeOf(uint8_t header) { return header & 0x1F; }

// `body` is what follows the NAL unit's header. first_mb_in_slice is the slice header's first
// field, in Exp-Golomb code: 0 is a single set bit.
void Note(uint8_t type, std::span<const uint8_t> body, H264Payload& p) {
  if (type == kSps) p.has_sps = true;
  if (type == kPps) p.has_pps = true;
  if (type != kSlice && type != kIdrSlice) return;
  p.slice_start = true;
  if (type == kIdrSlice) p.idr_start = true;
  if (!body.empty() && (body[0] & 0x80) != 0) p.first_macroblock = true;
}

bool ReadAggregate(std::span<const uint8_t> payload, H264Payload& p) {
  ByteReader in(payload.subspan(1));
  if (in.remaining() == 0) return false;
  while (in.remaining() > 0) {
    std::span<const uint8_t> unit = in.Bytes(in.U16());
    if (!in.ok() || unit.empty()) return false;
    Note(TypeOf(unit[0]), unit.subspan(1), p);
  }
  return true;
}

// |F|NRI| 28 | then |S|E|R|type| (section 5.8).
bool ReadFragment(std::span<const uint8_t> payload, H264Payload& p) {
  if (payload.size() < 3) return false;
  bool start = (payload[1] & 0x80) != 0;
  p.first_in_slice = start;
  if (start) Note(TypeOf(payload[1]), payload.subspan(2), p);
  return true;
}

}  // namespace

std::optional<H264Payload> H264Payload::Parse(std::span<const uint8_t> payload) {
  if (payload.empty()) return std::nullopt;
  H264Payload p;
  uint8_t type = TypeOf(payload[0]);
  if (type == kStapA) {
    if (!ReadAggregate(payload, p)) return std::nullopt;
  } else if (type == kFuA) {
    if (!ReadFragment(payload, p)) return std::nullopt;
  } else if (type >= 1 && type <= kLastSingle) {
    Note(type, payload.subspan(1), p);
  } else {
    return std::nullopt;
  }
  return p;
}

}  // namespace parley
