#include "sfu/wire/rtp.h"

namespace parley {

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                           timestamp                           |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |           synchronization source (SSRC) identifier            |
// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
// |            contributing source (CSRC) identifiers             |
// |                             ....                              |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |      defined by profile       |           length              |  if X
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                        header extension                       |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
std::optional<RtpView> RtpView::Parse(std::span<const uint8_t> packet) {
  if (packet.size() < kRtpFixedHeaderSize || packet.size() > UINT16_MAX) return std::nullopt;
  uint8_t first = packet[0];
  if (first >> 6 != 2) return std::nullopt;

  RtpView view;
  view.packet_ = packet;
  size_t size = kRtpFixedHeaderSize + 4 * (first & 0x0F);
  if (first & 0x10) {
    if (size + 4 > packet.size()) return std::nullopt;
    view.extension_profile_ = LoadBe16(packet.data() + size);
    size_t block_size = size_t{4} * LoadBe16(packet.data() + size + 2);
    size += 4;
    if (block_size > packet.size() - size) return std::nullopt;
    if (view.extension_profile_ == kRtpOneByteProfile ||
        (view.extension_profile_ & 0xFFF0) == kRtpTwoByteProfile) {
      view.extensions_ = packet.subspan(size, block_size);
    } else {
      view.unknown_profile_ = block_size > 0;
    }
    size += block_size;
  }
  if (size > packet.size()) return std::nullopt;
  view.header_size_ = static_cast<uint16_t>(size);
  if (first & 0x20) {
    uint8_t padding = packet.back();
    if (padding == 0 || padding > packet.size() - size) return std::nullopt;
    view.padding_size_ = padding;
  }
  return view;
}

std::optional<std::span<const uint8_t>> RtpView::FindExtension(uint8_t id) const {
  if (id == 0) return std::nullopt;
  if (extension_profile_ == kRtpOneByteProfile) return FindOneByte(id);
  std::span<const uint8_t> rest = extensions_;
  Extension element;
  while (NextExtension(rest, element)) {
    if (element.id == id) return element.data;
  }
  return std::nullopt;
}

// The common case of every packet's walk, without the spans that NextExtension makes on its way.
std::optional<std::span<const uint8_t>> RtpView::FindOneByte(uint8_t id) const {
  const uint8_t* data = extensions_.data();
  size_t end = extensions_.size();
  for (size_t at = 0; at < end;) {
    uint8_t head = data[at++];
    if (head == 0) continue;
    size_t size = (head & 0x0F) + 1u;
    uint8_t element = head >> 4;
    if (element == 0 || element == 15 || size > end - at) break;
    if (element == id) return extensions_.subspan(at, size);
    at += size;
  }
  return std::nullopt;
}

// RFC 8285 section 4.2, one byte:           section 4.3, two bytes:
//   0 1 2 3 4 5 6 7                           0                   1
//  +-+-+-+-+-+-+-+-+                          0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//  |  ID   | len-1 |                         +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  +-+-+-+-+-+-+-+-+                         |       ID      |     length    |
//                                            +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// A zero byte where an element would begin is padding. Id 15 of the one-byte form ends the block.
bool RtpView::NextExtension(std::span<const uint8_t>& rest, Extension& element) const {
  bool one_byte = extension_profile_ == kRtpOneByteProfile;
  while (!rest.empty()) {
    size_t head = one_byte ? 1 : 2;
    uint8_t id = one_byte ? rest[0] >> 4 : rest[0];
    if (id == 0) {
      // Only as a whole zero byte; with a length it ends the block (RFC 8285 section 4.2).
      if (one_byte && rest[0] != 0) return false;
      rest = rest.subspan(1);
      continue;
    }
    if ((one_byte && id == 15) || rest.size() < head) return false;
    size_t size = one_byte ? (rest[0] & 0x0F) + 1u : rest[1];
    if (head + size > rest.size()) return false;
    element = {id, rest.subspan(head, size)};
    rest = rest.subspan(head + size);
    return true;
  }
  return false;
}

}  // namespace parley
