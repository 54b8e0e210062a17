#include "signaling/features/stage/stage_feature.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

constexpr std::string_view kSpotlightRow = "spotlight";
constexpr std::string_view kLayoutRow = "layout";

bool IsLayout(std::string_view word) { return word == "gallery" || word == "speaker"; }

}  // namespace

FeatureEntry StageFeature::Entry() {
  return {.name = "stage",
          .requests = {"stage.spotlight", "stage.layout"},
          .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<StageFeature>(room);
          }};
}

StageFeature::Result StageFeature::Handle(Participant& from, const FeatureRequest& request, Now) {
  if (!MayDo(from.role, Action::kDirectStage)) {
    return std::unexpected(
        Error::Of(ErrorCode::kForbidden, "Only hosts decide what everybody is shown."));
  }
  return request.verb == "spotlight" ? SetSpotlight(request) : SetLayout(request);
}

StageFeature::Result StageFeature::SetSpotlight(const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  std::vector<Spotlit> shown;
  if (const auto* wanted = fields.Array("show", kSpotlight)) {
    for (const auto& each : wanted->GetArray()) {
      FieldReader one(each.IsObject() ? &each : nullptr, fault, fields.PathOf("show"));
      Spotlit entry{.participant = one.String("participant")};
      const std::string source = one.OptionalString("source").value_or("camera");
      if (source == "screen") {
        entry.source = SourceKind::kScreen;
      } else if (source != "camera") {
        one.Fail("source", "must be camera or screen");
      }
      if (std::ranges::find(shown, entry) == shown.end()) shown.push_back(std::move(entry));
    }
  }
  if (fault) return std::unexpected(*std::move(fault));
  for (const Spotlit& each : shown) {
    if (!room_.Find(each.participant)) {
      return std::unexpected(Error::Of(ErrorCode::kParticipantNotFound));
    }
  }
  if (shown == room_.spotlight()) return "{}";
  room_.set_spotlight(std::move(shown));
  Tell();
  return "{}";
}

StageFeature::Result StageFeature::SetLayout(const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string layout = fields.OptionalString("layout").value_or("");
  if (!layout.empty() && !IsLayout(layout)) {
    fields.Fail("layout", "must be gallery, speaker or null");
  }
  if (fault) return std::unexpected(*std::move(fault));
  if (layout == layout_) return "{}";
  layout_ = layout;
  Tell();
  return "{}";
}

void StageFeature::Tell() {
  if (room_.spotlight().empty()) {
    rows_.Forget(kSpotlightRow);
  } else {
    std::string row;
    for (const Spotlit& each : room_.spotlight()) {
      if (!row.empty()) row += ' ';
      row += each.participant + ':' + std::string(ToString(each.source));
    }
    rows_.Save(kSpotlightRow, std::move(row));
  }
  if (layout_.empty()) {
    rows_.Forget(kLayoutRow);
  } else {
    rows_.Save(kLayoutRow, layout_);
  }
  const auto write = [&](JsonWriter& w) { WriteMembers(w); };
  room_.Broadcast(WriteEvent("stage.settings", room_.NextVersion(), write));
  room_.TellOutside("stage.settings", WriteObject(write));
}

void StageFeature::WriteMembers(JsonWriter& w) const {
  w.Key("spotlight");
  w.StartArray();
  for (const Spotlit& each : room_.spotlight()) {
    if (!room_.Find(each.participant)) continue;
    w.StartObject();
    WriteField(w, "participant", each.participant);
    WriteField(w, "source", ToString(each.source));
    w.EndObject();
  }
  w.EndArray();
  WriteFieldOrNull(w, "layout", layout_.empty() ? std::nullopt : std::optional(layout_));
}

// Back after a restart.
void StageFeature::OnJoined(Participant& participant, Now) {
  const auto& lit = room_.spotlight();
  if (std::ranges::find(lit, participant.id, &Spotlit::participant) != lit.end()) Tell();
}

// All are told already that they left, and with whom the spotlight goes.
void StageFeature::OnLeft(const Participant& participant, Now) {
  auto rest = room_.spotlight();
  const auto erased =
      std::erase_if(rest, [&](const Spotlit& each) { return each.participant == participant.id; });
  if (erased == 0) return;
  room_.set_spotlight(std::move(rest));
  Tell();
}

void StageFeature::OnEmpty() {
  if (!room_.spotlight().empty()) rows_.Forget(kSpotlightRow);
  if (!layout_.empty()) rows_.Forget(kLayoutRow);
  room_.set_spotlight({});
  layout_.clear();
}

void StageFeature::AddTo(Snapshot& snapshot, const Participant&) const {
  snapshot.features.push_back(
      {.name = "stage", .json = WriteObject([&](JsonWriter& w) { WriteMembers(w); })});
}

void StageFeature::Restore(std::string_view key, std::string_view value) {
  if (key == kLayoutRow && IsLayout(value)) layout_ = value;
  if (key != kSpotlightRow) return;
  std::vector<Spotlit> lit;
  while (!value.empty() && lit.size() < kSpotlight) {
    const std::string_view entry = value.substr(0, value.find(' '));
    value.remove_prefix(std::min(value.size(), entry.size() + 1));
    const size_t mark = entry.find(':');
    if (mark == std::string_view::npos) continue;
    const auto source = ParseSourceKind(entry.substr(mark + 1));
    if (source) {
      lit.push_back({.participant = std::string(entry.substr(0, mark)), .source = *source});
    }
  }
  room_.set_spotlight(std::move(lit));
}

}  // namespace parley
