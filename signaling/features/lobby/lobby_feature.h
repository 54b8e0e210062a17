#pragma once

// The hosts' side of the lobby (room/lobby.h): whether there is one, who waits, letting in, turning
// away, and locking the room. Signaling thread.

#include <expected>
#include <string>
#include <string_view>

#include "signaling/protocol/json_writer.h"
#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"
#include "signaling/room/lobby.h"

namespace parley {

class LobbyFeature final : public Feature, public LobbyListener {
 public:
  static FeatureEntry Entry();
  explicit LobbyFeature(Room& room);

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnJoined(Participant& participant, Now now) override;
  void OnRoleChanged(const Participant& participant) override;
  void OnEmpty() override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;
  void Restore(std::string_view key, std::string_view value) override;

  // LobbyListener
  void OnKnock(const Knock& knock) override;
  void OnWaitEnded(const Knock& knock, WaitEnd end) override;
  void OnSettings() override;
  void OnInvitation(Role role) override;
  void OnKnown(std::string_view person, bool known) override;

 private:
  using Result = std::expected<std::string, Error>;

  Result Admit(const FeatureRequest& request, Now now);
  Result Deny(const FeatureRequest& request);
  Result Set(const FeatureRequest& request);
  Result Renew(const FeatureRequest& request);
  Result Lock(const FeatureRequest& request);
  // Those who wait, when this is the first who could let them in.
  void TellOfHost(const Participant& participant);
  void WriteSettings(JsonWriter& w) const;
  // The secrets of the links, for hosts.
  void WriteInvites(JsonWriter& w) const;
  void TellHosts(std::string_view event);

  Room& room_;
  FeatureRows rows_;
};

}  // namespace parley
