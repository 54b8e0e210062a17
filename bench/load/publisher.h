#pragma once

// One publisher's media, as the benchmarks send it, and when each packet was sent. Its peer lives
// in a ClientLoop. One thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "bench/load/client_loop.h"
#include "bench/load/published_media.h"
#include "bench/load/sending_times.h"
#include "sfu/base/units.h"
#include "sfu/wire/rtp.h"
#include "tests/client/test_media.h"
#include "tests/client/test_offer.h"
#include "tests/client/test_peer.h"

namespace parley::bench {

// 30 frames of ten packets of 1,100 bytes a second, at once or as a browser's pacer lets them go
// (four packets, 5 ms apart); or 50 packets of 100 bytes a second; or video and audio.
enum class Media : uint8_t { kVideo, kPacedVideo, kAudio, kBoth };

inline constexpr int kPacerBurst = 4;

class Publisher {
 public:
  // `loop`, `peer` and `media` outlive this. Media begins at `begin`.
  Publisher(ClientLoop& loop, test::TestPeer& peer, const PublishedMedia& media,
            test::TestStreamConfig microphone, test::TestStreamConfig camera,
            Timestamp begin = ClientLoop::Now());

  // The first two m-lines of `offer`, a microphone and a camera; `sequence` outlives this.
  Publisher(ClientLoop& loop, test::TestPeer& peer, const PublishedMedia& media,
            const test::TestOffer& offer, test::TransportSequence& sequence);

  // Sends what is due of `media` by now; how many packets that were. The other medium's time
  // passes meanwhile.
  uint64_t SendDue(Media media, Timestamp now);
  // When something is due next.
  Timestamp NextTime() const;
  void RequestKeyFrame() { video_.RequestKeyFrame(); }
  // When a packet that somebody received was sent, on the system's clock; nothing where it is none
  // of ours, or padding alone.
  std::optional<int64_t> SentAtNs(const RtpView& packet) const {
    return times_.Find(packet.payload());
  }
  // Does what an RTCP packet asks for.
  void HandleRtcp(std::span<const uint8_t> datagram);

 private:
  void Send(std::span<const uint8_t> packet);

  ClientLoop& loop_;
  test::TestPeer& peer_;
  test::TestAudioSource audio_;
  test::TestVideoSource video_;
  SendingTimes times_;
  Timestamp next_burst_;
};

}  // namespace parley::bench
