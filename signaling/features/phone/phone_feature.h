#pragma once

// What a room's page knows of telephones besides number and PIN: the PIN of hosts, for hosts, and
// for those who may call somebody the calls that are under way. Signaling thread; bounded by what
// the DialPort lets a room call at once.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/room/dial_port.h"
#include "signaling/room/feature.h"

namespace parley {

class PhoneFeature final : public Feature, public DialListener {
 public:
  static FeatureEntry Entry();
  explicit PhoneFeature(Room& room) : room_(room) {}

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnRoleChanged(const Participant& participant) override;
  void OnEmpty() override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;

  // DialListener
  void OnDial(std::string_view call, DialState state, std::string_view participant) override;

 private:
  using Result = std::expected<std::string, Error>;
  struct Call {
    std::string id;
    std::string name;
    std::string by;
    DialState state = DialState::kCalling;
  };

  Result Dial(const Participant& from, const FeatureRequest& request, Now now);
  Result HangUp(const FeatureRequest& request);
  bool MayDial(const Participant& participant) const;
  std::string SettingsFor(const Participant& viewer) const;
  void Tell(const Call& call, std::string_view participant);

  Room& room_;
  std::vector<Call> calls_;  // under way, in the order in which they began
};

}  // namespace parley
