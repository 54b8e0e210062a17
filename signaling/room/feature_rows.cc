#include "signaling/room/feature_rows.h"

#include <utility>

#include "signaling/room/room.h"

namespace parley {

void FeatureRows::Save(std::string_view key, std::string value) {
  room_.store().SaveRow({.room = room_.record().name,
                         .feature = std::string(feature_),
                         .key = std::string(key),
                         .meeting = room_.record().meeting,
                         .value = std::move(value)});
}

void FeatureRows::Forget(std::string_view key) {
  room_.store().ForgetRow(room_.record().name, feature_, key);
}

}  // namespace parley
