#pragma once

// What signaling would have negotiated for one member of a meeting, made directly: parameters for
// the worker, stream settings for the client's sources and the SSRCs of its slots. For tests and
// benchmarks that need no SDP. Pure; codecs with the payload types of test_offer.h.

#include <cstdint>
#include <optional>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/port/commands.h"
#include "sfu/port/events.h"
#include "tests/client/test_media.h"
#include "tests/client/test_peer.h"

namespace parley::test {

struct MemberShape {
  bool microphone = false;
  bool camera = false;
  int camera_layers = 1;  // simulcast RIDs when more than 1
  // VP9 or AV1: one encoding of three spatial and three temporal layers, with a dependency
  // descriptor.
  Codec camera_codec = Codec::kVp8;
  // The camera is a shared screen that shows slides; of two encodings, 360 and 720 lines.
  bool screen = false;
  int audio_slots = kSpeakerSeats;
  int video_slots = 1;
  // Of the slots: without it the server numbers nothing, estimates nothing and waits for REMB.
  bool transport_cc = false;
};

class MemberPlan {
 public:
  // `number` is unique in the test, 1..100,000; ids and SSRCs derive from it.
  MemberPlan(uint32_t number, const MemberShape& shape, const TestPeer& peer, RandomSource& random);

  TransportId transport() const { return TransportId(number_); }
  SourceId microphone() const { return SourceId(2 * number_); }
  SourceId camera() const { return SourceId(2 * number_ + 1); }
  const TransportParams& params() const { return params_; }
  const MemberShape& shape() const { return shape_; }

  CreateTransport Create(RoomId room) const { return {room, transport(), params_}; }
  // For every worker.
  std::vector<AddSource> Sources(RoomId room, WorkerIndex home) const;

  TestPeer::Remote Remote(const std::vector<DtlsFingerprint>& server,
                          std::vector<SocketAddress> candidates) const;

  TestStreamConfig MicrophoneStream(TransportSequence* sequence) const;
  TestStreamConfig CameraStream(int layer, TransportSequence* sequence) const;
  Ssrc CameraSsrc(int layer) const {
    return Ssrc(number_ * 1000 + 10 + static_cast<uint32_t>(layer));
  }
  Ssrc CameraRtxSsrc(int layer) const {
    return Ssrc(number_ * 1000 + 20 + static_cast<uint32_t>(layer));
  }

  // Places in TransportParams::slots.
  uint8_t AudioSlot(int i) const { return static_cast<uint8_t>(i); }
  uint8_t VideoSlot(int i) const { return static_cast<uint8_t>(shape_.audio_slots + i); }
  Ssrc SlotSsrc(uint8_t slot) const { return params_.slots[slot].ssrc; }
  std::optional<Ssrc> SlotRtxSsrc(uint8_t slot) const { return params_.slots[slot].rtx_ssrc; }

 private:
  uint32_t number_;
  MemberShape shape_;
  TransportParams params_;
};

}  // namespace parley::test
