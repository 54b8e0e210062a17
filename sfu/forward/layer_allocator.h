#pragma once

// Divides one subscriber's video bitrate among its slots: first everybody visible something, if
// need be with fewer pictures a second, then all pictures, then the better layers, each in order of
// priority, and of equal priority by turns. What does not fit even at its lowest layer's lowest
// temporal layer is paused where that is allowed, and else kept at it. A pure function over values;
// bounded by kMaxVideoSlots; nothing allocates.

#include <cstdint>
#include <span>

#include "sfu/base/units.h"
#include "sfu/forward/source_info.h"

namespace parley {

inline constexpr size_t kMaxVideoSlots = 64;
inline constexpr int kLayerPaused = -1;
inline constexpr uint8_t kWholeLayer = 7;  // all its temporal layers

struct LayerRequest {
  const SourceInfo* info = nullptr;
  uint16_t max_height = 0;  // 0: no limit
  uint8_t priority = 0;
  int current = kLayerPaused;
  // A rise above `current`, out of a pause too, failed a moment ago: the next needs more room.
  bool wary = false;
  int most = kMaxLayers;  // no higher than this layer, and paused below the lowest
  // That `current` is shown with; the highest of the temporal layers.
  uint8_t current_temporal = kWholeLayer;
  // It has not fitted for a while; before that the border of the budget is no reason for a pause.
  bool tight = false;
  bool fits = true;           // the result: the least of it did
  int chosen = kLayerPaused;  // the result: a layer of `info`, or kLayerPaused
  uint8_t temporal = kWholeLayer;
};

// The layer that fits `max_height`: the lowest that fills it, the highest if none does; -1 when
// nothing is being sent. Heights that are not known are taken as halves of the next layer up.
int IdealLayer(const SourceInfo& info, uint16_t max_height);

// How many encodings must be sent, lowest first, for a picture of that size: whether they are being
// sent or not. 1 for sources that send one.
int EncodingsFor(const SourceInfo& info, uint16_t max_height);

void AllocateLayers(std::span<LayerRequest> requests, Bitrate budget, bool may_pause);

}  // namespace parley
