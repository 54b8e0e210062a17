#include "recorder/track/av1_sequence.h"

#include <algorithm>
#include <array>

#include "recorder/track/bit_reader.h"

namespace parley {
namespace {

// timing_info() and decoder_model_info(): the length of an operating point's delays, or nothing
// when no decoder model is described.
std::optional<size_t> ReadTiming(BitReader& in) {
  if (!in.Flag()) return std::nullopt;
  in.Skip(64);
  if (in.Flag()) in.Unsigned();  // uvlc() is coded as Exp-Golomb is
  if (!in.Flag()) return std::nullopt;
  const size_t length = in.Bits(5) + 1;
  in.Skip(42);
  return length;
}

void ReadOperatingPoints(BitReader& in, Av1Sequence& sequence) {
  const std::optional<size_t> delay_length = ReadTiming(in);
  const bool has_display_delay = in.Flag();
  const uint32_t points = in.Bits(5) + 1;
  for (uint32_t i = 0; i < points && in.ok(); ++i) {
    in.Skip(12);
    const uint32_t level = in.Bits(5);
    const bool high_tier = level > 7 && in.Flag();
    if (i == 0) {
      sequence.level = static_cast<uint8_t>(level);
      sequence.high_tier = high_tier;
    }
    if (delay_length && in.Flag()) in.Skip(2 * *delay_length + 1);
    if (has_display_delay && in.Flag()) in.Skip(4);
  }
}

// From enable_interintra_compound to order_hint_bits_minus_1.
void SkipTools(BitReader& in) {
  in.Skip(4);
  const bool order_hint = in.Flag();
  if (order_hint) in.Skip(2);
  const bool screen_content = in.Flag() || in.Flag();
  if (screen_content && !in.Flag()) in.Skip(1);
  if (order_hint) in.Skip(3);
}

}  // namespace

std::optional<Av1Sequence> Av1Sequence::Parse(std::span<const uint8_t> payload) {
  BitReader in(payload);
  Av1Sequence sequence;
  if (in.Bits(3) != 0) return std::nullopt;
  in.Skip(1);  // still_picture
  const bool reduced = in.Flag();
  if (reduced) {
    sequence.level = static_cast<uint8_t>(in.Bits(5));
  } else {
    ReadOperatingPoints(in, sequence);
  }
  const size_t width_bits = in.Bits(4) + 1;
  const size_t height_bits = in.Bits(4) + 1;
  const uint32_t width = in.Bits(width_bits) + 1;
  const uint32_t height = in.Bits(height_bits) + 1;
  if (!reduced && in.Flag()) in.Skip(7);  // frame ids
  in.Skip(3);
  if (!reduced) SkipTools(in);
  in.Skip(3);
  sequence.high_bit_depth = in.Flag();
  sequence.monochrome = in.Flag();
  if (!in.ok() || width > UINT16_MAX || height > UINT16_MAX) return std::nullopt;
  sequence.width = static_cast<uint16_t>(width);
  sequence.height = static_cast<uint16_t>(height);
  return sequence;
}

std::vector<uint8_t> Av1Sequence::Configuration(std::span<const uint8_t> obu) const {
  // Marker and version; profile and level; tier, depth, colour planes, 4:2:0.
  const std::array<uint8_t, 4> head = {
      0x81, level,
      static_cast<uint8_t>((high_tier ? 0x80 : 0) | (high_bit_depth ? 0x40 : 0) |
                           (monochrome ? 0x10 : 0) | 0x0C),
      0};
  std::vector<uint8_t> out(head.size() + obu.size());
  std::ranges::copy(head, out.begin());
  std::ranges::copy(obu, out.begin() + head.size());
  return out;
}

}  // namespace parley
