#pragma once

// From what a client asked to see, or without that from what is worth seeing, to the wishes that
// SlotAssigner serves. Pure functions; signaling thread.

#include <span>
#include <vector>

#include "sfu/base/ids.h"
#include "signaling/protocol/requests.h"
#include "signaling/room/slot_assigner.h"

namespace parley {

// A video source of the room that is on.
struct LiveVideo {
  SourceId source;
  bool screen = false;
};

// At most `count` wishes, most wanted first, each source once, never one of `own`, never one that
// is not in `live`. Without a `view`: screens first, then `dominant`'s camera, then what `current`
// carries already, then the others in their order in `live`.
std::vector<SlotWish> MakeWishes(const ViewRequest* view, std::span<const LiveVideo> live,
                                 std::span<const SourceId> own, SourceId dominant_camera,
                                 const SlotAssigner& current, size_t count);

}  // namespace parley
