#pragma once

// Redundant audio (RFC 2198 section 3): the block headers and where the primary block lies, so that
// it can be forwarded alone to whoever takes no RED. View over borrowed memory, any thread. At most
// kMaxBlocks blocks.

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/ids.h"

namespace parley {

class RedView {
 public:
  static constexpr size_t kMaxBlocks = 16;

  struct Block {
    PayloadType payload_type;
    uint16_t timestamp_offset = 0;  // RTP units before the packet's timestamp; 0 for the primary
    std::span<const uint8_t> data;
  };

  // Nothing unless all redundant blocks fit the payload.
  static std::optional<RedView> Parse(std::span<const uint8_t> payload);

  size_t block_count() const { return count_; }
  // In the order of the packet: the oldest first, the primary last. `i` < block_count().
  const Block& block(size_t i) const { return blocks_[i]; }
  const Block& primary() const { return blocks_[count_ - 1]; }
  // Where the primary's data begins in the payload.
  size_t primary_offset() const { return primary_offset_; }

 private:
  RedView() = default;

  std::array<Block, kMaxBlocks> blocks_;
  uint8_t count_ = 0;
  uint16_t primary_offset_ = 0;
};

}  // namespace parley
