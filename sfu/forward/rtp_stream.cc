#include "sfu/forward/rtp_stream.h"

#include <algorithm>
#include <cstdlib>

namespace parley {

void RtpStream::Start(Ssrc ssrc) {
  ssrc_ = ssrc;
  unwrapper_.Reset();
  if (highest_ >= 0) base_ = (highest_ | 0xFFFF) + 1 + 0x10000;
  highest_ = -1;
  seen_.reset();
  nack_.Reset();
  stats_.Reset();
  by_report_.reset();
  by_capture_.reset();
}

std::optional<int64_t> RtpStream::HandlePacket(SeqNum seq, RtpTimestamp timestamp,
                                               uint32_t clock_rate, size_t bytes, bool nack,
                                               bool recovered, Timestamp now) {
  int64_t relative = highest_ < 0 ? unwrapper_.Unwrap(seq.value()) : unwrapper_.Peek(seq.value());
  int64_t extended = base_ + relative;
  jumped_ = highest_ >= 0 &&
            (std::abs(extended - highest_) > kWindow || JumpsInTime(timestamp, clock_rate, now));
  auto bit = [](int64_t n) { return static_cast<size_t>(n % kWindow); };
  if (highest_ >= 0 && extended <= highest_) {
    if (extended <= highest_ - kWindow || seen_.test(bit(extended))) return std::nullopt;
  } else {
    int64_t first = highest_ < 0 ? extended : std::max(highest_ + 1, extended - kWindow + 1);
    for (int64_t n = first; n < extended; ++n) seen_.reset(bit(n));
    highest_ = extended;
    newest_timestamp_ = timestamp;
    newest_arrival_ = now;
    unwrapper_.Unwrap(seq.value());
  }
  seen_.set(bit(extended));
  rate_.Add(bytes, now);
  if (recovered) {
    stats_.HandleRecovered();
  } else {
    stats_.HandlePacket(extended, timestamp, clock_rate, now);
  }
  if (nack) nack_.HandlePacket(extended, now);
  return extended;
}

bool RtpStream::JumpsInTime(RtpTimestamp timestamp, uint32_t clock_rate, Timestamp now) const {
  const auto units = [&](Duration d) { return d.us() * clock_rate / 1'000'000; };
  const int64_t off = timestamp - (newest_timestamp_ + units(now - newest_arrival_));
  return std::abs(off) > units(kJump);
}

void RtpStream::HandleSenderReport(const SenderInfo& info, Timestamp now) {
  stats_.HandleSenderReport(info.ntp, now);
  if (!info.ntp.IsZero()) by_report_ = Said{info.ntp, info.rtp_timestamp};
}

void RtpStream::HandleCapture(const AbsCaptureTime& captured, RtpTimestamp timestamp) {
  if (captured.ntp == 0) return;
  const auto offset = static_cast<uint64_t>(captured.clock_offset.value_or(0));
  by_capture_ = Said{NtpTime(captured.ntp - offset), timestamp};
}

int64_t RtpStream::CaptureUs(RtpTimestamp timestamp, uint32_t clock_rate) const {
  const std::optional<Said>& said = by_report_ ? by_report_ : by_capture_;
  if (!said || clock_rate == 0) return 0;
  const int64_t units = timestamp - said->timestamp;
  return said->ntp.ToWallTime().unix_us() + units * 1'000'000 / clock_rate;
}

}  // namespace parley
