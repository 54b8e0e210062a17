#include "recorder/compose/sound_source.h"

#include <opus/opus.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace parley {
namespace {

constexpr int64_t kMs = SoundSource::kRate / 1000;
constexpr int kMostFrames = 5760;  // 120 ms, RFC 6716 section 3.4
// Nearer than that to where the last one ended, a packet follows it.
constexpr int64_t kSeam = 15 * kMs;
// Less than that is the rounding of times and made up by nobody.
constexpr int64_t kExact = 1 * kMs;
// Each of it that is to be made up asks for one sample a packet more.
constexpr int64_t kHaste = 3 * kMs;
constexpr int64_t kFade = 5 * kMs;
// What is passed over is decoded that long before it is heard (RFC 7845 section 4.6).
constexpr int64_t kPreRoll = 80 * kMs;

// `sound` with `by` samples a channel more, or less where that is negative.
std::vector<float> Stretched(const std::vector<float>& sound, int64_t by) {
  constexpr size_t kChannels = SoundSource::kChannels;
  const size_t frames = sound.size() / kChannels;
  if (static_cast<int64_t>(frames) < 2 + std::abs(by)) return sound;
  const auto wanted = static_cast<size_t>(static_cast<int64_t>(frames) + by);
  std::vector<float> out(wanted * kChannels);
  const double step = static_cast<double>(frames - 1) / static_cast<double>(wanted - 1);
  for (size_t i = 0; i < wanted; ++i) {
    const double at = static_cast<double>(i) * step;
    const size_t left = std::min(static_cast<size_t>(at), frames - 2);
    const auto part = static_cast<float>(at - static_cast<double>(left));
    for (size_t c = 0; c < kChannels; ++c) {
      out[i * kChannels + c] =
          sound[left * kChannels + c] * (1 - part) + sound[(left + 1) * kChannels + c] * part;
    }
  }
  return out;
}

}  // namespace

void SoundSource::Free::operator()(OpusDecoder* decoder) const { opus_decoder_destroy(decoder); }

std::expected<SoundSource, std::string> SoundSource::Make(
    std::expected<TrackReader, std::string> reader) {
  if (!reader) return std::unexpected(reader.error());
  if (reader->parameters().codec_id != AV_CODEC_ID_OPUS) {
    return std::unexpected("a track is no sound");
  }
  int error = 0;
  std::unique_ptr<OpusDecoder, Free> decoder(opus_decoder_create(kRate, kChannels, &error));
  if (!decoder) return std::unexpected(std::string("libopus: ") + opus_strerror(error));
  return SoundSource(*std::move(reader), std::move(decoder));
}

void SoundSource::AddTo(int64_t from, std::span<float> out) {
  const int64_t until = from + static_cast<int64_t>(out.size() / kChannels);
  DropBefore(from);
  // As far ahead as what nothing follows takes to fade.
  while ((!placed_ || end_ < until + kFade) && Take(from, until + kFade)) {
  }
  const int64_t first = std::max(from, begin());
  const int64_t last = std::min(until, end_);
  if (first >= last) return;
  const float* in = samples_.data() + (first - begin()) * kChannels;
  float* to = out.data() + (first - from) * kChannels;
  for (int64_t i = 0; i < (last - first) * kChannels; ++i) to[i] += in[i];
}

bool SoundSource::Take(int64_t from, int64_t until) {
  if (!next_ && !ended_) {
    next_ = reader_.Next();
    ended_ = !next_ && !reader_.grows();
    if (ended_) FadeOut();
  }
  if (!next_) return false;
  const int64_t at = next_.at_us * kMs / 1000;
  const bool follows = placed_ && std::abs(at - end_) <= kSeam;
  if (!follows && at >= until) {
    FadeOut();
    return false;
  }
  const TrackPacket packet = std::exchange(next_, {});
  if (at + kMostFrames + kPreRoll < from) return true;
  std::vector<float> sound(static_cast<size_t>(kMostFrames) * kChannels);
  const int frames = opus_decode_float(decoder_.get(), packet.bytes().data(),
                                       static_cast<opus_int32>(packet.bytes().size()), sound.data(),
                                       kMostFrames, 0);
  if (frames <= 0) {
    ++damaged_;
    return true;
  }
  sound.resize(static_cast<size_t>(frames) * kChannels);
  Place(at, std::move(sound));
  return true;
}

void SoundSource::Place(int64_t at, std::vector<float> sound) {
  offset_ = placed_ ? at - end_ : 0;
  if (placed_ && std::abs(offset_) <= kSeam) {
    if (std::abs(offset_) > kExact) {
      sound = Stretched(sound, offset_ / kHaste + (offset_ > 0 ? 1 : -1));
    }
  } else if (placed_ && offset_ < 0) {
    return;  // its time was heard already
  } else {
    FadeOut();
    if (!samples_.empty()) samples_.resize(static_cast<size_t>(at - begin()) * kChannels);
    end_ = at;
    const auto fade = std::min<size_t>(kFade, sound.size() / kChannels);
    for (size_t i = 0; i < fade; ++i) {
      const float gain = static_cast<float>(i) / static_cast<float>(fade);
      for (size_t c = 0; c < kChannels; ++c) sound[i * kChannels + c] *= gain;
    }
  }
  placed_ = true;
  faded_ = false;
  samples_.insert(samples_.end(), sound.begin(), sound.end());
  end_ += static_cast<int64_t>(sound.size() / kChannels);
}

// What nothing follows ends softly.
void SoundSource::FadeOut() {
  if (std::exchange(faded_, true)) return;
  const auto fade = std::min<size_t>(kFade, samples_.size() / kChannels);
  const size_t first = samples_.size() - fade * kChannels;
  for (size_t i = 0; i < fade; ++i) {
    const float gain = 1 - static_cast<float>(i) / static_cast<float>(fade);
    for (size_t c = 0; c < kChannels; ++c) samples_[first + i * kChannels + c] *= gain;
  }
}

void SoundSource::DropBefore(int64_t sample) {
  if (sample <= begin()) return;
  const auto gone = std::min(static_cast<size_t>(sample - begin()) * kChannels, samples_.size());
  samples_.erase(samples_.begin(), samples_.begin() + static_cast<ptrdiff_t>(gone));
}

}  // namespace parley
