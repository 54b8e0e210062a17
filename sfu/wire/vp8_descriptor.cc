#include "sfu/wire/vp8_descriptor.h"

namespace parley {
namespace {

//       0 1 2 3 4 5 6 7
//      +-+-+-+-+-+-+-+-+
//      |X|R|N|S|R| PID |
//      +-+-+-+-+-+-+-+-+
// X:   |I|L|T|K| RSV   |
//      +-+-+-+-+-+-+-+-+
// I:   |M| PictureID   |  a second byte of it when M is set
//      +-+-+-+-+-+-+-+-+
// L:   |   TL0PICIDX   |
//      +-+-+-+-+-+-+-+-+
// T/K: |TID|Y| KEYIDX  |
//      +-+-+-+-+-+-+-+-+
void ReadExtension(ByteReader& in, Vp8Descriptor& d) {
  uint8_t flags = in.U8();
  if (flags & 0x80) {
    d.picture_id.offset = static_cast<uint16_t>(in.position());
    uint8_t first = in.U8();
    d.picture_id.bits = (first & 0x80) ? 15 : 7;
    d.picture_id.value =
        static_cast<uint16_t>((first & 0x80) ? (first & 0x7F) << 8 | in.U8() : first);
  }
  if (flags & 0x40) {
    d.tl0_pic_idx = {static_cast<uint16_t>(in.position()), in.U8(), 8};
  }
  if (flags & 0x30) {
    uint8_t layer = in.U8();
    if (flags & 0x20) d.temporal_id = layer >> 6;
    d.layer_sync = (layer & 0x20) != 0;
  }
}

// RFC 6386 section 9.1: a three-byte tag whose lowest bit is 0 on key frames, then a start code,
// width and height with two bits of scaling each, little-endian.
void ReadFrameHeader(std::span<const uint8_t> frame, Vp8Descriptor& d) {
  d.key_frame = (frame[0] & 0x01) == 0;
  if (!d.key_frame || frame.size() < 10) return;
  if (frame[3] != 0x9D || frame[4] != 0x01 || frame[5] != 0x2A) return;
  d.width = static_cast<uint16_t>((frame[7] << 8 | frame[6]) & 0x3FFF);
  d.height = static_cast<uint16_t>((frame[9] << 8 | frame[8]) & 0x3FFF);
}

}  // namespace

std::optional<Vp8Descriptor> Vp8Descriptor::Parse(std::span<const uint8_t> payload) {
  ByteReader in(payload);
  Vp8Descriptor d;
  uint8_t first = in.U8();
  d.non_reference = (first & 0x20) != 0;
  d.start_of_partition = (first & 0x10) != 0;
  d.partition = first & 0x07;
  if (first & 0x80) ReadExtension(in, d);
  if (!in.ok() || in.remaining() == 0) return std::nullopt;
  d.size = static_cast<uint8_t>(in.position());
  if (d.frame_start()) ReadFrameHeader(payload.subspan(d.size), d);
  return d;
}

}  // namespace parley
