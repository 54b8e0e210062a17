#include "signaling/features/all_features.h"

#include "signaling/features/announcement/announcement_feature.h"
#include "signaling/features/ask/ask_feature.h"
#include "signaling/features/attendance/attendance_feature.h"
#include "signaling/features/ban/ban_feature.h"
#include "signaling/features/broadcast/broadcast_feature.h"
#include "signaling/features/chat/chat_feature.h"
#include "signaling/features/crowd/crowd_feature.h"
#include "signaling/features/hand/hand_feature.h"
#include "signaling/features/live/live_feature.h"
#include "signaling/features/lobby/lobby_feature.h"
#include "signaling/features/phone/phone_feature.h"
#include "signaling/features/playback/playback_feature.h"
#include "signaling/features/poll/poll_feature.h"
#include "signaling/features/qa/qa_feature.h"
#include "signaling/features/reaction/reaction_feature.h"
#include "signaling/features/role/role_feature.h"
#include "signaling/features/stage/stage_feature.h"

namespace parley {

FeatureList AllFeatures() {
  // The role that a host gave stands over the one that a crowd leaves: `crowd` before `role`.
  // Whoever is banned is told that rather than that they had left: `ban` before `attendance`.
  return {AnnouncementFeature::Entry(), AskFeature::Entry(),       BanFeature::Entry(),
          AttendanceFeature::Entry(),   BroadcastFeature::Entry(), ChatFeature::Entry(),
          CrowdFeature::Entry(),        HandFeature::Entry(),      LiveFeature::Entry(),
          LobbyFeature::Entry(),        PhoneFeature::Entry(),     PlaybackFeature::Entry(),
          PollFeature::Entry(),         QaFeature::Entry(),        ReactionFeature::Entry(),
          RoleFeature::Entry(),         StageFeature::Entry()};
}

}  // namespace parley
