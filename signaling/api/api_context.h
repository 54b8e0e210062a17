#pragma once

// What the HTTP resources work with; made once by main and outlives them. Signaling thread.

#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "signaling/recording/recording_settings.h"

namespace parley {

class ApiKeys;
class CaptureDesk;
class ComposerLauncher;
class DeadLetters;
class EventPort;
class HostLink;
class BroadcastDesk;
class JwtTokenVerifier;
class KeptAnswers;
class Metrics;
class RoomRegistry;
class WhipEndpoint;
struct Limits;
struct TrunkStanding;

struct ApiContext {
  RoomRegistry& rooms;
  const JwtTokenVerifier& tokens;
  HostLink& host_link;
  WhipEndpoint& whip;
  Metrics& metrics;
  const Limits& limits;
  ComposerLauncher& composers;
  // "https://meet.example.org": what room links begin with. Empty: as the request came.
  std::string public_url;
  bool public_metrics = false;
  std::filesystem::path recordings = {};  // holds a directory per recording
  RecordingSettings recording = {};
  std::function<void()> wake = {};  // of the server's loop, from any thread
  CaptureDesk* captures = nullptr;
  EventPort* events = nullptr;          // null: nobody outside is told
  DeadLetters* dead_letters = nullptr;  // null: there are no webhooks
  ApiKeys* keys = nullptr;              // null: there are none
  KeptAnswers* answers = nullptr;       // null: no Idempotency-Key is heeded
  BroadcastDesk* broadcasts = nullptr;  // null: nothing is shown live
  // Of the telephone providers; none: there are no phones.
  std::function<std::span<const TrunkStanding>()> trunks = {};
};

}  // namespace parley
