#include "signaling/features/reaction/reaction_feature.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {

FeatureEntry ReactionFeature::Entry() {
  return {.name = "reaction",
          .requests = {"reaction"},
          .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<ReactionFeature>(room);
          }};
}

std::expected<std::string, Error> ReactionFeature::Handle(Participant& from,
                                                          const FeatureRequest& request, Now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const auto* known = std::ranges::find(kReactions, fields.String("reaction"));
  if (known == kReactions.end()) fields.Fail("reaction", "is none that this server knows");
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kReact)) return std::unexpected(Error::Of(ErrorCode::kForbidden));
  ++untold_[static_cast<size_t>(known - kReactions.begin())];
  return "{}";
}

void ReactionFeature::OnTimeout(Now) {
  if (std::ranges::all_of(untold_, [](int64_t count) { return count == 0; })) return;
  const auto counts = std::exchange(untold_, {});
  room_.Broadcast(WriteEvent("reaction", 0, [&](JsonWriter& w) {
    WriteObject(w, "counts", [&](JsonWriter& each) {
      for (size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) WriteField(each, kReactions[i], counts[i]);
      }
    });
  }));
}

}  // namespace parley
