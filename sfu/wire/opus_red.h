#pragma once

// Redundant audio (RFC 2198 section 3): the block headers and where the primary block lies, so that
// it can be forwarded alone to whoever takes no RED; and the same written, for receivers who lose
// packets. Functions and a view over borrowed memory, any thread. At most kMaxBlocks blocks.

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/ids.h"

namespace parley {

struct RedBlock {
  PayloadType payload_type;
  uint16_t timestamp_offset = 0;  // RTP units before the packet's timestamp; 0 for the primary
  std::span<const uint8_t> data;
};

// Of a redundant block, by the bits that its header has for them.
inline constexpr uint16_t kMaxRedTimestampOffset = 0x3FFF;
inline constexpr size_t kMaxRedBlockSize = 0x3FF;

class RedView {
 public:
  static constexpr size_t kMaxBlocks = 16;

  // Nothing unless all redundant blocks fit the payload.
  static std::optional<RedView> Parse(std::span<const uint8_t> payload);

  size_t block_count() const { return count_; }
  // In the order of the packet: the oldest first, the primary last. `i` < block_count().
  const RedBlock& block(size_t i) const { return blocks_[i]; }
  const RedBlock& primary() const { return blocks_[count_ - 1]; }
  // Where the primary's data begins in the payload.
  size_t primary_offset() const { return primary_offset_; }

 private:
  RedView() = default;

  std::array<RedBlock, kMaxBlocks> blocks_;
  uint8_t count_ = 0;
  uint16_t primary_offset_ = 0;
};

// What stands before the primary block's data.
size_t RedPrefixSize(std::span<const RedBlock> redundant);
// Writes it: `out` has RedPrefixSize(redundant) bytes. Oldest first, within the two bounds above.
void WriteRedPrefix(std::span<const RedBlock> redundant, PayloadType primary,
                    std::span<uint8_t> out);

}  // namespace parley
