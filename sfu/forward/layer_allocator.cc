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
constexpr int64_t kUpPercent = 105;
constexpr int64_t kWaryPercent = 150;
constexpr int64_t kWaryResumePercent = 115;

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
  if (layer <= r.current) return rate;
  if (!r.wary) return rate * kUpPercent / 100;
  return rate * (r.current == kLayerPaused ? kWaryResumePercent : kWaryPercent) / 100;
}

// What is shown at its lowest is paused only when this much of it does not fit: an estimate
// scatters, and a pause is worse than a short queue.
constexpr int64_t kShownPercent = 80;
// And at once only when not even this much of it does: sound that was counted a moment too high,
// and a queue taken for one of ours, are over before anybody misses the picture.
constexpr int64_t kBorderPercent = 30;
// An estimate falls to 0.85 of what the link carries (AimdRateControl) whenever a queue grew. What
// is sent already and is no more than this much of it drains the queue as well.
constexpr int64_t kKeptPercent = 108;

// With the temporal layers up to `temporal`; only of the lowest layer it is known what they take.
int64_t ThinnedRate(const LayerRequest& r, int layer, uint8_t temporal) {
  const int64_t rate = RateOf(r, layer);
  const auto& percent = r.info->temporal_percent;
  if (layer != 0 || temporal >= percent.size()) return rate;
  return rate * percent[temporal] / 100;
}

// Of the layer that was chosen, what fits into `room`.
uint8_t HighestTemporal(const LayerRequest& r, int64_t room) {
  for (const uint8_t temporal : {kWholeLayer, uint8_t{1}}) {
    const int64_t cost = ThinnedRate(r, r.chosen, temporal);
    const bool shown = r.current != kLayerPaused && r.current_temporal >= temporal;
    if ((shown ? cost * 100 / kKeptPercent : cost * kUpPercent / 100) <= room) return temporal;
  }
  return ThinnedRate(r, r.chosen, 0) < RateOf(r, r.chosen) ? uint8_t{0} : kWholeLayer;
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

int EncodingsFor(const SourceInfo& info, uint16_t max_height) {
  const int all = info.encodings == 0 ? kMaxLayers : std::min<int>(info.encodings, kMaxLayers);
  if (max_height == 0) return all;
  for (int i = 0; i < all - 1; ++i) {
    if (HeightOf(info, i, all - 1) * 100 >= max_height * kFillPercent) return i + 1;
  }
  return all;
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

  const int64_t most = budget.bps();
  const int64_t most_kept = budget == Bitrate::Unlimited() ? most : most * kKeptPercent / 100;
  int64_t spent = 0;
  for (LayerRequest* r : order) {
    int lowest = LowestActive(*r->info);
    const int64_t cost = ThinnedRate(*r, lowest, 0);
    r->chosen = kLayerPaused;
    r->temporal = kWholeLayer;
    r->fits = true;
    if (lowest == kLayerPaused || lowest > r->most) continue;
    const bool shown = r->current != kLayerPaused;
    r->fits = !may_pause || (shown ? cost * kShownPercent / 100 : cost) <= most - spent;
    const bool waits = shown && !r->tight && cost * kBorderPercent / 100 <= most - spent;
    if (!r->fits && !waits) continue;
    r->chosen = lowest;
    spent += cost;
  }
  for (LayerRequest* r : order) {
    if (r->chosen == kLayerPaused) continue;
    spent -= ThinnedRate(*r, r->chosen, 0);
    r->temporal = may_pause ? HighestTemporal(*r, most - spent) : kWholeLayer;
    spent += ThinnedRate(*r, r->chosen, r->temporal);
  }
  // Of those who are worth the same all get the next layer before one gets another: the higher it
  // is, the less a bit spent on it shows.
  for (auto first = order.begin(); first != order.end();) {
    const auto last = std::find_if(first, order.end(), [first](const LayerRequest* r) {
      return r->priority != (*first)->priority;
    });
    for (bool raised = true; raised;) {
      raised = false;
      for (auto it = first; it != last; ++it) {
        LayerRequest& r = **it;
        if (r.chosen == kLayerPaused || r.temporal != kWholeLayer) continue;
        const int next = NextActive(*r.info, r.chosen);
        const int ideal = std::min(IdealLayer(*r.info, r.max_height), r.most);
        if (next == kLayerPaused || next > ideal) continue;
        const int64_t more = RateOf(r, next) - RateOf(r, r.chosen);
        if (more > (next <= r.current ? most_kept : most) - spent) continue;
        spent += more;
        r.chosen = next;
        raised = true;
      }
    }
    first = last;
  }
}

}  // namespace parley
