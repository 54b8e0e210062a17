#include "signaling/room/wish_list.h"

#include <algorithm>

namespace parley {
namespace {

constexpr uint8_t kThumbnail = 0;
constexpr uint8_t kVisible = 1;
constexpr uint8_t kStage = 2;
// Below this a picture is one of many.
constexpr uint16_t kThumbnailHeight = 240;
// Without a view nobody said how large the others are shown.
constexpr uint16_t kUnaskedHeight = 360;

class WishList {
 public:
  WishList(std::span<const LiveVideo> live, std::span<const SourceId> own, size_t count)
      : live_(live), own_(own), count_(count) {
    wishes_.reserve(std::min(count, live.size()));
  }

  bool full() const { return wishes_.size() >= count_; }

  void Add(SourceId source, uint16_t max_height, uint8_t priority) {
    if (full() || std::ranges::find(own_, source) != own_.end()) return;
    if (std::ranges::find(wishes_, source, &SlotWish::source) != wishes_.end()) return;
    const auto found = std::ranges::find(live_, source, &LiveVideo::source);
    if (found == live_.end()) return;
    // Of a screen the lower encoding has few pictures and is for weak links, not for small tiles.
    const bool whole = found->screen && max_height >= kThumbnailHeight;
    wishes_.push_back({.source = source,
                       .max_height = whole ? uint16_t{0} : max_height,
                       .priority = found->screen ? kStage : priority});
  }

  std::vector<SlotWish> Take() { return std::move(wishes_); }

 private:
  std::span<const LiveVideo> live_;
  std::span<const SourceId> own_;
  const size_t count_;
  std::vector<SlotWish> wishes_;
};

void AddAsked(WishList& list, const ViewRequest& view) {
  for (const ViewEntry& entry : view.show) {
    uint8_t priority = entry.height < kThumbnailHeight ? kThumbnail : kVisible;
    if (std::ranges::find(view.pinned, entry.source) != view.pinned.end()) priority = kStage;
    list.Add(entry.source, entry.height, priority);
  }
}

void AddWorthSeeing(WishList& list, std::span<const LiveVideo> live, SourceId dominant_camera,
                    const SlotAssigner& current) {
  for (const LiveVideo& video : live) {
    if (video.screen) list.Add(video.source, 0, kStage);
  }
  list.Add(dominant_camera, 0, kStage);
  for (const auto& slot : current.slots()) list.Add(slot.wish.source, kUnaskedHeight, kVisible);
  for (const LiveVideo& video : live) {
    if (list.full()) break;
    list.Add(video.source, kUnaskedHeight, kVisible);
  }
}

}  // namespace

std::vector<SlotWish> MakeWishes(const ViewRequest* view, std::span<const LiveVideo> live,
                                 std::span<const SourceId> own, SourceId dominant_camera,
                                 const SlotAssigner& current, size_t count) {
  WishList list(live, own, count);
  if (view) {
    AddAsked(list, *view);
  } else {
    AddWorthSeeing(list, live, dominant_camera, current);
  }
  return list.Take();
}

}  // namespace parley
