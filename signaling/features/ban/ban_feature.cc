#include "signaling/features/ban/ban_feature.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/refuse.h"
#include "signaling/room/newcomer.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

std::unexpected<Error> RefuseTarget(std::string message) {
  return std::unexpected(Error::BadField("participant", std::move(message)));
}

// Without the empty ones, which say nothing.
std::set<std::string> SignsOf(const auto& somebody) {
  std::set<std::string> signs{somebody.id, somebody.person, somebody.instance};
  signs.erase(std::string());
  return signs;
}

bool IsSame(const Participant& one, const Participant& other) {
  return &one == &other || (!one.person.empty() && one.person == other.person) ||
         (!one.instance.empty() && one.instance == other.instance);
}

}  // namespace

FeatureEntry BanFeature::Entry() {
  return {.name = "ban", .requests = {"ban"}, .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<BanFeature>(room);
          }};
}

BanFeature::BanFeature(Room& room) : room_(room), rows_(room, "ban") {}

std::expected<std::string, Error> BanFeature::Handle(Participant& from,
                                                     const FeatureRequest& request, Now now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string id = fields.String("participant");
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kRemoveOthers)) return Refuse(ErrorCode::kForbidden);
  const Participant* target = room_.Find(id);
  if (!target) return Refuse(ErrorCode::kParticipantNotFound);
  if (target->kind == ParticipantKind::kPhone) {
    return RefuseTarget("Nobody knows a caller again: lock the meeting to keep callers out.");
  }
  if (IsSame(*target, from)) return RefuseTarget("This would close the meeting to yourself.");
  std::vector<Participant*> all;
  for (Participant* each : room_.participants()) {
    if (!IsSame(*each, *target)) continue;
    if (each->role == Role::kHost && !MayDo(from.role, Action::kRemoveHosts)) {
      return Refuse(ErrorCode::kForbidden);
    }
    all.push_back(each);
  }
  if (signs_.size() >= kBans) {
    return std::unexpected(
        Error::Of(ErrorCode::kTooLarge, "Too many are kept out: lock the meeting instead."));
  }
  for (Participant* each : all) {
    room_.TellOutside("participant.banned", WriteObject([&](JsonWriter& w) {
                        WriteField(w, "participant", each->id);
                        WriteField(w, "by", from.id);
                      }));
    for (const std::string& sign : SignsOf(*each)) Ban(sign);
    room_.RemoveBy(from, *each, now);
  }
  TurnAway();
  return "{}";
}

// Of those who wait whoever is banned now.
void BanFeature::TurnAway() {
  std::vector<std::string> banned;
  for (Lobby* lobby : {&room_.lobby(), &room_.foyer()}) {
    for (const auto& knock : lobby->queue()) {
      if (!MayEnter(knock->newcomer)) banned.push_back(knock->newcomer.id);
    }
  }
  for (const std::string& id : banned) (void)room_.LobbyOf(id).Deny(id, {});
}

void BanFeature::Ban(const std::string& sign) {
  if (signs_.insert(sign).second) rows_.Save(sign, "");
}

std::expected<void, Error> BanFeature::MayEnter(const Newcomer& newcomer) const {
  for (const std::string& sign : SignsOf(newcomer)) {
    if (!signs_.contains(sign)) continue;
    return std::unexpected(
        Error::Of(ErrorCode::kForbidden, "A host has closed this meeting to you."));
  }
  return {};
}

void BanFeature::OnEmpty() {
  for (const std::string& sign : signs_) rows_.Forget(sign);
  signs_.clear();
}

void BanFeature::Restore(std::string_view key, std::string_view) { signs_.emplace(key); }

}  // namespace parley
