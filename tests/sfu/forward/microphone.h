#pragma once

// An Opus microphone in a World: a packet per Speak(), 20 ms of RTP time each; the clock is moved
// by whoever lets several speak at once.

#include "tests/sfu/forward/world.h"

namespace parley::testing {

class Microphone {
 public:
  Microphone(World& world, int peer, SeqNum seq = SeqNum(1), RtpTimestamp timestamp = {})
      : world_(world), peer_(peer) {
    packet_.ssrc = World::MicrophoneSsrc(peer);
    packet_.seq = seq;
    packet_.timestamp = timestamp;
  }

  OpusPacket& packet() { return packet_; }
  // `level` in -dBov; -1 leaves the extension out.
  void Speak(int level) {
    packet_.level = level;
    world_.Rtp(peer_, MakeOpus(packet_));
    packet_.seq = packet_.seq + 1;
    packet_.timestamp = packet_.timestamp + 960;
  }

 private:
  World& world_;
  int peer_;
  OpusPacket packet_;
};

}  // namespace parley::testing
