#pragma once

// How well callers are heard, summed over calls: what loss and jitter did to their sound. Value;
// the phone thread's.

#include <cstdint>

#include "mixer/audio/audio_receiver.h"

namespace parley {

struct SoundCounts {
  uint64_t played_ms = 0;  // out of packets
  uint64_t mended_ms = 0;
  uint64_t concealed_ms = 0;
  uint64_t waited_ms = 0;  // of all packets together, from arrival to the mix
  uint64_t waited_packets = 0;

  void Add(const AudioReceiver& receiver) {
    const AudioReceiver::Stats& stats = receiver.stats();
    const uint64_t per_ms = Hz(receiver.sample_rate()) / 1000;
    played_ms += stats.played_samples / per_ms;
    mended_ms += stats.mended_samples / per_ms;
    concealed_ms += stats.concealed_samples / per_ms;
    waited_ms += static_cast<uint64_t>(stats.waited.us() / 1000);
    waited_packets += stats.waited_packets;
  }
};

}  // namespace parley
