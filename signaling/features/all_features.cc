#include "signaling/features/all_features.h"

#include "signaling/features/attendance/attendance_feature.h"
#include "signaling/features/ban/ban_feature.h"
#include "signaling/features/broadcast/broadcast_feature.h"
#include "signaling/features/chat/chat_feature.h"
#include "signaling/features/hand/hand_feature.h"
#include "signaling/features/lobby/lobby_feature.h"
#include "signaling/features/phone/phone_feature.h"
#include "signaling/features/playback/playback_feature.h"
#include "signaling/features/poll/poll_feature.h"
#include "signaling/features/qa/qa_feature.h"
#include "signaling/features/reaction/reaction_feature.h"
#include "signaling/features/role/role_feature.h"

namespace parley {

FeatureList AllFeatures() {
  return {AttendanceFeature::Entry(), BanFeature::Entry(),       ChatFeature::Entry(),
          HandFeature::Entry(),       BroadcastFeature::Entry(), LobbyFeature::Entry(),
          PhoneFeature::Entry(),      PlaybackFeature::Entry(),  PollFeature::Entry(),
          QaFeature::Entry(),         ReactionFeature::Entry(),  RoleFeature::Entry()};
}

}  // namespace parley
