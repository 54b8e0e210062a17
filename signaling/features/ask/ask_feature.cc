#include "signaling/features/ask/ask_feature.h"

#include <memory>
#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/refuse.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {

FeatureEntry AskFeature::Entry() {
  return {.name = "ask", .requests = {"ask"}, .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<AskFeature>(room);
          }};
}

std::expected<std::string, Error> AskFeature::Handle(Participant& from,
                                                     const FeatureRequest& request, Now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string whom = fields.String("participant");
  const SourceKind source = fields.Source("source");
  if (!fault && source != SourceKind::kMicrophone && source != SourceKind::kCamera) {
    fields.Fail("source", "must be microphone or camera");
  }
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kMuteOthers)) return Refuse(ErrorCode::kForbidden);
  const Participant* target = room_.Find(whom);
  if (!target) return Refuse(ErrorCode::kParticipantNotFound);
  if (!target->source(source).offered) return Refuse(ErrorCode::kSourceNotFound);
  if (target->source(source).on || !target->sink) return "{}";
  target->sink->Deliver(WriteEvent("ask", 0, [&](JsonWriter& w) {
    WriteField(w, "source", ToString(source));
    WriteField(w, "by", from.id);
  }));
  target->sink->OnAsked(source);
  return "{}";
}

}  // namespace parley
