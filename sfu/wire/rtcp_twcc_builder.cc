#include "sfu/wire/rtcp_twcc_builder.h"

#include <algorithm>
#include <span>

#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_twcc.h"

namespace parley {
namespace {

constexpr size_t kFixedSize = 16;
// One feedback packet speaks of no more sequence numbers than its reader can unwrap.
constexpr int64_t kMaxSpan = 1 << 15;
constexpr int64_t kMaxRun = 0x1FFF;
constexpr size_t kOneBitSymbols = 14;
constexpr size_t kTwoBitSymbols = 7;
constexpr int64_t kTicksPerReference = kTwccReferenceUnit.us() / kTwccDeltaUnit.us();

// Whole units of 250 us, so that rounding never adds up over deltas.
int64_t Ticks(Timestamp at) { return at.us() / kTwccDeltaUnit.us(); }

}  // namespace

bool TwccBuilder::Add(SeqNum seq, Timestamp arrival) {
  if (full()) return false;
  int64_t unwrapped = unwrapper_.Unwrap(seq.value());
  size_t at = size_;
  while (at > 0 && arrivals_[at - 1].seq > unwrapped) --at;
  if (at > 0 && arrivals_[at - 1].seq == unwrapped) return true;
  std::move_backward(arrivals_.begin() + at, arrivals_.begin() + size_,
                     arrivals_.begin() + size_ + 1);
  arrivals_[at] = {unwrapped, arrival};
  ++size_;
  return true;
}

// How many arrivals, from the first, one packet beginning at `start` can speak of; their deltas.
size_t TwccBuilder::PlanDeltas(int64_t start, bool late, Deltas& deltas) const {
  int64_t ticks = Ticks(arrivals_[0].at) / kTicksPerReference * kTicksPerReference;
  size_t n = 0;
  for (; n < size_; ++n) {
    int64_t seq = arrivals_[n].seq;
    if (seq - start >= kMaxSpan) break;
    // Between late packets lie some that were reported before.
    if (late && (seq >= *next_seq_ || seq != start + static_cast<int64_t>(n))) break;
    int64_t now = Ticks(arrivals_[n].at);
    if (now - ticks < INT16_MIN || now - ticks > INT16_MAX) break;
    deltas[n] = static_cast<int16_t>(now - ticks);
    ticks = now;
  }
  return n;
}

// Calls emit(uint16_t) for each packet status chunk about the sequence numbers from `start` to the
// last of the first `count` arrivals.
template <class Emit>
void TwccBuilder::EncodeChunks(int64_t start, std::span<const int16_t> deltas, Emit&& emit) const {
  auto status = [&](size_t i) -> unsigned { return deltas[i] < 0 || deltas[i] > 255 ? 2 : 1; };
  size_t next = 0;  // the first arrival at or after `seq`
  int64_t end = arrivals_[deltas.size() - 1].seq + 1;
  for (int64_t seq = start; seq < end;) {
    std::array<unsigned, kOneBitSymbols> symbols{};
    size_t known = std::min<size_t>(kOneBitSymbols, static_cast<size_t>(end - seq));
    for (size_t k = 0, i = next; k < known; ++k) {
      bool arrived = arrivals_[i].seq == seq + static_cast<int64_t>(k);
      symbols[k] = arrived ? status(i++) : 0;
    }
    auto all_same = [&](size_t n) {
      return std::all_of(symbols.begin(), symbols.begin() + n,
                         [&](unsigned s) { return s == symbols[0]; });
    };
    bool large = std::find(symbols.begin(), symbols.end(), 2u) != symbols.end();
    int64_t step;
    if (all_same(std::min(known, large ? kTwoBitSymbols : kOneBitSymbols))) {
      step = 1;
      if (symbols[0] == 0) {
        step = arrivals_[next].seq - seq;
      } else {
        for (size_t i = next + 1;
             i < deltas.size() && arrivals_[i].seq == seq + step && status(i) == symbols[0]; ++i) {
          ++step;
        }
      }
      step = std::min(step, kMaxRun);
      emit(static_cast<uint16_t>(symbols[0] << 13 | static_cast<unsigned>(step)));
    } else {
      size_t n = large ? kTwoBitSymbols : kOneBitSymbols;
      unsigned bits = large ? 2 : 1;
      unsigned chunk = large ? 0xC000 : 0x8000;
      for (size_t k = 0; k < n; ++k) chunk |= symbols[k] << (14 - bits * (k + 1));
      emit(static_cast<uint16_t>(chunk));
      step = static_cast<int64_t>(std::min(n, known));
    }
    seq += step;
    while (next < deltas.size() && arrivals_[next].seq < seq) ++next;
  }
}

bool TwccBuilder::Write(ByteWriter& out) {
  if (empty() || !out.ok()) return false;
  bool late = next_seq_ && arrivals_[0].seq < *next_seq_;
  int64_t start = next_seq_ && !late ? *next_seq_ : arrivals_[0].seq;
  // The sender began anew: what lies between were never packets.
  if (arrivals_[0].seq - start >= kMaxSpan) start = arrivals_[0].seq;

  Deltas all_deltas;
  size_t count = PlanDeltas(start, late, all_deltas);
  std::span<const int16_t> deltas;
  size_t size;
  for (;; count /= 2) {
    if (count == 0) return false;
    deltas = std::span(all_deltas).first(count);
    size = kFixedSize;
    EncodeChunks(start, deltas, [&](uint16_t) { size += 2; });
    for (int16_t delta : deltas) size += delta < 0 || delta > 255 ? 2 : 1;
    if (kRtcpHeaderSize + size + 3 <= out.remaining()) break;
  }
  size_t padding = (4 - size % 4) % 4;
  if (!BeginRtcpPacket(out, RtcpType::kTransportFeedback, TwccView::kFormat, size + padding)) {
    return false;
  }
  int64_t last = arrivals_[count - 1].seq;
  out.U32(sender_ssrc_.value());
  out.U32(media_ssrc_.value());
  out.U16(static_cast<uint16_t>(start));
  out.U16(static_cast<uint16_t>(last - start + 1));
  out.U24(static_cast<uint32_t>(Ticks(arrivals_[0].at) / kTicksPerReference));
  out.U8(feedback_count_++);
  EncodeChunks(start, deltas, [&](uint16_t chunk) { out.U16(chunk); });
  for (int16_t delta : deltas) {
    if (delta < 0 || delta > 255) {
      out.U16(static_cast<uint16_t>(delta));
    } else {
      out.U8(static_cast<uint8_t>(delta));
    }
  }
  out.Zeros(padding);

  std::move(arrivals_.begin() + count, arrivals_.begin() + size_, arrivals_.begin());
  size_ -= count;
  if (!late) next_seq_ = last + 1;
  return true;
}

}  // namespace parley
