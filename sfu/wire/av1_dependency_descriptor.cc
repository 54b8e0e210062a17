#include "sfu/wire/av1_dependency_descriptor.h"

#include <algorithm>
#include <bit>

#include "sfu/base/bytes.h"

namespace parley {
namespace {

constexpr size_t kMandatorySize = 3;
// Bits behind the mandatory fields: structure, active targets, and three of custom dependencies.
constexpr size_t kExtendedFlags = 5;
constexpr size_t kActiveFlag = 8 * kMandatorySize + 1;

class BitReader {
 public:
  explicit BitReader(std::span<const uint8_t> data) : data_(data) {}

  bool ok() const { return ok_; }
  size_t at() const { return at_; }
  // f(n), n <= 32.
  uint32_t Bits(size_t n) {
    uint32_t value = 0;
    for (; n > 0; --n) value = value << 1 | Bit();
    return value;
  }
  // ns(n): one of `n` values, n >= 1, in as few bits as possible.
  uint32_t NonSymmetric(uint32_t n) {
    auto width = static_cast<uint32_t>(std::bit_width(n));
    uint32_t shorter = (1u << width) - n;
    uint32_t value = Bits(width - 1);
    if (value < shorter) return value;
    return (value << 1 | Bit()) - shorter;
  }

 private:
  uint32_t Bit() {
    if (at_ >= data_.size() * 8) {
      ok_ = false;
      return 0;
    }
    uint32_t bit = data_[at_ / 8] >> (7 - at_ % 8) & 1;
    ++at_;
    return bit;
  }

  std::span<const uint8_t> data_;
  size_t at_ = 0;
  bool ok_ = true;
};

class BitWriter {
 public:
  explicit BitWriter(std::span<uint8_t> out) : out_(out) {}

  void Put(uint32_t value, size_t n) {
    for (; n > 0; --n, ++at_) {
      if (at_ % 8 == 0) out_[at_ / 8] = 0;
      out_[at_ / 8] |= static_cast<uint8_t>((value >> (n - 1) & 1) << (7 - at_ % 8));
    }
  }
  size_t bytes() const { return (at_ + 7) / 8; }

 private:
  std::span<uint8_t> out_;
  size_t at_ = 0;
};

bool ReadTemplateLayers(BitReader& in, DependencyStructure& s) {
  uint8_t spatial = 0;
  uint8_t temporal = 0;
  while (true) {
    if (s.template_count == DependencyStructure::kMaxTemplates) return false;
    DependencyStructure::Template& t = s.templates[s.template_count++];
    t.spatial_id = spatial;
    t.temporal_id = temporal;
    switch (in.Bits(2)) {  // next_layer_idc
      case 0:
        break;
      case 1:
        if (++temporal > 7) return false;
        break;
      case 2:
        temporal = 0;
        if (++spatial == DependencyStructure::kMaxSpatialLayers) return false;
        break;
      default:
        s.spatial_layers = static_cast<uint8_t>(spatial + 1);
        return in.ok();
    }
    if (!in.ok()) return false;
  }
}

void ReadTemplateReferences(BitReader& in, DependencyStructure& s) {
  for (size_t i = 0; i < s.template_count; ++i) {
    while (in.Bits(1) == 1) {
      in.Bits(4);  // fdiff_minus_one
      ++s.templates[i].reference_count;
    }
  }
}

void SkipTemplateChains(BitReader& in, DependencyStructure& s) {
  s.chain_count = static_cast<uint8_t>(in.NonSymmetric(s.decode_target_count + 1u));
  if (s.chain_count == 0) return;
  for (size_t i = 0; i < s.decode_target_count; ++i) in.NonSymmetric(s.chain_count);
  for (size_t i = 0; i < s.template_count; ++i) {
    for (size_t chain = 0; chain < s.chain_count && in.ok(); ++chain) in.Bits(4);
  }
}

// A decode target reaches up to the highest layers among the templates that are present in it.
void DeriveDecodeTargetLayers(DependencyStructure& s) {
  for (size_t target = 0; target < s.decode_target_count; ++target) {
    DependencyStructure::DecodeTarget& d = s.decode_targets[target];
    for (size_t i = 0; i < s.template_count; ++i) {
      const DependencyStructure::Template& t = s.templates[i];
      if (t.indications.Get(target) == DecodeTargetIndication::kNotPresent) continue;
      d.spatial_id = std::max(d.spatial_id, t.spatial_id);
      d.temporal_id = std::max(d.temporal_id, t.temporal_id);
    }
  }
}

DecodeTargetIndications ReadIndications(BitReader& in, size_t count) {
  DecodeTargetIndications indications;
  for (size_t target = 0; target < count; ++target) indications.Set(target, in.Bits(2));
  return indications;
}

bool ReadStructure(BitReader& in, DependencyStructure& s) {
  s.template_id_offset = static_cast<uint8_t>(in.Bits(6));
  s.decode_target_count = static_cast<uint8_t>(in.Bits(5) + 1);
  if (!ReadTemplateLayers(in, s)) return false;
  for (size_t i = 0; i < s.template_count; ++i) {
    s.templates[i].indications = ReadIndications(in, s.decode_target_count);
  }
  ReadTemplateReferences(in, s);
  SkipTemplateChains(in, s);
  DeriveDecodeTargetLayers(s);
  s.has_resolutions = in.Bits(1) != 0;
  for (size_t i = 0; s.has_resolutions && i < s.spatial_layers; ++i) {
    s.widths[i] = static_cast<uint16_t>(in.Bits(16) + 1);
    s.heights[i] = static_cast<uint16_t>(in.Bits(16) + 1);
  }
  return in.ok();
}

uint8_t CountCustomReferences(BitReader& in) {
  uint8_t count = 0;
  while (uint32_t size = in.Bits(2)) {
    in.Bits(4 * size);
    ++count;
  }
  return count;
}

}  // namespace

std::span<uint8_t> DependencyDescriptor::WithActiveTargets(std::span<const uint8_t> data,
                                                           uint16_t at, bool has_active_bits,
                                                           uint8_t count, uint32_t active,
                                                           std::span<uint8_t> out) {
  if (data.size() < kMandatorySize || out.size() < data.size() + 2 + count / 8u) return {};
  const size_t bits = 8 * std::max(data.size(), kMandatorySize + 1);
  if (at > bits || (has_active_bits && at + count > bits)) return {};
  const auto bit = [&](size_t i) {
    return i / 8 < data.size() ? static_cast<uint32_t>(data[i / 8] >> (7 - i % 8) & 1) : 0;
  };
  BitWriter writer(out);
  for (size_t i = 0; i < at; ++i) writer.Put(i == kActiveFlag ? 1 : bit(i), 1);
  writer.Put(active, count);
  // What a short descriptor has behind its flags is nothing.
  const size_t rest = has_active_bits ? at + count : at;
  for (size_t i = rest; i < 8 * data.size(); ++i) writer.Put(bit(i), 1);
  return out.first(writer.bytes());
}

std::optional<DependencyDescriptor> DependencyDescriptor::Parse(
    std::span<const uint8_t> data, std::optional<DependencyStructure>& structure) {
  if (data.size() < kMandatorySize) return std::nullopt;
  DependencyDescriptor d;
  d.start_of_frame = (data[0] & 0x80) != 0;
  d.end_of_frame = (data[0] & 0x40) != 0;
  d.template_id = data[0] & 0x3F;
  d.frame_number = LoadBe16(data.data() + 1);

  BitReader in(data.subspan(kMandatorySize));
  bool extended = data.size() > kMandatorySize;
  d.has_structure = extended && in.Bits(1) != 0;
  bool has_active = extended && in.Bits(1) != 0;
  bool custom_indications = extended && in.Bits(1) != 0;
  bool custom_references = extended && in.Bits(1) != 0;
  bool custom_chains = extended && in.Bits(1) != 0;

  std::optional<DependencyStructure> fresh;
  if (d.has_structure && !ReadStructure(in, fresh.emplace())) return std::nullopt;
  if (!fresh && !structure) return std::nullopt;
  const DependencyStructure& s = fresh ? *fresh : *structure;

  d.active_bits_at = static_cast<uint16_t>(extended ? 8 * kMandatorySize + in.at()
                                                    : 8 * kMandatorySize + kExtendedFlags);
  d.has_active_bits = has_active;
  if (has_active) {
    d.active_decode_targets = in.Bits(s.decode_target_count);
  } else if (d.has_structure) {
    d.active_decode_targets = static_cast<uint32_t>((uint64_t{1} << s.decode_target_count) - 1);
  }
  size_t index = (d.template_id + 64u - s.template_id_offset) % 64;
  if (index >= s.template_count) return std::nullopt;
  const DependencyStructure::Template& t = s.templates[index];
  d.spatial_id = t.spatial_id;
  d.temporal_id = t.temporal_id;
  d.indications = custom_indications ? ReadIndications(in, s.decode_target_count) : t.indications;
  d.reference_count = custom_references ? CountCustomReferences(in) : t.reference_count;
  if (custom_chains) {
    for (size_t i = 0; i < s.chain_count; ++i) in.Bits(8);
  }
  if (!in.ok()) return std::nullopt;
  if (fresh) structure = fresh;
  return d;
}

}  // namespace parley
