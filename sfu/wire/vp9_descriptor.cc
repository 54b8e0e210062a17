#include "sfu/wire/vp9_descriptor.h"

namespace parley {
namespace {

//       0 1 2 3 4 5 6 7
//      +-+-+-+-+-+-+-+-+
//      |I|P|L|F|B|E|V|Z|
//      +-+-+-+-+-+-+-+-+
// I:   |M| PICTURE ID  |  a second byte of it when M is set
//      +-+-+-+-+-+-+-+-+
// L:   | TID |U| SID |D|
//      +-+-+-+-+-+-+-+-+
//      |   TL0PICIDX   |  when L is set and F is not
//      +-+-+-+-+-+-+-+-+
// P,F: |   P_DIFF    |N|  up to three
//      +-+-+-+-+-+-+-+-+
// V:   | SS ...        |
//      +-+-+-+-+-+-+-+-+
void ReadPictureId(ByteReader& in, Vp9Descriptor& d) {
  d.picture_id.offset = static_cast<uint16_t>(in.position());
  uint8_t first = in.U8();
  d.picture_id.bits = (first & 0x80) ? 15 : 7;
  d.picture_id.value =
      static_cast<uint16_t>((first & 0x80) ? (first & 0x7F) << 8 | in.U8() : first);
}

void ReadLayers(ByteReader& in, Vp9Descriptor& d) {
  uint8_t layers = in.U8();
  d.has_layer_indices = true;
  d.temporal_id = layers >> 5;
  d.switching_up_point = (layers & 0x10) != 0;
  d.spatial_id = (layers >> 1) & 0x07;
  d.inter_layer_dependent = (layers & 0x01) != 0;
  if (!d.flexible) d.tl0_pic_idx = {static_cast<uint16_t>(in.position()), in.U8(), 8};
}

// False when a fourth reference is announced.
bool ReadReferences(ByteReader& in, Vp9Descriptor& d) {
  bool more = true;
  while (more) {
    if (d.reference_count == d.reference_deltas.size()) return false;
    uint8_t reference = in.U8();
    d.reference_deltas[d.reference_count++] = reference >> 1;
    more = in.ok() && (reference & 0x01) != 0;
  }
  return true;
}

//      | N_S |Y|G|-|-|-|
// Y:   | WIDTH  HEIGHT |  16 bits each, for every spatial layer
// G:   |      N_G      |
//      | TID |U| R |-|-|  then R times P_DIFF, for every picture of the group
void ReadStructure(ByteReader& in, Vp9Descriptor& d) {
  uint8_t flags = in.U8();
  d.has_structure = true;
  d.spatial_layers = static_cast<uint8_t>((flags >> 5) + 1);
  d.has_resolutions = (flags & 0x10) != 0;
  if (d.has_resolutions) {
    for (uint8_t i = 0; i < d.spatial_layers; ++i) {
      d.widths[i] = in.U16();
      d.heights[i] = in.U16();
    }
  }
  if ((flags & 0x08) == 0) return;
  uint8_t pictures = in.U8();
  for (uint8_t i = 0; i < pictures && in.ok(); ++i) in.Skip((in.U8() >> 2) & 0x03);
}

}  // namespace

std::optional<Vp9Descriptor> Vp9Descriptor::Parse(std::span<const uint8_t> payload) {
  ByteReader in(payload);
  Vp9Descriptor d;
  uint8_t flags = in.U8();
  d.inter_picture_predicted = (flags & 0x40) != 0;
  d.flexible = (flags & 0x10) != 0;
  d.frame_start = (flags & 0x08) != 0;
  d.frame_end = (flags & 0x04) != 0;
  d.not_reference_for_upper = (flags & 0x01) != 0;
  if (flags & 0x80) ReadPictureId(in, d);
  if (flags & 0x20) ReadLayers(in, d);
  if (d.flexible && d.inter_picture_predicted && !ReadReferences(in, d)) return std::nullopt;
  if (flags & 0x02) ReadStructure(in, d);
  if (!in.ok() || in.remaining() == 0) return std::nullopt;
  d.size = static_cast<uint16_t>(in.position());
  return d;
}

}  // namespace parley
