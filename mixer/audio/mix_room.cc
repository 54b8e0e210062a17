#include "mixer/audio/mix_room.h"

#include <algorithm>

#include "sfu/base/check.h"
#include "sfu/base/prefetch.h"

namespace parley {
namespace {

SampleRate LegRate(AudioCodec codec) {
  switch (codec) {
    case AudioCodec::kPcmu:
    case AudioCodec::kPcma:
      return SampleRate::k8kHz;
    case AudioCodec::kG722:
      return SampleRate::k16kHz;
    case AudioCodec::kOpus:
      break;
  }
  return SampleRate::k48kHz;
}

size_t Index(AudioCodec codec) { return static_cast<size_t>(codec); }

}  // namespace

struct MixRoom::Leg {
  Leg(AudioCodec codec, SampleRate mix_rate, const MixRoomConfig& config)
      : input(LegRate(codec), mix_rate),
        output(codec, mix_rate, config.encoder),
        private_resampler(SampleRate::k8kHz, mix_rate) {
    input.SetAgc(config.agc);
  }

  LegInput input;
  LegOutput output;
  Resampler private_resampler;
  std::span<const int16_t> frame;
  std::span<const int16_t> private_frame;
  bool muted = false;
};

// The chain of those who share a codec's encoding; used_ says whether it ran in the last tick, so
// that its state is the one that the sharers' decoders are in.
struct MixRoom::Shared {
  Shared(AudioCodec codec, SampleRate mix_rate, const AudioEncoderSettings& settings)
      : chain(codec, mix_rate, settings) {}

  OutputChain chain;
  bool used = false;
};

struct MixRoom::Input {
  Input(SampleRate from, SampleRate to) : resampler(from, to), mixed(FrameSamples(to)) {}

  Resampler resampler;
  std::vector<int16_t> mixed;
  std::span<const int16_t> frame;
};

MixRoom::MixRoom(const MixRoomConfig& config)
    : config_(config), comfort_noise_(config.comfort_noise) {}
MixRoom::~MixRoom() = default;

LegId MixRoom::AddLeg(AudioCodec codec) {
  auto place = std::ranges::find_if(legs_, [](const auto& leg) { return !leg; });
  if (place == legs_.end()) place = legs_.emplace(legs_.end());
  const LegId id(static_cast<uint32_t>(place - legs_.begin()));
  *place = std::make_unique<Leg>(codec, rate_, config_);
  ++leg_count_;
  if (RateNeeded() != rate_) SetRate(RateNeeded());
  auto& shared = shared_[Index(codec)];
  if (!shared) shared = std::make_unique<Shared>(codec, rate_, config_.encoder);
  return id;
}

void MixRoom::RemoveLeg(LegId leg) {
  At(leg);
  legs_[leg.value()].reset();
  --leg_count_;
  if (RateNeeded() != rate_) SetRate(RateNeeded());
}

SampleRate MixRoom::RateNeeded() const {
  const bool opus = std::ranges::any_of(legs_, [](const std::unique_ptr<Leg>& leg) {
    return leg && leg->output.codec() == AudioCodec::kOpus;
  });
  return opus ? SampleRate::k48kHz : SampleRate::k16kHz;
}

// Everything at the old rate begins anew. For a leg that is one seam in a whole call, at the moment
// when somebody with Opus comes or the last one goes.
void MixRoom::SetRate(SampleRate rate) {
  rate_ = rate;
  for (auto& leg : legs_) {
    if (!leg) continue;
    const AudioCodec codec = leg->output.codec();
    leg->input.SetMixRate(rate);
    leg->output = LegOutput(codec, rate, config_.encoder);
    leg->private_resampler = Resampler(SampleRate::k8kHz, rate);
  }
  for (size_t i = 0; i < shared_.size(); ++i) {
    if (!shared_[i]) continue;
    shared_[i] = std::make_unique<Shared>(static_cast<AudioCodec>(i), rate, config_.encoder);
  }
  for (auto& input : inputs_) input.reset();
}

void MixRoom::SetMuted(LegId leg, bool muted) { At(leg).muted = muted; }
void MixRoom::SetFrame(LegId leg, std::span<const int16_t> frame) { At(leg).frame = frame; }
void MixRoom::SetPrivate(LegId leg, std::span<const int16_t> frame) {
  At(leg).private_frame = frame;
}

void MixRoom::SetInput(size_t input, std::span<const int16_t> frame, SampleRate rate) {
  PARLEY_CHECK(input < kInputs);
  auto& slot = inputs_[input];
  if (!slot || slot->resampler.from() != rate) slot = std::make_unique<Input>(rate, rate_);
  slot->frame = frame;
}

void MixRoom::Tick() {
  AddSources();
  ServeSharers();
  ServeOthers();
  for (auto& leg : legs_) {
    if (leg) leg->frame = leg->private_frame = {};
  }
  for (auto& input : inputs_) {
    if (input) input->frame = {};
  }
}

void MixRoom::PrefetchLeg(LegId leg) const { Prefetch(legs_[leg.value()].get(), sizeof(Leg)); }

void MixRoom::AddSources() {
  bus_.Begin(FrameSamples(rate_));
  quiet_ = true;
  for (auto& leg : legs_) {
    if (!leg || !leg->input.HandleFrame(leg->frame, leg->muted)) continue;
    bus_.Add(leg->input.mixed());
    quiet_ = false;
  }
  for (auto& input : inputs_) {
    if (!input || input->frame.empty()) continue;
    input->resampler.Process(input->frame, input->mixed);
    bus_.Add(input->mixed);
    quiet_ = false;
  }
  if (config_.comfort_noise == ComfortNoise::kSilent) return;
  std::array<int16_t, kMaxFrameSamples> noise;
  const std::span<int16_t> frame = std::span(noise).first(FrameSamples(rate_));
  comfort_noise_.Fill(frame);
  bus_.Add(frame);
}

void MixRoom::ServeSharers() {
  std::array<bool, kAudioCodecs> wanted{};
  for (auto& leg : legs_) {
    if (!leg) continue;
    Shared& shared = *shared_[Index(leg->output.codec())];
    const bool hears_own = leg->input.heard() || !leg->private_frame.empty();
    const bool shared_before = leg->output.shares();
    leg->output.Begin(hears_own, shared.used ? &shared.chain : nullptr);
    if (!leg->output.shares()) continue;
    // The first to share again brings the state along.
    if (!shared_before && !shared.used && !wanted[Index(leg->output.codec())]) {
      shared.chain.ContinueFrom(leg->output.chain());
    }
    wanted[Index(leg->output.codec())] = true;
  }
  for (size_t i = 0; i < kAudioCodecs; ++i) {
    if (!shared_[i]) continue;
    shared_[i]->used = wanted[i];
    if (wanted[i]) shared_[i]->chain.Process(bus_.sum());
  }
}

void MixRoom::ServeOthers() {
  std::array<int32_t, kMaxFrameSamples> heard;
  std::array<int16_t, kMaxFrameSamples> prompt;
  const size_t samples = FrameSamples(rate_);
  for (auto& leg : legs_) {
    if (!leg || leg->output.shares()) continue;
    std::span<const int32_t> sum = bus_.sum();
    const std::span<int32_t> own = std::span(heard).first(samples);
    if (leg->input.heard()) {
      bus_.SumWithout(leg->input.mixed(), own);
      sum = own;
    }
    if (!leg->private_frame.empty()) {
      const std::span<int16_t> mixed = std::span(prompt).first(samples);
      leg->private_resampler.Process(leg->private_frame, mixed);
      for (size_t i = 0; i < samples; ++i) own[i] = sum[i] + mixed[i];
      sum = own;
    }
    leg->output.Process(sum, quiet_);
  }
}

std::span<const uint8_t> MixRoom::payload(LegId leg) const {
  const LegOutput& output = At(leg).output;
  return output.shares() ? shared_[Index(output.codec())]->chain.payload() : output.own_payload();
}

std::optional<std::span<const int16_t>> MixRoom::voice(LegId leg) const {
  const LegInput& input = At(leg).input;
  if (!input.heard()) return std::nullopt;
  return input.voice();
}

const VoiceActivity& MixRoom::activity(LegId leg) const { return At(leg).input.activity(); }
bool MixRoom::shares(LegId leg) const { return At(leg).output.shares(); }

MixRoom::Leg& MixRoom::At(LegId leg) {
  PARLEY_CHECK(leg.value() < legs_.size() && legs_[leg.value()]);
  return *legs_[leg.value()];
}
const MixRoom::Leg& MixRoom::At(LegId leg) const { return const_cast<MixRoom*>(this)->At(leg); }

}  // namespace parley
