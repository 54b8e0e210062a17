#include "sfu/wire/opus_red.h"

#include "sfu/base/bytes.h"
#include "sfu/base/check.h"

namespace parley {

//  0                   1                    2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3  4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |1|   block PT  |  timestamp offset         |   block length    |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// and for the primary only |0| block PT |.
std::optional<RedView> RedView::Parse(std::span<const uint8_t> payload) {
  ByteReader in(payload);
  RedView view;
  std::array<uint16_t, kMaxBlocks> sizes{};
  while (true) {
    uint8_t first = in.U8();
    RedBlock& block = view.blocks_[view.count_];
    block.payload_type = PayloadType(first & 0x7F);
    if ((first & 0x80) == 0) break;
    uint32_t rest = in.U24();
    block.timestamp_offset = static_cast<uint16_t>(rest >> 10);
    sizes[view.count_] = rest & 0x3FF;
    if (!in.ok() || ++view.count_ == kMaxBlocks) return std::nullopt;
  }
  for (uint8_t i = 0; i < view.count_; ++i) view.blocks_[i].data = in.Bytes(sizes[i]);
  if (!in.ok()) return std::nullopt;
  view.primary_offset_ = static_cast<uint16_t>(in.position());
  view.blocks_[view.count_++].data = payload.subspan(in.position());
  return view;
}

size_t RedPrefixSize(std::span<const RedBlock> redundant) {
  size_t size = 1;
  for (const RedBlock& block : redundant) size += 4 + block.data.size();
  return size;
}

void WriteRedPrefix(std::span<const RedBlock> redundant, PayloadType primary,
                    std::span<uint8_t> out) {
  ByteWriter writer(out);
  for (const RedBlock& block : redundant) {
    writer.U8(static_cast<uint8_t>(0x80 | block.payload_type.value()));
    writer.U24(static_cast<uint32_t>(block.timestamp_offset) << 10 |
               static_cast<uint32_t>(block.data.size()));
  }
  writer.U8(primary.value());
  for (const RedBlock& block : redundant) writer.Bytes(block.data);
  PARLEY_CHECK(writer.ok());
}

}  // namespace parley
