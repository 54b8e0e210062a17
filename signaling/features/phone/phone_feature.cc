#include "signaling/features/phone/phone_feature.h"

#include <memory>

#include "signaling/protocol/json_writer.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/room.h"

namespace parley {

FeatureEntry PhoneFeature::Entry() {
  return {.name = "phone", .requests = {}, .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<PhoneFeature>(room);
          }};
}

std::expected<std::string, Error> PhoneFeature::Handle(Participant&, const FeatureRequest&, Now) {
  return std::unexpected(Error::Of(ErrorCode::kUnknownType));
}

// Who becomes a host is told what hosts know.
void PhoneFeature::OnRoleChanged(const Participant& participant) {
  if (!room_.phone_numbers() || participant.role != Role::kHost || !participant.sink) return;
  participant.sink->Deliver(WriteEvent("phone.host_pin", 0, [&](JsonWriter& w) {
    WriteField(w, "host_pin", room_.record().host_pin);
  }));
}

void PhoneFeature::AddTo(Snapshot& snapshot, const Participant& viewer) const {
  if (!room_.phone_numbers()) return;
  const std::string json = WriteObject([&](JsonWriter& w) {
    if (viewer.role == Role::kHost) WriteField(w, "host_pin", room_.record().host_pin);
  });
  snapshot.features.push_back({.name = "phone", .json = json});
}

}  // namespace parley
