#include "sfu/wire/ice_candidate.h"

#include "sfu/wire/sdp_tokens.h"

namespace parley {

std::optional<IceCandidate> IceCandidate::Parse(std::string_view value) {
  IceCandidate candidate;
  candidate.foundation = NextWord(value);
  auto component = ParseDecimal<uint16_t>(NextWord(value));
  candidate.protocol = AsciiLower(NextWord(value));
  auto priority = ParseDecimal<uint32_t>(NextWord(value));
  candidate.address = NextWord(value);
  auto port = ParseDecimal<uint16_t>(NextWord(value));
  const bool typ = NextWord(value) == "typ";
  candidate.type = NextWord(value);
  if (candidate.foundation.empty() || candidate.foundation.size() > 32 || !component ||
      candidate.protocol.empty() || !priority || !port || !typ || candidate.type.empty()) {
    return std::nullopt;
  }
  candidate.component = *component;
  candidate.priority = *priority;
  candidate.port = *port;
  for (auto name = NextWord(value); !name.empty(); name = NextWord(value)) {
    std::string_view extension = NextWord(value);
    if (name == "tcptype") candidate.tcp_type = extension;
  }
  return candidate;
}

std::string IceCandidate::ToString() const {
  std::string text = foundation + ' ' + std::to_string(component) + ' ' + protocol + ' ' +
                     std::to_string(priority) + ' ' + address + ' ' + std::to_string(port) +
                     " typ " + type;
  if (!tcp_type.empty()) text += " tcptype " + tcp_type;
  return text;
}

}  // namespace parley
