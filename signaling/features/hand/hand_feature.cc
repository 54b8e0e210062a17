#include "signaling/features/hand/hand_feature.h"

#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {

FeatureEntry HandFeature::Entry() {
  return {.name = "hand", .requests = {"hand"}, .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<HandFeature>(room);
          }};
}

std::expected<std::string, Error> HandFeature::Handle(Participant& from,
                                                      const FeatureRequest& request, Now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const bool up = fields.Bool("up");
  const std::string whose = fields.OptionalString("participant").value_or("");
  if (fault) return std::unexpected(*std::move(fault));

  Participant* target = &from;
  if (!whose.empty() && whose != from.id) {
    if (up || !MayDo(from.role, Action::kLowerHands)) {
      return std::unexpected(Error::Of(ErrorCode::kForbidden));
    }
    target = room_.Find(whose);
    if (!target) return std::unexpected(Error::Of(ErrorCode::kParticipantNotFound));
  } else if (!MayDo(from.role, Action::kRaiseHand)) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden));
  }
  if (target->hand != up) {
    target->hand = up;
    room_.Announce(*target);
  }
  return "{}";
}

}  // namespace parley
