#include "signaling/recording/room_chronicle.h"

#include <algorithm>
#include <set>
#include <utility>

#include "recorder/library/json_object.h"
#include "signaling/room/participant.h"

namespace parley {

void RoomChronicle::BeginSegment() {
  people_.clear();
  speaker_.clear();
  lit_.clear();
}

void RoomChronicle::Update(Room& room, Now now, const Tell& tell) {
  TellPeople(room, now, tell);
  if (!people_.empty()) {
    empty_since_.reset();
  } else if (!empty_since_) {
    empty_since_ = now.steady;
  }
  // When somebody speaks is told by their sound, and stored with that only.
  const Participant* dominant = room.dominant();
  const bool speaks =
      dominant && room.IsStored() && room.MayStore(*dominant) && IsThere(dominant->id);
  if (const std::string speaker = speaks ? dominant->id : ""; speaker != speaker_) {
    speaker_ = speaker;
    JsonObject record;
    record.Text("type", "speaker");
    if (!speaker.empty()) record.Text("participant", speaker);
    tell(record.Finish());
  }
  TellSpotlight(room, tell);
  TellChat(room, tell);
}

void RoomChronicle::TellPeople(const Room& room, Now now, const Tell& tell) {
  std::set<std::string> here;
  for (const Participant* participant : room.participants()) {
    if (participant->lost_at && now.wall - *participant->lost_at >= kLost) continue;
    here.insert(participant->id);
    auto [told, is_new] = people_.try_emplace(participant->id, Told{participant->name, {}});
    if (is_new) {
      tell(JsonObject()
               .Text("type", "joined")
               .Text("participant", participant->id)
               .Text("name", participant->name)
               .Text("role", ToString(participant->role))
               .Finish());
    } else if (told->second.name != participant->name) {
      told->second.name = participant->name;
      tell(JsonObject()
               .Text("type", "renamed")
               .Text("participant", participant->id)
               .Text("name", participant->name)
               .Finish());
    }
    if (told->second.consent != participant->consent) {
      told->second.consent = participant->consent;
      tell(JsonObject()
               .Text("type", "consent")
               .Text("participant", participant->id)
               .Flag("given", participant->consent.value_or(false))
               .Finish());
    }
  }
  std::erase_if(people_, [&](const auto& person) {
    if (here.contains(person.first)) return false;
    tell(JsonObject().Text("type", "left").Text("participant", person.first).Finish());
    return true;
  });
}

void RoomChronicle::TellSpotlight(Room& room, const Tell& tell) {
  std::vector<Spotlit> lit = room.spotlight();
  std::erase_if(lit, [&](const Spotlit& each) { return room.Find(each.participant) == nullptr; });
  const auto differ = [&](const std::vector<Spotlit>& of, const std::vector<Spotlit>& than,
                          bool on) {
    for (const Spotlit& each : of) {
      if (std::ranges::find(than, each) != than.end()) continue;
      tell(JsonObject()
               .Text("type", "spotlight")
               .Text("participant", each.participant)
               .Text("source", ToString(each.source))
               .Flag("on", on)
               .Finish());
    }
  };
  differ(lit_, lit, false);
  differ(lit, lit_, true);
  lit_ = std::move(lit);
}

void RoomChronicle::TellChat(Room& room, const Tell& tell) {
  for (const Remark& remark : room.TakeRemarks()) {
    tell(JsonObject()
             .Text("type", "chat")
             .Text("participant", remark.participant)
             .Text("name", remark.name)
             .Text("text", remark.text)
             .Finish());
  }
}

}  // namespace parley
