#include "signaling/room/broadcast_port.h"

#include "signaling/protocol/json_writer.h"

namespace parley {

std::string_view ToString(BroadcastState state) {
  switch (state) {
    case BroadcastState::kStarting:
      return "starting";
    case BroadcastState::kLive:
      return "live";
    case BroadcastState::kReconnecting:
      return "reconnecting";
    case BroadcastState::kFailed:
      break;
  }
  return "failed";
}

std::string WriteBroadcastStatus(const BroadcastStatus* status, const BroadcastOffer* offer) {
  return WriteObject([&](JsonWriter& w) {
    if (status != nullptr) {
      WriteField(w, "state", ToString(status->state));
      WriteTime(w, "started_at", status->started_at);
      if (!status->trouble.empty()) WriteField(w, "trouble", status->trouble);
    }
    if (offer == nullptr) return;
    WriteObject(w, "offer", [&](JsonWriter& members) {
      WriteFlag(members, "hls", offer->hls);
      WriteKey(members, "rtmp_hosts");
      members.StartArray();
      for (const std::string& host : offer->rtmp_hosts) WriteText(members, host);
      members.EndArray();
    });
    if (status == nullptr) return;
    if (status->wish.hls) WriteField(w, "watch", "/live/" + status->id);
    WriteKey(w, "targets");
    w.StartArray();
    for (const BroadcastTarget& target : status->targets) {
      w.StartObject();
      WriteField(w, "name", target.name);
      WriteField(w, "state", ToString(target.state));
      if (!target.trouble.empty()) WriteField(w, "trouble", target.trouble);
      w.EndObject();
    }
    w.EndArray();
  });
}

}  // namespace parley
