#pragma once

// A camera in a World that sends VP9 or AV1 in spatial and temporal layers (ScalableFrames): one,
// two and three packets for the frames of a picture, 30 pictures a second by the world's clock.

#include <utility>

#include "sfu/wire/rtp_builder.h"
#include "tests/client/scalable_frames.h"
#include "tests/sfu/forward/world.h"

namespace parley::testing {

class ScalableCamera {
 public:
  ScalableCamera(World& world, int peer, Codec codec, bool keyed)
      : world_(world), peer_(peer), codec_(codec), frames_(codec, keyed) {}

  // As many pictures; one is a key picture where the server asked for one.
  void Run(int pictures) {
    for (int i = 0; i < pictures; ++i) {
      Picture(!std::exchange(started_, true) || world_.TakeKeyFrameRequests(peer_) > 0);
      world_.Advance(Duration::Millis(33));
    }
  }

 private:
  void Picture(bool key) {
    for (test::ScalableFrames::Frame& frame : frames_.Next(key)) {
      frame.packets = 1 + frame.spatial;
      for (int i = 0; i < frame.packets; ++i) Packet(frame, i == 0, i == frame.packets - 1);
    }
    timestamp_ = timestamp_ + 2970;
  }
  void Packet(const test::ScalableFrames::Frame& frame, bool first, bool last) {
    const bool top = frame.spatial == test::ScalableFrames::kLayers - 1;
    std::array<uint8_t, 1500> out;
    RtpBuilder builder(out, {codec_ == Codec::kAv1 ? kAv1Pt : kVp9Pt,
                             last && top,
                             seq_,
                             timestamp_,
                             World::CameraSsrc(peer_),
                             {}});
    builder.AddExtension(kDependencyDescriptorId, frames_.Descriptor(frame, first, last));
    builder.SetPayload(
        frames_.Payload(frame, first, last, 100 + static_cast<size_t>(frame.spatial) * 200));
    const auto packet = builder.Finish();
    world_.Rtp(peer_, Bytes(packet.begin(), packet.end()));
    seq_ = seq_ + 1;
  }

  World& world_;
  int peer_;
  Codec codec_;
  test::ScalableFrames frames_;
  bool started_ = false;
  SeqNum seq_{65400};
  RtpTimestamp timestamp_{0xFFFF0000};
};

}  // namespace parley::testing
