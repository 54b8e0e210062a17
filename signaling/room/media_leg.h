#pragma once

// A participant's peer connection as the signaling thread keeps it: where it lives, its receive
// slots and what they carry. A new peer connection is a new MediaLeg. Signaling thread.

#include <array>
#include <cstdint>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/port/events.h"
#include "sfu/port/media_params.h"
#include "signaling/protocol/messages.h"
#include "signaling/room/slot_assigner.h"

namespace parley {

// The loudest, as one worker sees them, already under the names of sources.
struct SpeakerSeats {
  std::array<SourceId, kSpeakerSeats> seats{};
  SourceId dominant;
};

class MediaLeg {
 public:
  // `slots` as the client numbers them; `params` of the same offer. `epoch`: the last one that an
  // earlier peer connection of the client had.
  MediaLeg(TransportId transport, WorkerIndex worker, std::vector<SlotInfo> slots,
           const TransportParams& params, uint32_t epoch);

  TransportId transport() const { return transport_; }
  WorkerIndex worker() const { return worker_; }
  const std::vector<SlotInfo>& slots() const { return slots_; }
  // What the client sends, as it was negotiated.
  const std::vector<ProducerParams>& producers() const { return producers_; }

  SlotAssigner& video() { return video_; }
  const SlotAssigner& video() const { return video_; }
  // No slot or one.
  SlotAssigner& screen_audio() { return screen_audio_; }

  bool connected = false;  // ICE and DTLS are done, and consent stands
  // Reports of its figures since it connected. What the first ones count is the start itself: what
  // was sent before the other side listened, and shares of very few packets.
  int reports = 0;

  // Goes on where another peer connection of the same participant is now: what its slots carry, and
  // the epochs.
  void TakeOver(const MediaLeg& earlier);

  // Of the next change to the slots; grows.
  uint32_t epoch() const { return epoch_; }
  void BeginEpoch() { ++epoch_; }
  bool map_changed() const { return map_changed_; }
  void MarkMapChanged() { map_changed_ = true; }

  // What the client is told now, under an epoch it has not seen; takes the mark away. `own`
  // microphone never stands in one's own map.
  SlotMap TakeMap(const SpeakerSeats& speakers, SourceId own);

 private:
  struct AudioSlot {
    SlotFollows follows;
    uint8_t seat;
  };

  const TransportId transport_;
  const WorkerIndex worker_;
  const std::vector<SlotInfo> slots_;
  const std::vector<ProducerParams> producers_;
  std::vector<AudioSlot> audio_;
  SlotAssigner video_;
  SlotAssigner screen_audio_;
  uint32_t epoch_;
  uint32_t told_epoch_;
  bool map_changed_ = false;
};

}  // namespace parley
