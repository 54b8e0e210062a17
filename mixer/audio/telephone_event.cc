#include "mixer/audio/telephone_event.h"

#include <string_view>

#include "sfu/base/bytes.h"

namespace parley {
namespace {

constexpr std::string_view kKeys = "0123456789*#ABCD";

}  // namespace

std::optional<TelephoneEvent> TelephoneEvent::Parse(std::span<const uint8_t> payload) {
  if (payload.size() < kSize) return std::nullopt;
  return TelephoneEvent{.code = payload[0],
                        .end = (payload[1] & 0x80) != 0,
                        .volume = static_cast<uint8_t>(payload[1] & 0x3F),
                        .duration = LoadBe16(payload.data() + 2)};
}

void TelephoneEvent::Write(std::span<uint8_t, kSize> out) const {
  out[0] = code;
  out[1] = static_cast<uint8_t>((end ? 0x80 : 0) | (volume & 0x3F));
  StoreBe16(out.data() + 2, duration);
}

std::optional<char> TelephoneEvent::key() const {
  if (code >= kKeys.size()) return std::nullopt;
  return kKeys[code];
}

std::optional<uint8_t> TelephoneEvent::CodeOf(char key) {
  const size_t code = kKeys.find(key);
  if (code == std::string_view::npos) return std::nullopt;
  return static_cast<uint8_t>(code);
}

}  // namespace parley
