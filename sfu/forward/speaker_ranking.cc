#include "sfu/forward/speaker_ranking.h"

#include <algorithm>
#include <cmath>

namespace parley {
namespace {

constexpr float kAttackMs = 60;
constexpr float kReleaseMs = 400;
// Discontinuous transmission leaves gaps of up to 400 ms within one speaker's silence; what is
// longer than this fades.
constexpr int64_t kFadeAfterMs = 200;
// Nothing is known of a source after this long: its first level counts as it is.
constexpr int64_t kFreshAfterMs = 600;
// A source without RFC 6464 levels: present, below speaking level but above most silence.
constexpr float kUnknownLoudness = 60;
// What a packet without the voice bit loses, in dB: noise yields to speech of the same level.
constexpr float kNoVoicePenalty = 10;

}  // namespace

void SpeakerRanking::Smooth(SpeakerCandidate& candidate, std::optional<AudioLevel> level,
                            Timestamp now) const {
  float target = kUnknownLoudness;
  if (level) {
    target = 127.0F - static_cast<float>(level->level) - (level->voice ? 0 : kNoVoicePenalty);
    target = std::max(target, 0.0F);
  }
  bool fresh = !candidate.last_packet || (now - *candidate.last_packet).ms() > kFreshAfterMs;
  if (fresh) {
    candidate.loudness = target;
  } else {
    candidate.loudness = LoudnessOf(candidate, now);
    auto us = std::clamp<int64_t>((now - *candidate.last_packet).us(), 0, 100'000);
    float time_constant = target > candidate.loudness ? kAttackMs : kReleaseMs;
    float share = std::min(static_cast<float>(us) / 1000.0F / time_constant, 1.0F);
    candidate.loudness += (target - candidate.loudness) * share;
  }
  candidate.last_packet = now;
}

float SpeakerRanking::LoudnessOf(const SpeakerCandidate& candidate, Timestamp now) const {
  if (!candidate.last_packet) return 0;
  int64_t quiet_ms = (now - *candidate.last_packet).ms() - kFadeAfterMs;
  if (quiet_ms <= 0) return candidate.loudness;
  return candidate.loudness * std::exp(-static_cast<float>(quiet_ms) / kReleaseMs);
}

bool SpeakerRanking::HandlePacket(SpeakerCandidate& candidate, std::optional<AudioLevel> level,
                                  Timestamp now) {
  Smooth(candidate, level, now);
  bool changed = candidate.seat < 0 && Challenge(candidate, now);
  if (candidate.seat >= 0 && UpdateDominant(candidate, now)) changed = true;
  if (changed) UpdateRunnerUp();
  return changed;
}

bool SpeakerRanking::Challenge(SpeakerCandidate& candidate, Timestamp now) {
  size_t weakest = seats_.size();
  float weakest_loudness = 0;
  for (size_t i = 0; i < seats_.size(); ++i) {
    if (!seats_[i].holder) {
      Sit(i, candidate, now);
      return true;
    }
    if (seats_[i].holder == dominant_) continue;
    float loudness = LoudnessOf(*seats_[i].holder, now);
    if (weakest == seats_.size() || loudness < weakest_loudness) {
      weakest = i;
      weakest_loudness = loudness;
    }
  }
  if (candidate.loudness < config_.speaking ||
      candidate.loudness < weakest_loudness + config_.margin) {
    candidate.challenging_since.reset();
    return false;
  }
  if (!candidate.challenging_since) candidate.challenging_since = now;
  bool silent = weakest_loudness < config_.speaking;
  Duration waited = now - *candidate.challenging_since;
  if (waited < (silent ? config_.silent_challenge_time : config_.challenge_time)) return false;
  if (!silent && now - seats_[weakest].since < config_.minimum_hold) return false;
  seats_[weakest].holder->seat = -1;
  Sit(weakest, candidate, now);
  return true;
}

bool SpeakerRanking::UpdateDominant(SpeakerCandidate& candidate, Timestamp now) {
  if (&candidate == dominant_) return false;
  float to_beat = dominant_ ? LoudnessOf(*dominant_, now) : 0;
  bool silent = to_beat < config_.speaking;
  if (candidate.loudness < config_.speaking ||
      (!silent && candidate.loudness < to_beat + config_.margin)) {
    candidate.challenging_dominant_since.reset();
    return false;
  }
  if (!candidate.challenging_dominant_since) candidate.challenging_dominant_since = now;
  Duration needed = !dominant_ ? Duration::Zero() : config_.dominant_challenge_time;
  if (now - *candidate.challenging_dominant_since < needed) return false;
  runner_up_ = dominant_;
  dominant_ = &candidate;
  candidate.challenging_dominant_since.reset();
  return true;
}

void SpeakerRanking::Sit(size_t seat, SpeakerCandidate& candidate, Timestamp now) {
  seats_[seat] = {&candidate, now};
  candidate.seat = static_cast<int>(seat);
  candidate.challenging_since.reset();
  candidate.challenging_dominant_since.reset();
}

bool SpeakerRanking::Remove(SpeakerCandidate& candidate) {
  candidate.challenging_since.reset();
  candidate.challenging_dominant_since.reset();
  candidate.loudness = 0;
  candidate.last_packet.reset();
  if (candidate.seat < 0) return false;
  seats_[Index(candidate.seat)] = Seat();
  candidate.seat = -1;
  if (dominant_ == &candidate) dominant_ = nullptr;
  UpdateRunnerUp();
  return true;
}

std::array<SourceId, kSpeakerSeats> SpeakerRanking::seats() const {
  std::array<SourceId, kSpeakerSeats> seats;
  for (int i = 0; i < kSpeakerSeats; ++i) seats[Index(i)] = seat(i);
  return seats;
}

void SpeakerRanking::UpdateRunnerUp() {
  if (runner_up_ && runner_up_->seat >= 0 && runner_up_ != dominant_) return;
  runner_up_ = nullptr;
  for (const Seat& s : seats_) {
    if (!s.holder || s.holder == dominant_) continue;
    if (!runner_up_ || s.holder->loudness > runner_up_->loudness) runner_up_ = s.holder;
  }
}

}  // namespace parley
