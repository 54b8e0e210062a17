#include "sfu/wire/rtp_extensions.h"

namespace parley {
namespace {

constexpr std::array<std::string_view, kHeaderExtensionKinds> kUris = {
    kMidUri,         kRidUri,         kRepairedRidUri,    kAudioLevelUri,
    kAbsSendTimeUri, kTransportCcUri, kAbsCaptureTimeUri, kDependencyDescriptorUri,
};

constexpr std::array<uint8_t HeaderExtensionIds::*, kHeaderExtensionKinds> kMembers = {
    &HeaderExtensionIds::mid,
    &HeaderExtensionIds::rid,
    &HeaderExtensionIds::repaired_rid,
    &HeaderExtensionIds::audio_level,
    &HeaderExtensionIds::abs_send_time,
    &HeaderExtensionIds::transport_cc,
    &HeaderExtensionIds::abs_capture_time,
    &HeaderExtensionIds::dependency_descriptor,
};

template <class String>
std::optional<String> ReadString(std::span<const uint8_t> data) {
  if (data.empty()) return std::nullopt;
  return String::From({reinterpret_cast<const char*>(data.data()), data.size()});
}

}  // namespace

std::string_view HeaderExtensionUri(HeaderExtension kind) {
  return kUris[static_cast<size_t>(kind)];
}

std::optional<HeaderExtension> HeaderExtensionFromUri(std::string_view uri) {
  for (size_t i = 0; i < kUris.size(); ++i) {
    if (kUris[i] == uri) return static_cast<HeaderExtension>(i);
  }
  return std::nullopt;
}

uint8_t HeaderExtensionIds::Get(HeaderExtension kind) const {
  return this->*kMembers[static_cast<size_t>(kind)];
}

void HeaderExtensionIds::Set(HeaderExtension kind, uint8_t id) {
  this->*kMembers[static_cast<size_t>(kind)] = id;
}

ExtensionMap::ExtensionMap(const HeaderExtensionIds& ids) {
  for (size_t i = 0; i < ids_.size(); ++i) ids_[i] = ids.*kMembers[i];
}

std::optional<HeaderExtension> ExtensionMap::KindOf(uint8_t id) const {
  if (id == 0) return std::nullopt;
  for (size_t i = 0; i < ids_.size(); ++i) {
    if (ids_[i] == id) return static_cast<HeaderExtension>(i);
  }
  return std::nullopt;
}

std::optional<Mid> ReadMid(std::span<const uint8_t> data) { return ReadString<Mid>(data); }
std::optional<Rid> ReadRid(std::span<const uint8_t> data) { return ReadString<Rid>(data); }

std::optional<AudioLevel> ReadAudioLevel(std::span<const uint8_t> data) {
  if (data.size() != kAudioLevelSize) return std::nullopt;
  return AudioLevel{static_cast<uint8_t>(data[0] & 0x7F), (data[0] & 0x80) != 0};
}

std::optional<uint32_t> ReadAbsSendTime(std::span<const uint8_t> data) {
  if (data.size() != kAbsSendTimeSize) return std::nullopt;
  return LoadBe24(data.data());
}

uint32_t AbsSendTimeFrom(Timestamp now) {
  uint64_t us = static_cast<uint64_t>(now.us()) % 64'000'000;
  return static_cast<uint32_t>((us << 18) / 1'000'000) & 0xFFFFFF;
}

std::optional<SeqNum> ReadTransportSequence(std::span<const uint8_t> data) {
  if (data.size() != kTransportSequenceSize && data.size() != kTransportSequenceSize + 2) {
    return std::nullopt;
  }
  return SeqNum(LoadBe16(data.data()));
}

std::optional<AbsCaptureTime> ReadAbsCaptureTime(std::span<const uint8_t> data) {
  if (data.size() == kAbsCaptureTimeSize) return AbsCaptureTime{LoadBe64(data.data()), {}};
  if (data.size() != kAbsCaptureTimeWithOffsetSize) return std::nullopt;
  return AbsCaptureTime{LoadBe64(data.data()), static_cast<int64_t>(LoadBe64(data.data() + 8))};
}

std::span<const uint8_t> WriteAbsCaptureTime(
    const AbsCaptureTime& time, std::span<uint8_t, kAbsCaptureTimeWithOffsetSize> out) {
  StoreBe64(out.data(), time.ntp);
  if (!time.clock_offset) return out.first(kAbsCaptureTimeSize);
  StoreBe64(out.data() + 8, static_cast<uint64_t>(*time.clock_offset));
  return out;
}

}  // namespace parley
