#include "tests/client/stream_check.h"

#include <limits>

#include "sfu/wire/vp8_descriptor.h"
#include "tests/client/test_offer.h"

namespace parley::test {
namespace {

constexpr int64_t kAudioClock = 48'000;
constexpr int64_t kVideoClock = 90'000;

Duration TimeOf(int64_t ticks, bool audio) {
  return Duration::Micros(ticks * 1'000'000 / (audio ? kAudioClock : kVideoClock));
}

}  // namespace

StreamCheck::Counts& StreamCheck::Counts::operator+=(const Counts& o) {
  packets += o.packets;
  missing += o.missing;
  reordered += o.reordered;
  duplicates += o.duplicates;
  wrong_timestamps += o.wrong_timestamps;
  no_key_frame += o.no_key_frame;
  wrong_source += o.wrong_source;
  return *this;
}

StreamCheck::Counts StreamCheck::Counts::operator-(const Counts& o) const {
  return {.packets = packets - o.packets,
          .missing = missing > o.missing ? missing - o.missing : 0,
          .reordered = reordered - o.reordered,
          .duplicates = duplicates - o.duplicates,
          .wrong_timestamps = wrong_timestamps - o.wrong_timestamps,
          .no_key_frame = no_key_frame - o.no_key_frame,
          .wrong_source = wrong_source - o.wrong_source};
}

StreamCheck::Place StreamCheck::Find(SeqNum seq) {
  Place place{.number = unwrapper_.Unwrap(seq.value())};
  if (recent_.empty()) recent_.assign(kRecent, std::numeric_limits<int64_t>::min());
  int64_t& seen = recent_[static_cast<size_t>(place.number) % kRecent];
  place.again = seen == place.number;
  if (place.again) return place;
  place.newest = !highest_ || place.number > *highest_;
  if (place.newest && highest_) place.skipped = place.number - *highest_ - 1;
  if (place.newest) highest_ = place.number;
  // One that is older than all that is remembered leaves the memory as it is.
  if (place.number > seen) seen = place.number;
  return place;
}

StreamCheck::Place StreamCheck::Count(SeqNum seq, const RtpView& header,
                                      std::span<const uint8_t> payload, Timestamp arrival) {
  const bool first = !highest_;
  const Place place = Find(seq);
  ++counts_.packets;
  if (place.again) {
    ++counts_.duplicates;
    return place;
  }
  counts_.missing += static_cast<uint64_t>(place.skipped);
  if (!place.newest && !first) {
    ++counts_.reordered;
    if (counts_.missing > 0) --counts_.missing;
  }
  if (payload.empty()) return place;  // padding, of nobody

  const Last next{header.csrc_count() > 0 ? header.csrc(0) : 0, header.timestamp(), arrival};
  if (!expected_->sources.empty() && !expected_->sources.contains(next.source)) {
    ++counts_.wrong_source;
  }
  if (!place.newest) return place;
  const PayloadType type = header.payload_type();
  const bool audio = type == kOpusPayload || type == kRedPayload;
  const bool vp8 = type == kVp8Payload || type == RtxOf(kVp8Payload);
  const auto descriptor = vp8 ? Vp8Descriptor::Parse(payload) : std::nullopt;
  const bool switched = !last_ || last_->source != next.source;
  // Where a number was left out, that one may have begun it.
  if (switched && vp8 && place.skipped == 0 && !(descriptor && descriptor->key_frame)) {
    ++counts_.no_key_frame;
  }
  std::optional<bool> starts;
  if (audio) starts = true;
  if (descriptor && place.skipped == 0) starts = descriptor->frame_start();
  const bool wrong = last_ && !Follows(next, audio, starts);
  if (wrong) ++counts_.wrong_timestamps;
  if (switched || wrong) anchor_ = next;
  last_ = next;
  return place;
}

bool StreamCheck::Follows(const Last& next, bool audio, std::optional<bool> starts) const {
  const int64_t step = next.timestamp - last_->timestamp;
  if (next.source != last_->source) {
    return step > 0 && TimeOf(step, audio) <= next.arrival - last_->arrival + kTolerance;
  }
  if (step < 0 || (starts && *starts != (step > 0))) return false;
  const uint32_t frame = audio ? expected_->audio_frame : expected_->video_frame;
  if (frame != 0 && step % frame != 0) return false;
  const Duration ahead =
      TimeOf(next.timestamp - anchor_.timestamp, audio) - (next.arrival - anchor_.arrival);
  return ahead <= kTolerance && -ahead <= kTolerance;
}

}  // namespace parley::test
