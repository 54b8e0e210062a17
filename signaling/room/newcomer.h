#pragma once

// Who is to join a room. A value; signaling thread.

#include <string>

#include "signaling/protocol/types.h"

namespace parley {

class ParticipantSink;

// `id` is empty but for one who was here before the server restarted, or who waited in the lobby.
struct Newcomer {
  std::string id;
  std::string name;  // normalised
  // Whose: the same for whoever comes again, as far as can be known, and told to nobody; empty
  // where nothing is.
  std::string person = {};
  // Of their client's installation, as it says itself; empty where it does not.
  std::string instance = {};
  Role role = Role::kPanelist;
  ParticipantKind kind = ParticipantKind::kBrowser;
  bool by_token = false;  // and not by an invitation or a PIN
  SourceKindSet may_publish;
  SourceKindSet publish;  // on from the start, as far as offered
  ParticipantSink* sink = nullptr;
};

}  // namespace parley
