#pragma once

// The sound of one room for its phones, tick by tick: decoded frames of the legs and of the room's
// loudest speakers go in, a payload for each leg comes out. Everybody hears everybody else exactly;
// all silent listeners of a codec share one encoding. Mixes at 16 kHz, and at 48 kHz while a leg
// has Opus. On the mixer's thread; a tick allocates nothing.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "mixer/audio/comfort_noise.h"
#include "mixer/audio/leg_input.h"
#include "mixer/audio/leg_output.h"
#include "mixer/audio/mix_bus.h"
#include "sfu/base/ids.h"

namespace parley {

// A phone in a MixRoom; unique in its room while it is there, then used again.
using LegId = StrongId<struct LegIdTag, uint32_t>;

struct MixRoomConfig {
  uint8_t comfort_noise = 68;  // -dBov under everything; ComfortNoise::kSilent for none
  bool agc = true;
  AudioEncoderSettings encoder = {.opus_complexity = 5, .opus_expected_loss = 10};
};

class MixRoom {
 public:
  // Sound that everybody hears: the room's loudest speakers, its screen's sound, tones.
  static constexpr size_t kInputs = 6;

  explicit MixRoom(const MixRoomConfig& config = {});
  ~MixRoom();

  LegId AddLeg(AudioCodec codec);
  void RemoveLeg(LegId leg);
  size_t leg_count() const { return leg_count_; }
  SampleRate rate() const { return rate_; }

  // Stays until changed.
  void SetMuted(LegId leg, bool muted);

  // For the next Tick only; frames are borrowed until then. A leg's is at its codec's rate (Opus's
  // at 48 kHz); what is private, a prompt at 8 kHz, only that leg hears, above the room.
  void SetFrame(LegId leg, std::span<const int16_t> frame);
  void SetPrivate(LegId leg, std::span<const int16_t> frame);
  void SetInput(size_t input, std::span<const int16_t> frame, SampleRate rate);

  void Tick();
  // Asks for the memory of a leg.
  void PrefetchLeg(LegId leg) const;

  // Of the last Tick.
  std::span<const uint8_t> payload(LegId leg) const;
  // The caller speaks: the frame as it went into the mix, at the leg's rate; for publishing.
  std::optional<std::span<const int16_t>> voice(LegId leg) const;
  const VoiceActivity& activity(LegId leg) const;
  // For tests and metrics: the leg shares its codec's encoding.
  bool shares(LegId leg) const;

 private:
  struct Leg;
  struct Shared;
  struct Input;

  Leg& At(LegId leg);
  const Leg& At(LegId leg) const;
  void SetRate(SampleRate rate);
  SampleRate RateNeeded() const;
  void AddSources();
  void ServeSharers();
  void ServeOthers();

  MixRoomConfig config_;
  SampleRate rate_ = SampleRate::k16kHz;
  std::vector<std::unique_ptr<Leg>> legs_;  // by id; null where a leg left
  size_t leg_count_ = 0;
  std::array<std::unique_ptr<Shared>, kAudioCodecs> shared_;
  std::array<std::unique_ptr<Input>, kInputs> inputs_;
  ComfortNoise comfort_noise_;
  MixBus bus_;
  bool quiet_ = true;  // nobody was heard in this tick
};

}  // namespace parley
