#include "recorder/track/h264_assembler.h"

#include <array>

#include "recorder/track/h264_parameters.h"
#include "sfu/base/bytes.h"

namespace parley {
namespace {

// RFC 6184 section 5.2, ITU-T H.264 table 7-1.
constexpr uint8_t kSlice = 1;
constexpr uint8_t kIdrSlice = 5;
constexpr uint8_t kSps = 7;
constexpr uint8_t kPps = 8;
constexpr uint8_t kDelimiter = 9;
constexpr uint8_t kFiller = 12;
constexpr uint8_t kLastSingle = 23;
constexpr uint8_t kStapA = 24;
constexpr uint8_t kFuA = 28;
constexpr std::array<uint8_t, 4> kSizeRoom{};

uint8_t TypeOf(uint8_t header) { return header & 0x1F; }

void WriteSize(std::vector<uint8_t>& data, size_t at) {
  const size_t size = data.size() - at - kSizeRoom.size();
  for (size_t i = 0; i < kSizeRoom.size(); ++i)
    data[at + i] = static_cast<uint8_t>(size >> (24 - 8 * i));
}

}  // namespace

std::optional<MediaFrame> H264Assembler::Add(const RtpView& packet, bool gap_before) {
  if (gap_before) Damage();
  // Padding alone keeps a pacer's rate and says nothing of the picture.
  if (packet.payload().empty()) return std::nullopt;
  if (builder_.frame() == nullptr || builder_.frame()->timestamp != packet.timestamp()) {
    if (builder_.frame() != nullptr) Damage();  // its last packet never came
    builder_.Begin(packet.timestamp());
    has_slice_ = false;
    fragment_at_.reset();
  }
  if (!AddPayload(packet.payload())) {
    Damage();
    return std::nullopt;
  }
  if (!packet.marker()) return std::nullopt;
  if (fragment_at_) {
    Damage();
    return std::nullopt;
  }
  MediaFrame& frame = *builder_.frame();
  if (frame.key_frame) {
    if (const auto sequence = H264Sequence::Parse(sps_)) {
      frame.codec_private = H264Configuration(*sequence, sps_, pps_);
      if (!frame.codec_private.empty()) {
        frame.width = sequence->width;
        frame.height = sequence->height;
      }
    }
    // A key frame that no decoder could be set up for ends what was before it.
    if (frame.width == 0) {
      Damage();
      return std::nullopt;
    }
  }
  return builder_.Complete();
}

void H264Assembler::Damage() {
  builder_.Damage();
  fragment_at_.reset();
  has_slice_ = false;
}

bool H264Assembler::AddPayload(std::span<const uint8_t> payload) {
  const uint8_t type = TypeOf(payload[0]);
  if (type == kFuA) return AddFragment(payload);
  if (fragment_at_) return false;
  if (type >= 1 && type <= kLastSingle) return AddUnit(payload);
  if (type != kStapA || payload.size() < 2) return false;
  ByteReader in(payload.subspan(1));
  while (in.remaining() > 0) {
    const std::span<const uint8_t> unit = in.Bytes(in.U16());
    if (!in.ok() || unit.empty() || !AddUnit(unit)) return false;
  }
  return true;
}

// |F|NRI| 28 | then |S|E|R|type| (section 5.8).
bool H264Assembler::AddFragment(std::span<const uint8_t> payload) {
  if (payload.size() < 3) return false;
  const bool start = (payload[1] & 0x80) != 0;
  const bool end = (payload[1] & 0x40) != 0;
  // A set in pieces would have to be kept apart; none is that large.
  if (start == fragment_at_.has_value() || TypeOf(payload[1]) == kSps ||
      TypeOf(payload[1]) == kPps) {
    return false;
  }
  if (start) {
    const auto header = static_cast<uint8_t>((payload[0] & 0xE0) | TypeOf(payload[1]));
    if (!NoteSlice(TypeOf(payload[1]), payload.subspan(2))) return false;
    fragment_at_ = builder_.frame()->data.size();
    if (!builder_.Append(kSizeRoom) || !builder_.Append({&header, 1})) return false;
  }
  if (!builder_.Append(payload.subspan(2))) return false;
  if (end) {
    WriteSize(builder_.frame()->data, *fragment_at_);
    fragment_at_.reset();
  }
  return true;
}

bool H264Assembler::AddUnit(std::span<const uint8_t> unit) {
  const uint8_t type = TypeOf(unit[0]);
  if (type == kSps) {
    sps_.assign(unit.begin(), unit.end());
    return true;
  }
  if (type == kPps) {
    pps_.assign(unit.begin(), unit.end());
    return true;
  }
  if (type == kDelimiter || type == kFiller) return true;
  if (!NoteSlice(type, unit.subspan(1))) return false;
  const size_t at = builder_.frame()->data.size();
  if (!builder_.Append(kSizeRoom) || !builder_.Append(unit)) return false;
  WriteSize(builder_.frame()->data, at);
  return true;
}

// False when the picture's first slice is not its beginning: first_mb_in_slice, the header's first
// field, is 0 when its first bit is set.
bool H264Assembler::NoteSlice(uint8_t type, std::span<const uint8_t> body) {
  if (type < kSlice || type > kIdrSlice) return true;
  if (body.empty() || (!has_slice_ && (body[0] & 0x80) == 0)) return false;
  if (!has_slice_) builder_.frame()->key_frame = type == kIdrSlice;
  has_slice_ = true;
  return true;
}

}  // namespace parley
