#pragma once

// The four things that a participant can send, by the names PROTOCOL.md gives them. Values, any
// thread.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace parley {

enum class SourceKind : uint8_t { kMicrophone, kCamera, kScreen, kScreenAudio };

inline constexpr std::array<SourceKind, 4> kSourceKinds = {
    SourceKind::kMicrophone, SourceKind::kCamera, SourceKind::kScreen, SourceKind::kScreenAudio};

constexpr bool IsAudio(SourceKind kind) {
  return kind == SourceKind::kMicrophone || kind == SourceKind::kScreenAudio;
}

constexpr std::string_view SourceKindName(SourceKind kind) {
  constexpr std::array<std::string_view, 4> kNames = {"microphone", "camera", "screen",
                                                      "screen_audio"};
  return kNames[static_cast<size_t>(kind)];
}

constexpr std::optional<SourceKind> SourceKindFromName(std::string_view name) {
  for (SourceKind kind : kSourceKinds) {
    if (SourceKindName(kind) == name) return kind;
  }
  return std::nullopt;
}

// A set of them.
class SourceKinds {
 public:
  constexpr SourceKinds() = default;
  constexpr SourceKinds(std::initializer_list<SourceKind> kinds) {
    for (SourceKind kind : kinds) Add(kind);
  }
  static constexpr SourceKinds All() {
    return {SourceKind::kMicrophone, SourceKind::kCamera, SourceKind::kScreen,
            SourceKind::kScreenAudio};
  }
  constexpr void Add(SourceKind kind) { bits_ |= Bit(kind); }
  constexpr bool Has(SourceKind kind) const { return (bits_ & Bit(kind)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const SourceKinds&) const = default;

 private:
  static constexpr uint8_t Bit(SourceKind kind) {
    return static_cast<uint8_t>(1 << static_cast<int>(kind));
  }
  uint8_t bits_ = 0;
};

}  // namespace parley
