#pragma once

// What of a room reaches its recorder: for each microphone, camera and screen that sends, and whose
// owner did not refuse, a local transport on the sender's worker whose packets go to the feed. Made
// anew when the sender comes by another peer connection or sends another codec, and of a screen
// when it is shared again: that nothing comes of it does not tell whether nothing moves there.
// Signaling thread.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "sfu/base/ids.h"
#include "sfu/wire/codec.h"
#include "signaling/protocol/disk_step.h"
#include "signaling/protocol/messages.h"

namespace parley {

class Room;
class RoomRegistry;
struct Participant;

class SourceTaps {
 public:
  // Told to the recorder in this order: with a description a source is opened, whose packets have
  // that SSRC, without it is closed.
  using Tell = std::function<void(Ssrc ssrc, const std::optional<std::string>& description)>;

  SourceTaps(RoomRegistry& rooms, RoomId room) : rooms_(rooms), room_(room) {}

  // Of cameras the smallest encoding, or no pictures at all, where the disk's step says so. What
  // somebody shares who is not there ends: nobody else ends it.
  using IsThere = std::function<bool(const Participant& participant)>;
  void Update(Room& room, FeedId feed, DiskStep disk, const IsThere& is_there, const Tell& tell);
  // The recorder cannot go on without a key frame of it.
  void AskKeyFrame(Ssrc ssrc);
  // Of every source: somebody begins to read in the middle.
  void AskKeyFrames();
  // All, without a word: the recorder is gone, or about to end.
  void Clear();

 private:
  struct Tap {
    Ssrc ssrc;
    TransportId publisher;
    Codec codec{};
    TransportId listener;
    WorkerIndex worker;
    bool has_slot = false;
    bool small = false;
    uint32_t epoch = 0;
  };
  void Open(Room& room, const Participant& participant, SourceKind kind, FeedId feed, bool small,
            const Tell& tell);
  void Assign(Tap& tap, SourceId source, bool small);
  void AskKeyFrame(const Tap& tap);

  RoomRegistry& rooms_;
  const RoomId room_;
  std::map<SourceId, Tap> taps_;
  Ssrc last_ssrc_;
};

}  // namespace parley
