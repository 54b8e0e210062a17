#include "recorder/track/h264_parameters.h"

#include <algorithm>
#include <array>

#include "recorder/track/bit_reader.h"

namespace parley {
namespace {

constexpr size_t kMaxParameterSet = 4096;
constexpr uint32_t kMaxMacroblocks = 1024;  // across or down: 16384 pixels
// Profiles whose sets tell the chroma format.
constexpr std::array<uint8_t, 13> kHighProfiles = {100, 110, 122, 244, 44,  83, 86,
                                                   118, 128, 138, 139, 134, 135};

bool IsHigh(uint8_t profile) {
  return std::ranges::find(kHighProfiles, profile) != kHighProfiles.end();
}

// Without the emulation prevention bytes: 0 0 3 stands for 0 0 (section 7.4.1).
std::vector<uint8_t> Unescape(std::span<const uint8_t> unit) {
  std::vector<uint8_t> out;
  size_t zeros = 0;
  for (const uint8_t byte : unit) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    out.push_back(byte);
  }
  return out;
}

void SkipScalingList(BitReader& in, size_t size) {
  int32_t last = 8;
  int32_t next = 8;
  for (size_t i = 0; i < size && in.ok(); ++i) {
    if (next != 0) next = (last + in.Signed() % 256 + 256) % 256;
    if (next != 0) last = next;
  }
}

bool ReadChroma(BitReader& in, H264Sequence& sequence) {
  const uint32_t format = in.Unsigned();
  if (format > 3) return false;
  if (format == 3 && in.Flag()) return false;  // three planes coded apart: no sender does
  const uint32_t luma = in.Unsigned();
  const uint32_t chroma = in.Unsigned();
  if (luma > 6 || chroma > 6) return false;
  sequence.chroma_format = static_cast<uint8_t>(format);
  sequence.luma_bits = static_cast<uint8_t>(8 + luma);
  sequence.chroma_bits = static_cast<uint8_t>(8 + chroma);
  in.Skip(1);  // qpprime_y_zero_transform_bypass_flag
  if (!in.Flag()) return true;
  const size_t lists = format == 3 ? 12 : 8;
  for (size_t i = 0; i < lists; ++i) {
    if (in.Flag()) SkipScalingList(in, i < 6 ? 16 : 64);
  }
  return true;
}

bool SkipPictureOrder(BitReader& in) {
  const uint32_t type = in.Unsigned();
  if (type == 0) in.Unsigned();
  if (type != 1) return type <= 2;
  in.Skip(1);
  in.Signed();
  in.Signed();
  const uint32_t count = in.Unsigned();
  for (uint32_t i = 0; i < count && in.ok(); ++i) in.Signed();
  return count <= 255;
}

}  // namespace

std::optional<H264Sequence> H264Sequence::Parse(std::span<const uint8_t> unit) {
  if (unit.size() < 5 || unit.size() > kMaxParameterSet) return std::nullopt;
  const std::vector<uint8_t> bytes = Unescape(unit);
  BitReader in({bytes.data() + 1, bytes.size() - 1});
  H264Sequence sequence;
  const auto profile = static_cast<uint8_t>(in.Bits(8));
  in.Skip(16);    // constraint flags, level
  in.Unsigned();  // seq_parameter_set_id
  if (IsHigh(profile) && !ReadChroma(in, sequence)) return std::nullopt;
  in.Unsigned();  // log2_max_frame_num_minus4
  if (!SkipPictureOrder(in)) return std::nullopt;
  in.Unsigned();  // max_num_ref_frames
  in.Skip(1);     // gaps_in_frame_num_value_allowed_flag
  const uint32_t across = in.Unsigned();
  const uint32_t down = in.Unsigned();
  const bool frames_only = in.Flag();
  if (!frames_only) in.Skip(1);    // mb_adaptive_frame_field_flag
  in.Skip(1);                      // direct_8x8_inference_flag
  std::array<uint32_t, 4> crop{};  // left, right, top, bottom
  if (in.Flag()) {
    for (uint32_t& side : crop) side = in.Unsigned();
  }
  if (!in.ok() || across >= kMaxMacroblocks || down >= kMaxMacroblocks) return std::nullopt;
  const uint64_t fields = frames_only ? 1 : 2;
  const uint64_t unit_x = sequence.chroma_format == 1 || sequence.chroma_format == 2 ? 2 : 1;
  const uint64_t unit_y = (sequence.chroma_format == 1 ? 2 : 1) * fields;
  const uint64_t width = (across + 1) * uint64_t{16};
  const uint64_t height = (down + 1) * uint64_t{16} * fields;
  const uint64_t cut_x = (uint64_t{crop[0]} + crop[1]) * unit_x;
  const uint64_t cut_y = (uint64_t{crop[2]} + crop[3]) * unit_y;
  if (cut_x >= width || cut_y >= height) return std::nullopt;
  sequence.width = static_cast<uint16_t>(width - cut_x);
  sequence.height = static_cast<uint16_t>(height - cut_y);
  return sequence;
}

std::vector<uint8_t> H264Configuration(const H264Sequence& sequence, std::span<const uint8_t> sps,
                                       std::span<const uint8_t> pps) {
  if (sps.size() < 4 || sps.size() > kMaxParameterSet || pps.empty() ||
      pps.size() > kMaxParameterSet) {
    return {};
  }
  std::vector<uint8_t> out = {1, sps[1], sps[2], sps[3], 0xFF};
  const auto add = [&](uint8_t count, std::span<const uint8_t> set) {
    out.insert(out.end(),
               {count, static_cast<uint8_t>(set.size() >> 8), static_cast<uint8_t>(set.size())});
    out.insert(out.end(), set.begin(), set.end());
  };
  add(0xE1, sps);
  add(1, pps);
  if (IsHigh(sps[1])) {
    out.insert(out.end(), {static_cast<uint8_t>(0xFC | sequence.chroma_format),
                           static_cast<uint8_t>(0xF8 | (sequence.luma_bits - 8)),
                           static_cast<uint8_t>(0xF8 | (sequence.chroma_bits - 8)), 0});
  }
  return out;
}

}  // namespace parley
