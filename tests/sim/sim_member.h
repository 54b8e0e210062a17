#pragma once

// One participant of a simulated meeting: a TestPeer with its sources, which answers NACK and PLI
// as a browser does, and a SlotReceiver per slot. One thread; time is given.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "sfu/base/units.h"
#include "tests/client/member_plan.h"
#include "tests/client/test_media.h"
#include "tests/client/test_peer.h"
#include "tests/client/test_scalable_source.h"
#include "tests/client/twcc_feedback.h"
#include "tests/sim/network.h"
#include "tests/sim/slot_receiver.h"

namespace parley::sim {

class SimMember {
 public:
  SimMember(uint32_t number, const test::MemberShape& shape, const test::TestIdentity& identity,
            RandomSource& random);

  test::TestPeer& peer() { return peer_; }
  const test::MemberPlan& plan() const { return plan_; }
  uint8_t video_slot(int i) const { return plan_.VideoSlot(i); }
  SlotReceiver& slot(uint8_t i) { return slots_[i]; }
  std::vector<SlotReceiver>& slots() { return slots_; }

  // Microphone: RFC 6464, 0 loudest, 127 silent.
  void SetLevel(uint8_t level);
  // Called with each packet of the camera before it leaves, to change it; false: it does not leave.
  std::function<bool(std::span<uint8_t> packet, int layer)> tamper;
  // Sends what is due; once connected.
  void Tick(Timestamp now);

  uint64_t key_frame_requests() const { return key_frame_requests_; }
  uint64_t retransmissions() const { return retransmissions_; }
  // Of RTP, headers and padding included.
  DataSize received() const { return received_; }
  // Packets of nothing but padding.
  uint64_t padding() const { return padding_; }
  // Where the shape asks for the numbers.
  test::TwccFeedback& feedback() { return feedback_; }

  WorkerIndex home;
  SocketAddress address;
  LinkProfile uplink;
  LinkProfile downlink;

 private:
  struct Layer {
    std::variant<test::TestVideoSource, test::TestScalableSource> source;
    std::deque<std::vector<uint8_t>> sent;  // the latest, for NACKs
    uint16_t rtx_seq = 0;

    Ssrc ssrc() const {
      return std::visit([](const auto& s) { return s.ssrc(); }, source);
    }
    std::optional<std::span<const uint8_t>> Next(Timestamp now) {
      return std::visit([now](auto& s) { return s.Next(now); }, source);
    }
    void RequestKeyFrame() {
      std::visit([](auto& s) { s.RequestKeyFrame(); }, source);
    }
  };

  void HandleRtp(std::span<const uint8_t> packet, Timestamp now);
  void HandleRtcp(std::span<const uint8_t> datagram);
  void Resend(size_t layer, SeqNum seq);

  test::TestPeer peer_;
  test::MemberPlan plan_;
  test::TransportSequence transport_sequence_;
  std::optional<test::TestAudioSource> audio_;
  std::vector<Layer> layers_;
  std::vector<SlotReceiver> slots_;
  AudioLevel level_{.level = 30, .voice = true};
  bool started_ = false;
  test::TwccFeedback feedback_;
  DataSize received_;
  uint64_t padding_ = 0;
  uint64_t key_frame_requests_ = 0;
  uint64_t retransmissions_ = 0;
};

}  // namespace parley::sim
