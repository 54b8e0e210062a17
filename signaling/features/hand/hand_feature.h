#pragma once

// Raised hands, in the order in which the server saw them go up: each raises and lowers their own,
// by key or page, whoever may lowers another's or takes the next. They stay up over a lost socket
// and a restart of the server. Signaling thread; bounded by the participants.

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

class HandFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit HandFeature(Room& room);

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void Prepare(Participant& participant) override;
  void OnLeft(const Participant& participant, Now now) override;
  void OnEmpty() override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;
  void Restore(std::string_view key, std::string_view value) override;

 private:
  using Result = std::expected<std::string, Error>;

  struct Hand {
    std::string participant;
    WallTime at;
  };

  Result Raise(Participant& from, const FeatureRequest& request, Now now);
  Result TakeNext(const Participant& from, Now now);
  void Set(Participant& participant, bool up, Now now);
  void Forget(std::string_view participant);

  Room& room_;
  FeatureRows rows_;
  uint64_t count_ = 0;
  std::map<uint64_t, Hand> queue_;  // in the order in which they went up
};

}  // namespace parley
