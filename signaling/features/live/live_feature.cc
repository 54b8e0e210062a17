#include "signaling/features/live/live_feature.h"

#include <memory>
#include <utility>

#include "signaling/protocol/json_writer.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

constexpr std::string_view kLive = "live";
constexpr Duration kWaitingInterval = Duration::Seconds(1);

}  // namespace

FeatureEntry LiveFeature::Entry() {
  return {
      .name = "live", .requests = {"live.go"}, .make = [](Room& room) -> std::unique_ptr<Feature> {
        return std::make_unique<LiveFeature>(room);
      }};
}

std::expected<std::string, Error> LiveFeature::Handle(Participant& from, const FeatureRequest&,
                                                      Now now) {
  if (!MayDo(from.role, Action::kGoLive)) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden, "Only hosts can go live."));
  }
  if (auto live = room_.GoLive(now); !live) return std::unexpected(std::move(live.error()));
  return "{}";
}

void LiveFeature::OnLive() {
  rows_.Save(kLive, "true");
  room_.Broadcast(WriteEvent("live.began", room_.NextVersion(), [](JsonWriter&) {}));
}

void LiveFeature::OnEmpty() {
  waiting_told_ = 0;
  if (!room_.record().webinar || room_.InPractice()) return;
  room_.set_live(false);
  rows_.Forget(kLive);
}

void LiveFeature::OnTimeout(Now now) {
  const size_t waiting = room_.foyer().queue().size();
  if (waiting == waiting_told_ || now.steady < waiting_due_) return;
  waiting_due_ = now.steady + kWaitingInterval;
  waiting_told_ = waiting;
  room_.Broadcast(WriteEvent("live.waiting", 0, [&](JsonWriter& w) {
    WriteField(w, "count", static_cast<int64_t>(waiting));
  }));
}

void LiveFeature::AddTo(Snapshot& snapshot, const Participant&) const {
  if (!room_.record().webinar) return;
  snapshot.features.push_back(
      {.name = "live", .json = WriteObject([&](JsonWriter& w) {
                         WriteFlag(w, "live", !room_.InPractice());
                         WriteField(w, "waiting",
                                    static_cast<int64_t>(room_.foyer().queue().size()));
                       })});
}

void LiveFeature::Restore(std::string_view key, std::string_view) {
  if (key == kLive) room_.set_live(true);
}

}  // namespace parley
