#include "mixer/audio/audio_receiver.h"

#include <algorithm>
#include <cstdlib>

#include "mixer/audio/pitch.h"
#include "sfu/base/check.h"
#include "sfu/base/prefetch.h"

namespace parley {
namespace {

// A timestamp or arrival that is this far from where the stream was is a new beginning.
constexpr Duration kNewBeginning = Duration::Seconds(3);
// Concealment has long faded; what follows is a pause, however it came about.
constexpr int kFramesToPause = 10;
constexpr int kFadingFrames = 4;
// Sound is decoded at ticks only, so the delay can be a frame longer than the target; beyond that,
// and this much more, it is shortened.
constexpr Duration kTooLong = kAudioFrame + Duration::Millis(2);
constexpr Duration kMuchTooLong = Duration::Millis(60);
constexpr Duration kMuchTooShort = Duration::Millis(-20);
// What lies decoded beyond the frame that a tick takes waits for nothing. This much of it is left,
// so that no decoding is needed a tick earlier when clocks differ a little.
constexpr Duration kLeftOver = Duration::Millis(2);
// Redundancy comes with the next packet: from this share of loss on it is worth waiting for, where
// jitter does not make us wait anyway.
constexpr float kLossToWait = 0.02f;
constexpr Duration kWaitsAnyway = Duration::Millis(60);
constexpr float kLossSmoothing = 0.005f;  // per packet
constexpr Duration kFarTooLong = Duration::Millis(200);
constexpr int kTicksBetweenStretches = 3;
constexpr Duration kHalfFrame = kAudioFrame / 2;
// An Opus packet of up to two bytes says that the sender pauses (RFC 7587 section 3.1.3).
constexpr size_t kLargestPause = 2;

}  // namespace

AudioReceiver::AudioReceiver(std::unique_ptr<AudioDecoder> decoder)
    : decoder_(std::move(decoder)),
      rate_(decoder_->sample_rate()),
      clock_rate_(RtpClockRate(decoder_->codec())),
      history_size_(LongestPitch(rate_)),
      // A packet of 120 ms behind a frame that is nearly full, and a period to grow.
      sound_(history_size_ + 10 * FrameSamples(rate_)),
      end_(history_size_),
      frame_(FrameSamples(rate_)) {
  others_.fill(-1);
}

int64_t AudioReceiver::ToTimestamp(size_t samples) const {
  return static_cast<int64_t>(samples) * clock_rate_ / Hz(rate_);
}
size_t AudioReceiver::ToSamples(int64_t timestamp) const {
  return static_cast<size_t>(timestamp * Hz(rate_) / clock_rate_);
}

size_t AudioReceiver::SamplesOf(Duration duration) const {
  return static_cast<size_t>(duration.us() * Hz(rate_) / 1'000'000);
}

void AudioReceiver::HandlePacket(SeqNum seq, RtpTimestamp timestamp,
                                 std::span<const uint8_t> payload, Timestamp arrival) {
  ++stats_.packets;
  if (!decoder_->SampleCount(payload)) {
    ++stats_.bad_packets;
    return;
  }
  if (delay_.started()) {
    const int64_t media = MediaUs(timestamp_unwrapper_.Peek(timestamp.value()));
    if (std::abs(delay_.DelayAt(media, arrival).us()) > kNewBeginning.us()) Restart();
  }
  sender_pauses_ = decoder_->codec() == AudioCodec::kOpus && payload.size() <= kLargestPause;
  const int64_t number = seq_unwrapper_.Unwrap(seq.value());
  const int64_t place = timestamp_unwrapper_.Unwrap(timestamp.value());
  delay_.HandlePacket(MediaUs(place), arrival);
  drift_.HandlePacket(MediaUs(place), arrival);
  if (playing_ && place + ToTimestamp(*decoder_->SampleCount(payload)) <= next_timestamp_) {
    ++stats_.late_packets;
    return;
  }
  switch (buffer_.Insert(number, place, arrival, payload)) {
    case JitterBuffer::Result::kInserted:
      break;
    case JitterBuffer::Result::kDuplicate:
      ++stats_.duplicate_packets;
      break;
    case JitterBuffer::Result::kDroppedOldest:
      ++stats_.dropped_packets;
      break;
  }
}

void AudioReceiver::HandleComfortNoise(uint8_t level) {
  noise_.SetLevel(level);
  sender_pauses_ = true;
}

void AudioReceiver::HandleOtherPacket(SeqNum seq) {
  others_[next_other_] = seq_unwrapper_.Unwrap(seq.value());
  next_other_ = (next_other_ + 1) % others_.size();
  sender_pauses_ = true;
}

bool AudioReceiver::NothingIsMissingBefore(int64_t seq) const {
  for (int64_t number = last_seq_ + 1; number < seq; ++number) {
    if (std::ranges::find(others_, number) == others_.end()) return false;
  }
  return true;
}

void AudioReceiver::Restart() {
  buffer_.Clear();
  delay_.Restart();
  drift_.Restart();
  seq_unwrapper_.Reset();
  others_.fill(-1);
  timestamp_unwrapper_.Reset();
  playing_ = false;
}

std::span<const int16_t> AudioReceiver::Tick(Timestamp now) {
  resampler_.SetDrift(drift_.drift());
  const size_t needed = resampler_.InputsFor(frame_.size());
  ++since_stretch_;
  DropExcess(now);
  Fill(needed, now);
  Stretch(needed, now);
  resampler_.Process(std::span(sound_).subspan(history_size_, needed), frame_);
  std::copy(sound_.begin() + static_cast<ptrdiff_t>(needed),
            sound_.begin() + static_cast<ptrdiff_t>(end_), sound_.begin());
  end_ -= needed;
  return frame_;
}

void AudioReceiver::PrefetchState() const {
  PrefetchBetween(decoder_, timestamp_unwrapper_);
  buffer_.PrefetchState();
  delay_.PrefetchState();
  drift_.PrefetchState();
  PrefetchBetween(resampler_, last_seq_);
  PrefetchBetween(concealed_frames_, stats_);
}

void AudioReceiver::PrefetchSound() const {
  Prefetch(decoder_.get());
  buffer_.PrefetchFront();
  Prefetch(sound_.data(), (end_ + frame_.size()) * sizeof sound_[0]);
  Prefetch(frame_.data(), frame_.size() * sizeof frame_[0]);
}

void AudioReceiver::Fill(size_t samples, Timestamp now) {
  while (waiting() < samples) DecodeOrConceal(now);
}

void AudioReceiver::DecodeOrConceal(Timestamp now) {
  DropWhatIsTooLate();
  if (buffer_.empty()) {
    if (sender_pauses_) playing_ = false;
    if (!playing_) return FillPause();
    return ConcealMissing(frame_.size(), now);
  }
  const JitterBuffer::Packet& front = buffer_.front();
  if (!playing_) {
    if (!FrontIsDue(now)) return FillPause();
    playing_ = true;
    paused_frames_ = 0;
    next_timestamp_ = front.timestamp;
    last_seq_ = front.seq - 1;
  }
  if (front.timestamp <= next_timestamp_) {
    PlayFront(now);
  } else {
    BridgeGap(now);
  }
}

void AudioReceiver::DropWhatIsTooLate() {
  while (playing_ && !buffer_.empty()) {
    const JitterBuffer::Packet& front = buffer_.front();
    const size_t samples = decoder_->SampleCount(front.payload).value_or(0);
    if (front.timestamp + ToTimestamp(samples) > next_timestamp_) return;
    ++stats_.late_packets;
    buffer_.PopFront();
  }
}

bool AudioReceiver::FrontIsDue(Timestamp now) const {
  const Duration delay = delay_.DelayAt(MediaUs(buffer_.front().timestamp), now);
  return delay >= target_delay() || buffer_.size() > JitterBuffer::kCapacity / 2;
}

void AudioReceiver::PlayFront(Timestamp now) {
  const JitterBuffer::Packet& front = buffer_.front();
  const size_t samples = *decoder_->SampleCount(front.payload);
  const size_t before = waiting();
  const std::span<int16_t> out = Append(samples);
  if (!decoding_) std::ranges::fill(out, int16_t{0});
  if (!decoding_ || decoder_->Decode(front.payload, out)) {
    stats_.played_samples += samples;
    concealed_frames_ = 0;
  } else {
    ++stats_.bad_packets;
    end_ -= samples;
    Conceal(std::min(samples, frame_.size()));
  }
  stats_.waited +=
      now - front.arrival + Duration::Micros(static_cast<int64_t>(before) * 1'000'000 / Hz(rate_));
  ++stats_.waited_packets;
  next_timestamp_ = front.timestamp + ToTimestamp(samples);
  const auto missing = static_cast<float>(std::clamp<int64_t>(front.seq - last_seq_ - 1, 0, 10));
  loss_ += (missing / (missing + 1) - loss_) * kLossSmoothing * (missing + 1);
  last_seq_ = front.seq;
  buffer_.PopFront();
}

void AudioReceiver::BridgeGap(Timestamp now) {
  const JitterBuffer::Packet& front = buffer_.front();
  if (NothingIsMissingBefore(front.seq)) {
    playing_ = false;  // the sender paused
    return;
  }
  const size_t gap = ToSamples(front.timestamp - next_timestamp_);
  const size_t packet = *decoder_->SampleCount(front.payload);
  if (gap > packet) return ConcealMissing(std::min(gap - packet, frame_.size()), now);
  const std::span<int16_t> out = Append(gap);
  if (decoding_ && decoder_->DecodeRedundancy(front.payload, out)) {
    stats_.mended_samples += gap;
    next_timestamp_ = front.timestamp;
    return;
  }
  end_ -= gap;
  ConcealMissing(std::min(gap, frame_.size()), now);
}

Duration AudioReceiver::target_delay() const {
  const bool waits_for_next = decoder_->codec() == AudioCodec::kOpus && loss_ > kLossToWait &&
                              delay_.target() < kWaitsAnyway;
  return delay_.target() + (waits_for_next ? kAudioFrame : Duration::Zero());
}

// While the delay is below its target, this waits for what is late; else it passes it.
void AudioReceiver::ConcealMissing(size_t samples, Timestamp now) {
  const Duration delay = delay_.DelayAt(MediaUs(next_timestamp_), now);
  Conceal(samples);
  if (delay + kHalfFrame >= target_delay()) next_timestamp_ += ToTimestamp(samples);
  if (++concealed_frames_ >= kFramesToPause) playing_ = false;
}

// The end of the sound fades; then there is what the sender said of its silence. Opus's decoder
// knows that by itself.
void AudioReceiver::FillPause() {
  concealed_frames_ = 0;
  const std::span<int16_t> out = Append(frame_.size());
  const bool began = decoding_ && stats_.played_samples > 0;
  if (began && (decoder_->codec() == AudioCodec::kOpus || paused_frames_ < kFadingFrames)) {
    decoder_->Conceal(out);
  } else {
    noise_.Fill(out);
  }
  ++paused_frames_;
}

void AudioReceiver::Conceal(size_t samples) {
  const std::span<int16_t> out = Append(samples);
  if (decoding_) {
    decoder_->Conceal(out);
  } else {
    std::ranges::fill(out, int16_t{0});
  }
  stats_.concealed_samples += samples;
}

std::span<int16_t> AudioReceiver::Append(size_t samples) {
  PARLEY_CHECK(end_ + samples <= sound_.size());
  end_ += samples;
  return std::span(sound_).subspan(end_ - samples, samples);
}

// Judges the delay that the next packet will have when it is decoded.
void AudioReceiver::Stretch(size_t needed, Timestamp now) {
  if (!playing_ || since_stretch_ < kTicksBetweenStretches) return;
  const auto ticks = static_cast<int64_t>(waiting() / needed);
  const Duration delay = delay_.DelayAt(MediaUs(next_timestamp_), now + kAudioFrame * ticks);
  const Duration excess = delay - target_delay();
  if (excess < target_delay() / -32) {
    Lengthen(excess < kMuchTooShort ? StretchUrgency::kSome : StretchUrgency::kNone);
  } else if (excess > kTooLong) {
    while (waiting() < 2 * LongestPitch(rate_) && !buffer_.empty() &&
           buffer_.front().timestamp <= next_timestamp_) {
      PlayFront(now);
    }
    if (waiting() <= needed) return;
    Shorten(waiting() - needed,
            excess > kMuchTooLong ? StretchUrgency::kSome : StretchUrgency::kNone);
  } else {
    const size_t left = waiting() % needed;
    const size_t leave = SamplesOf(kLeftOver);
    // A fast sender's sound is used up faster than by frames: the leftover is spent on that, and
    // renewed before it runs out in the middle of a tick.
    const bool spent = drift_.drift() > 0;
    if (!spent && left > 2 * leave) {
      Shorten(left - leave, StretchUrgency::kNone);
    } else if (spent && left < leave) {
      Lengthen(StretchUrgency::kSome);
    }
  }
}

void AudioReceiver::Lengthen(StretchUrgency urgency) {
  const size_t before = waiting();
  const size_t after = LengthenSound(sound_, history_size_, end_, rate_, urgency);
  stats_.added_samples += after - before;
  end_ = history_size_ + after;
  since_stretch_ = 0;
}

void AudioReceiver::Shorten(size_t most, StretchUrgency urgency) {
  const size_t before = waiting();
  const size_t after =
      ShortenSound(std::span(sound_).first(end_), history_size_, rate_, most, urgency);
  stats_.removed_samples += before - after;
  end_ = history_size_ + after;
  since_stretch_ = 0;
}

// After an outage everything comes at once; nobody wants to hear it all, late.
void AudioReceiver::DropExcess(Timestamp now) {
  if (!playing_ || buffer_.empty()) return;
  if (delay_.DelayAt(MediaUs(next_timestamp_), now) - target_delay() < kFarTooLong) return;
  while (buffer_.size() > 1 &&
         delay_.DelayAt(MediaUs(buffer_.front().timestamp), now) > target_delay()) {
    ++stats_.dropped_packets;
    buffer_.PopFront();
  }
  next_timestamp_ = buffer_.front().timestamp;
  last_seq_ = buffer_.front().seq - 1;
  // What follows is faded in over it.
  Conceal(frame_.size() / 4);
}

}  // namespace parley
