#pragma once

// Broadcasts that nobody sees: takes note of what a room wants, and lets a test say how it stands.

#include <optional>

#include "signaling/room/broadcast_port.h"

namespace parley::test {

class NotedBroadcasting final : public BroadcastPort {
 public:
  const BroadcastOffer& offer() const override { return offer_; }
  std::expected<void, Error> Start(Room&, BroadcastWish wish, Now now) override {
    if (refuses) return std::unexpected(Error::BadField("targets", "No."));
    status = BroadcastStatus{.id = wish.id.empty() ? "l1" : wish.id,
                             .trouble = {},
                             .started_at = now.wall,
                             .wish = wish,
                             .targets = {}};
    for (size_t i = 0; i < wish.targets.size(); ++i) {
      status->targets.push_back({.name = "rtmp://a/…", .trouble = {}});
    }
    status->wish.id = status->id;
    Tell();
    return {};
  }
  bool Stop(Room&, Now) override {
    if (!status) return false;
    status.reset();
    Tell();
    return true;
  }
  const BroadcastStatus* Find(const Room&) const override { return status ? &*status : nullptr; }
  void Watch(RoomId, BroadcastListener& to) override { listener = &to; }
  void Forget(RoomId) override { listener = nullptr; }
  void Tell() { listener->OnBroadcast(status ? &*status : nullptr); }

  std::optional<BroadcastStatus> status;
  BroadcastListener* listener = nullptr;
  bool refuses = false;

 private:
  const BroadcastOffer offer_{.hls = true, .rtmp_hosts = {"a"}};
};

}  // namespace parley::test
