#include "recorder/compose/sound_mix.h"

#include <algorithm>
#include <utility>

namespace parley {
namespace {

// A track's last packet ends behind what its manifest says, when that was read of a cut file.
constexpr int64_t kTailUs = 1'000'000;

int64_t ToUs(int64_t sample) { return sample * 1'000'000 / SoundSource::kRate; }

}  // namespace

bool IsSound(const RecordedTrack& track) { return track.codec == "opus"; }

SoundMix::SoundMix(const std::filesystem::path& directory, const Manifest& manifest)
    : directory_(directory) {
  for (const RecordedTrack& track : manifest.tracks) {
    if (IsSound(track)) waiting_.push_back(&track);
  }
  std::ranges::sort(waiting_, std::ranges::greater(), &RecordedTrack::start_us);
}

void SoundMix::Follow(const RecordedTrack& track, int64_t from_us) {
  auto source = SoundSource::Follow(directory_ / track.file, from_us);
  if (!source) {
    ++unreadable_;
    return;
  }
  voices_.push_back({&track, std::make_unique<SoundSource>(*std::move(source))});
}

void SoundMix::Read(int64_t from, std::span<float> out) {
  const int64_t until = from + static_cast<int64_t>(out.size() / SoundSource::kChannels);
  while (!waiting_.empty() && waiting_.back()->start_us < ToUs(until)) {
    const RecordedTrack* track = waiting_.back();
    waiting_.pop_back();
    auto source = SoundSource::Open(directory_ / track->file);
    if (!source) {
      ++unreadable_;
      continue;
    }
    voices_.push_back({track, std::make_unique<SoundSource>(*std::move(source))});
  }
  std::ranges::fill(out, 0.0f);
  std::erase_if(voices_, [&](const Voice& voice) {
    if (voice.track->end_us + kTailUs > ToUs(from)) return false;
    damaged_ += voice.source->packets_damaged();
    return true;
  });
  for (const Voice& voice : voices_) voice.source->AddTo(from, out);
  limiter_.Process(out);
}

uint64_t SoundMix::packets_damaged() const {
  uint64_t all = damaged_;
  for (const Voice& voice : voices_) all += voice.source->packets_damaged();
  return all;
}

}  // namespace parley
