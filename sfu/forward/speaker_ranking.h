#pragma once

// Who holds the speaker seats of a room: the loudest kSpeakerSeats by RFC 6464 level, with
// hysteresis. Levels are smoothed; a challenger must be louder than the weakest seat by a margin
// for a while, unless that seat is silent; a seat is held for a minimum time; a silent seat keeps
// its last speaker; the dominant speaker is never displaced. Sources without levels count as quiet
// but present. Used twice in a Router: over the local sources, to choose whom other cores hear of,
// and over what all cores chose, to fill the room's seats. O(1) per packet; nothing allocates.

#include <array>
#include <cstdint>
#include <optional>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/port/events.h"
#include "sfu/wire/rtp_extensions.h"

namespace parley {

// One source's place in a ranking. It is owned by whoever owns the source, who calls Remove before
// it goes.
struct SpeakerCandidate {
  SourceId source;
  float loudness = 0;  // smoothed, 0 (silence) to 127
  std::optional<Timestamp> last_packet;
  std::optional<Timestamp> challenging_since;
  std::optional<Timestamp> challenging_dominant_since;
  int seat = -1;
};

struct SpeakerRankingConfig {
  // Loudness from which a source counts as speaking: -60 dBov.
  float speaking = 67;
  float margin = 6;  // dB
  Duration challenge_time = Duration::Millis(200);
  // A challenger of a silent seat waits only this long.
  Duration silent_challenge_time = Duration::Millis(40);
  Duration minimum_hold = Duration::Millis(1000);
  Duration dominant_challenge_time = Duration::Millis(400);
};

class SpeakerRanking {
 public:
  explicit SpeakerRanking(const SpeakerRankingConfig& config = {}) : config_(config) {}

  // An audio packet of the candidate arrived. True when seats or the dominant speaker changed.
  bool HandlePacket(SpeakerCandidate& candidate, std::optional<AudioLevel> level, Timestamp now);
  // The source left, was muted or was taken out. True when it held a seat.
  bool Remove(SpeakerCandidate& candidate);

  std::array<SourceId, kSpeakerSeats> seats() const;
  SourceId seat(int i) const {
    return seats_[Index(i)].holder ? seats_[Index(i)].holder->source : SourceId();
  }
  SourceId dominant() const { return dominant_ ? dominant_->source : SourceId(); }
  // Whom the dominant speaker hears as dominant: the last dominant speaker while it has a seat,
  // else whoever of the other seats was loudest when there was none; none when there is no other.
  SourceId runner_up() const { return runner_up_ ? runner_up_->source : SourceId(); }

 private:
  struct Seat {
    SpeakerCandidate* holder = nullptr;
    Timestamp since;
  };

  static size_t Index(int i) { return static_cast<size_t>(i); }
  void Smooth(SpeakerCandidate& candidate, std::optional<AudioLevel> level, Timestamp now) const;
  // Loudness now, faded for as long as nothing was heard.
  float LoudnessOf(const SpeakerCandidate& candidate, Timestamp now) const;
  bool Challenge(SpeakerCandidate& candidate, Timestamp now);
  bool UpdateDominant(SpeakerCandidate& candidate, Timestamp now);
  void UpdateRunnerUp();
  void Sit(size_t seat, SpeakerCandidate& candidate, Timestamp now);

  SpeakerRankingConfig config_;
  std::array<Seat, kSpeakerSeats> seats_;
  SpeakerCandidate* dominant_ = nullptr;
  SpeakerCandidate* runner_up_ = nullptr;
};

}  // namespace parley
