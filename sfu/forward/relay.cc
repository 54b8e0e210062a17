#include "sfu/forward/relay.h"

namespace parley {

RelayMessage RelayMessage::Copy() const {
  RelayMessage copy{room, from, workers, RelayListen{}};
  std::visit(
      [&copy](const auto& b) {
        if constexpr (std::is_same_v<std::decay_t<decltype(b)>, RelayedPacket>) {
          copy.body = RelayedPacket{b.source, b.speaks, b.meta, b.packet.Share(), b.pre_roll};
        } else {
          copy.body = b;
        }
      },
      body);
  return copy;
}

}  // namespace parley
