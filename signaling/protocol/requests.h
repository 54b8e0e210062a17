#pragma once

// What a client may ask (PROTOCOL.md), as values: parsed, checked for types and ranges, and not yet
// for sense. Values, any thread.

#include <rapidjson/document.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sfu/base/ids.h"
#include "signaling/protocol/types.h"

namespace parley {

inline constexpr size_t kMaxViewEntries = 64;
inline constexpr int kMaxViewHeight = 4320;
inline constexpr size_t kMaxSourcesByMid = 16;
inline constexpr size_t kMaxInstance = 64;

// An SDP offer and what its m-lines are: MID to source kind; empty for the defaults of PROTOCOL.md.
struct SdpOffer {
  std::string sdp;
  std::map<std::string, SourceKind> sources_by_mid;
};

struct JoinRequest {
  std::string room;
  std::optional<std::string> invite;  // exactly one of invite and token
  std::optional<std::string> token;
  std::optional<std::string> passcode;  // of rooms that have one, beside an invite
  std::string name;                     // empty: the token's
  std::optional<SdpOffer> offer;
  SourceKindSet publish;
  std::string client;
  std::string
      instance;  // which installation of it: kMaxInstance characters at most; empty: unknown
};

struct ResumeRequest {
  std::string resume;
  std::optional<SdpOffer> offer;
  std::optional<SourceKindSet> publish;  // which sources are on from now; nothing: as they were
};

struct OfferRequest {
  SdpOffer offer;
  bool fresh = false;
  bool beside = false;  // the earlier peer connection goes on for a while; after `move` only
};

struct ViewEntry {
  SourceId source;
  uint16_t height = 0;  // 1..kMaxViewHeight
};

struct ViewRequest {
  std::vector<ViewEntry> show;
  std::vector<SourceId> pinned;
};

struct PublishRequest {
  SourceKind source{};
  bool on = false;
};

struct RenameRequest {
  std::string name;
  std::string participant;  // a caller by phone; empty: oneself
};

struct MuteRequest {
  std::string participant;  // empty: everybody but hosts
  SourceKind source{};
  std::vector<std::string> except;  // ids, of everybody
};

struct RemoveRequest {
  std::string participant;
};

enum class RecordAction : uint8_t { kStart, kPause, kResume, kStop };

struct RecordRequest {
  RecordAction action{};
};

// Whether one's own media may be stored.
struct ConsentRequest {
  bool given = false;
};

struct EndRequest {};
struct LeaveRequest {};
struct PingRequest {};

// For a feature of the room (signaling/room/feature.h), which reads the fields itself. Its type is
// the feature's name, or that, a dot and a verb.
struct FeatureRequest {
  std::string feature;
  std::string verb;            // empty: the type is the feature's name alone
  rapidjson::Document fields;  // an object, or null when there was no `data`
};

using RequestBody =
    std::variant<JoinRequest, ResumeRequest, OfferRequest, ViewRequest, PublishRequest,
                 RenameRequest, MuteRequest, RemoveRequest, RecordRequest, ConsentRequest,
                 EndRequest, LeaveRequest, PingRequest, FeatureRequest>;

struct Request {
  int32_t id = 0;
  RequestBody body;
};

}  // namespace parley
