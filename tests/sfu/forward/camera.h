#pragma once

// A VP8 camera in a World: frames of two packets, 30 a second, by the world's clock.

#include "tests/sfu/forward/world.h"

namespace parley::testing {

class Camera {
 public:
  Camera(World& world, int peer, SeqNum seq = SeqNum(100), RtpTimestamp timestamp = RtpTimestamp(),
         uint16_t picture_id = 1)
      : world_(world), peer_(peer) {
    packet_.ssrc = World::CameraSsrc(peer);
    packet_.seq = seq;
    packet_.timestamp = timestamp;
    packet_.picture_id = picture_id;
  }

  Vp8Packet& packet() { return packet_; }
  void set_interval(Duration d) { interval_ = d; }
  void KeyFrame() { Send(true); }
  void Frame() { Send(false); }
  // The packets of the next frame, not sent; the clock stands still.
  std::vector<Bytes> Make(bool key_frame) {
    packet_.key_frame = key_frame;
    packet_.frame_start = true;
    packet_.marker = false;
    std::vector<Bytes> packets{MakeVp8(packet_)};
    packet_.seq = packet_.seq + 1;
    packet_.frame_start = false;
    packet_.marker = true;
    packets.push_back(MakeVp8(packet_));
    packet_.seq = packet_.seq + 1;
    packet_.timestamp = packet_.timestamp + interval_.us() * 90 / 1000;
    packet_.picture_id = (packet_.picture_id + 1) & 0x7FFF;
    ++packet_.tl0;
    if (packet_.frame_number >= 0) packet_.frame_number = (packet_.frame_number + 1) & 0xFFFF;
    return packets;
  }

 private:
  void Send(bool key_frame) {
    for (const Bytes& b : Make(key_frame)) world_.Rtp(peer_, b);
    world_.Advance(interval_);
  }

  World& world_;
  int peer_;
  Vp8Packet packet_;
  Duration interval_ = Duration::Millis(33);
};

}  // namespace parley::testing
