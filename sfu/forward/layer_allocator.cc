#include "sfu/forward/layer_allocator.h"

#include <algorithm>
#include <array>

#include "sfu/base/check.h"

namespace parley {
namespace {

// The full picture where no key frame has told its size yet.
constexpr int kAssumedHeight = 720;
// A layer this much smaller than the tile is still taken for it: nobody sees the difference.
constexpr int kFillPercent = 80;
// Going up needs this much more than the rate, so that a rate at the border does not swing.
constexpr int64_t kUpPercent = 115;

bool IsActive(const SourceInfo& info, int layer) {
  return layer >= 0 && info.bitrate_bps[static_cast<size_t>(layer)] != 0;
}

int HeightOf(const SourceInfo& info, int layer, int top) {
  auto known = [&info](int i) { return int{info.heights[static_cast<size_t>(i)]}; };
  if (known(layer) != 0) return known(layer);
  for (int i = layer + 1; i <= top; ++i) {
    if (known(i) != 0) return known(i) >> (i - layer);
  }
  for (int i = layer - 1; i >= 0; --i) {
    if (known(i) != 0) return known(i) << (layer - i);
  }
  return kAssumedHeight >> (top - layer);
}

int LowestActive(const SourceInfo& info) {
  for (int i = 0; i < kMaxLayers; ++i) {
    if (IsActive(info, i)) return i;
  }
  return kLayerPaused;
}

int NextActive(const SourceInfo& info, int layer) {
  for (int i = layer + 1; i < kMaxLayers; ++i) {
    if (IsActive(info, i)) return i;
  }
  return kLayerPaused;
}

int64_t RateOf(const LayerRequest& r, int layer) {
  if (layer == kLayerPaused) return 0;
  int64_t rate = r.info->bitrate_bps[static_cast<size_t>(layer)];
  return layer > r.current ? rate * kUpPercent / 100 : rate;
}

}  // namespace

int IdealLayer(const SourceInfo& info, uint16_t max_height) {
  int top = info.highest_active();
  if (top < 0 || max_height == 0) return top;
  for (int i = 0; i < top; ++i) {
    if (IsActive(info, i) && HeightOf(info, i, top) * 100 >= max_height * kFillPercent) return i;
  }
  return top;
}

void AllocateLayers(std::span<LayerRequest> requests, Bitrate budget, bool may_pause) {
  PARLEY_CHECK(requests.size() <= kMaxVideoSlots);
  std::array<LayerRequest*, kMaxVideoSlots> storage;
  auto order = std::span(storage).first(requests.size());
  for (size_t i = 0; i < requests.size(); ++i) order[i] = &requests[i];
  // A stable order without the buffer that std::stable_sort allocates.
  std::sort(order.begin(), order.end(), [](const LayerRequest* a, const LayerRequest* b) {
    return a->priority != b->priority ? a->priority > b->priority : a < b;
  });

  int64_t left = budget.bps();
  for (LayerRequest* r : order) {
    int lowest = LowestActive(*r->info);
    int64_t cost = RateOf(*r, lowest);
    r->chosen = kLayerPaused;
    if (lowest == kLayerPaused || (may_pause && cost > left)) continue;
    r->chosen = lowest;
    left -= cost;
  }
  for (LayerRequest* r : order) {
    if (r->chosen == kLayerPaused) continue;
    int ideal = IdealLayer(*r->info, r->max_height);
    for (int next = NextActive(*r->info, r->chosen); next != kLayerPaused && next <= ideal;
         next = NextActive(*r->info, r->chosen)) {
      int64_t more = RateOf(*r, next) - RateOf(*r, r->chosen);
      if (more > left) break;
      left -= more;
      r->chosen = next;
    }
  }
}

}  // namespace parley
