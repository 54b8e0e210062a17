#include "recorder/track/av1_assembler.h"

#include <utility>

#include "recorder/track/av1_sequence.h"
#include "sfu/base/bytes.h"
#include "sfu/wire/av1_aggregation_header.h"

namespace parley {
namespace {

// AV1 bitstream specification, section 6.2.2.
constexpr uint8_t kSequenceHeader = 1;
constexpr uint8_t kTemporalDelimiter = 2;
constexpr uint8_t kFrameHeader = 3;
constexpr uint8_t kFrame = 6;
constexpr uint8_t kTileList = 8;
constexpr uint8_t kPadding = 15;

// leb128(), of up to 32 bits. Not ok() when it is longer.
std::optional<size_t> ReadSize(ByteReader& in) {
  uint64_t value = 0;
  for (size_t i = 0; i < 5; ++i) {
    const uint8_t byte = in.U8();
    if (!in.ok()) return std::nullopt;
    value |= uint64_t{byte & 0x7FU} << 7 * i;
    if ((byte & 0x80) == 0) return static_cast<size_t>(value);
  }
  return std::nullopt;
}

void AppendSize(std::vector<uint8_t>& out, size_t size) {
  for (; size >= 0x80; size >>= 7) out.push_back(static_cast<uint8_t>(size | 0x80));
  out.push_back(static_cast<uint8_t>(size));
}

}  // namespace

std::optional<MediaFrame> Av1Assembler::Add(const RtpView& packet, bool gap_before) {
  if (gap_before) Damage();
  // Padding alone keeps a pacer's rate and says nothing of the picture.
  if (packet.payload().empty()) return std::nullopt;
  if (builder_.frame() == nullptr || builder_.frame()->timestamp != packet.timestamp()) {
    if (builder_.frame() != nullptr) Damage();  // its last packet never came
    builder_.Begin(packet.timestamp());
    fragment_.clear();
    has_frame_ = false;
  }
  if (!AddPayload(packet.payload())) {
    Damage();
    return std::nullopt;
  }
  if (!packet.marker()) return std::nullopt;
  if (!fragment_.empty()) {
    Damage();
    return std::nullopt;
  }
  return builder_.Complete();
}

void Av1Assembler::Damage() {
  builder_.Damage();
  fragment_.clear();
}

bool Av1Assembler::AddPayload(std::span<const uint8_t> payload) {
  const auto header = Av1AggregationHeader::Parse(payload);
  if (!header || header->continues_fragment == fragment_.empty()) return false;
  ByteReader in(payload.subspan(1));
  for (size_t i = 1; in.remaining() > 0; ++i) {
    // The last of a counted number has no size.
    const bool last = i == header->obu_count;
    const std::optional<size_t> size = last ? in.remaining() : ReadSize(in);
    if (!size || *size > in.remaining()) return false;
    const std::span<const uint8_t> part = in.Bytes(*size);
    if (fragment_.size() + part.size() > FrameBuilder::kMaxFrame) return false;
    const bool goes_on = in.remaining() == 0 && header->ends_in_fragment;
    if (goes_on || !fragment_.empty()) {
      fragment_.insert(fragment_.end(), part.begin(), part.end());
      if (goes_on) return !fragment_.empty();
      const std::vector<uint8_t> whole = std::move(fragment_);
      fragment_.clear();
      if (!AddObu(whole)) return false;
    } else if (!AddObu(part)) {
      return false;
    }
  }
  return true;
}

// |F| type |X|S|-| then, with X, the layers, and, with S, the size (section 5.3.2).
bool Av1Assembler::AddObu(std::span<const uint8_t> obu) {
  if (obu.empty()) return true;
  const uint8_t header = obu[0];
  const auto type = static_cast<uint8_t>(header >> 3 & 0x0F);
  ByteReader in(obu.subspan(1));
  if ((header & 0x80) != 0) return false;
  if (type == kTemporalDelimiter || type == kTileList || type == kPadding) return true;
  std::vector<uint8_t> whole = {static_cast<uint8_t>(header | 0x02)};
  if ((header & 0x04) != 0) whole.push_back(in.U8());
  const std::optional<size_t> size = (header & 0x02) != 0 ? ReadSize(in) : in.remaining();
  if (!in.ok() || !size || *size > in.remaining()) return false;
  const std::span<const uint8_t> payload = in.Bytes(*size);
  AppendSize(whole, *size);
  whole.insert(whole.end(), payload.begin(), payload.end());
  return NoteObu(type, payload, whole) && builder_.Append(whole);
}

bool Av1Assembler::NoteObu(uint8_t type, std::span<const uint8_t> payload,
                           std::span<const uint8_t> whole) {
  MediaFrame& frame = *builder_.frame();
  if (type == kSequenceHeader) {
    const auto sequence = Av1Sequence::Parse(payload);
    if (!sequence) return false;
    frame.width = sequence->width;
    frame.height = sequence->height;
    frame.codec_private = sequence->Configuration(whole);
  }
  if ((type != kFrameHeader && type != kFrame) || has_frame_) return true;
  if (payload.empty()) return false;
  has_frame_ = true;
  // show_existing_frame and frame_type are zero of a key frame (section 5.9.2); a decoder enters
  // only where a sequence header stands before it.
  frame.key_frame = (payload[0] & 0xE0) == 0 && frame.width > 0;
  return true;
}

}  // namespace parley
