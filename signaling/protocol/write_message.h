#pragma once

// Messages of the server as JSON text (PROTOCOL.md). Strings handed in are valid UTF-8. Any thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/units.h"
#include "signaling/protocol/error.h"
#include "signaling/protocol/messages.h"

namespace parley {

// Answers. An error without a request that could be named has the id 0 and writes none.
std::string WriteEmptyResult(int32_t id);
std::string WriteJoinResult(int32_t id, const JoinResult& result);
std::string WriteWaitingResult(int32_t id, const WaitingResult& result);
std::string WriteOfferResult(int32_t id, std::string_view answer,
                             const std::vector<SlotInfo>& slots);
std::string WriteRenameResult(int32_t id, std::string_view resume);
std::string WriteError(int32_t id, const Error& error);

// As in the result of a join.
std::string WriteSnapshot(const Snapshot& room);

// Events that change the room's state carry its version.
std::string WriteParticipantJoined(uint64_t version, const ParticipantInfo& participant);
std::string WriteParticipantChanged(uint64_t version, const ParticipantInfo& participant);
std::string WriteParticipantLeft(uint64_t version, std::string_view participant,
                                 LeaveReason reason);
// All whom somebody sees from now on, in place of those before.
std::string WriteParticipants(uint64_t version, const std::vector<ParticipantInfo>& participants);
std::string WriteAudience(size_t count);
// Nothing: there is none, or it ended, perhaps for a reason.
std::string WriteRecording(uint64_t version, const std::optional<RecordingInfo>& recording,
                           const std::optional<RecordingTrouble>& trouble);

// Events for one client, or that leave the state as it is.
std::string WriteSlots(const SlotMap& map);
std::string WriteSpeakers(const std::optional<std::string>& dominant,
                          const std::vector<std::string>& active);
std::string WriteQuality(const std::map<std::string, int>& participants);
std::string WriteMuted(SourceKind source, std::string_view by);
std::string WriteMove();
std::string WriteDemand(SourceKind source, uint8_t encodings);
std::string WriteEnded(const std::optional<std::string>& by);
std::string WriteRemoved(std::string_view by);
std::string WriteClosing(Duration retry_after);
// To whoever waits in the lobby. An admission holds what a join is answered with.
std::string WriteLobbyPlace(size_t place);
std::string WriteLobbyAdmitted(const JoinResult& result);
std::string WriteLobbyDenied(std::string_view message);

}  // namespace parley
