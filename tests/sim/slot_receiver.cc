#include "tests/sim/slot_receiver.h"

#include <algorithm>

#include "sfu/wire/rtx.h"
#include "tests/client/test_offer.h"

namespace parley::sim {
namespace {

constexpr int64_t kMaxGap = 1000;

// As TestVideoSource writes it: RFC 7741's S bit, then RFC 6386's frame tag.
bool IsKeyFrameStart(std::span<const uint8_t> vp8) {
  return vp8.size() > 6 && (vp8[0] & 0x10) != 0 && (vp8[6] & 1) == 0;
}

}  // namespace

void SlotReceiver::HandleRtp(const RtpView& packet, Timestamp now) {
  if (packet.ssrc() == ssrc_) return Count(packet.seq(), packet, packet.payload(), now);
  if (const auto rtx = RtxView::Parse(packet)) Count(rtx->original_seq, packet, rtx->payload, now);
}

void SlotReceiver::Count(SeqNum seq, const RtpView& header, std::span<const uint8_t> payload,
                         Timestamp now) {
  const test::StreamCheck::Place place = check_.Count(seq, header, payload, now);
  if (place.again) return;
  ++packets_;
  last_packet_ = now;
  if (!first_packet_) first_packet_ = now;
  if (missing_.erase(place.number) != 0) ++recovered_;
  if (place.skipped > kMaxGap) {
    lost_ += static_cast<uint64_t>(place.skipped);
  } else {
    for (int64_t gap = place.number - place.skipped; gap < place.number; ++gap) {
      missing_[gap] = {now, Timestamp()};
    }
  }

  const bool video = header.payload_type() == test::kVp8Payload ||
                     header.payload_type() == test::RtxOf(test::kVp8Payload);
  if (video && IsKeyFrameStart(payload)) ++key_frames_;
  if (video && header.marker()) ++pictures_;
  for (const PayloadType scalable : {test::kVp9Payload, test::kAv1Payload}) {
    if (header.payload_type() == scalable || header.payload_type() == test::RtxOf(scalable)) {
      CountFrame(payload);
    }
  }
  sources_.emplace(header.csrc_count() > 0 ? header.csrc(0) : 0, now);
}

void SlotReceiver::CountFrame(std::span<const uint8_t> payload) {
  const auto frame = test::ScalableFrames::Read(payload);
  if (!frame || ++arrived_[frame->id] < frame->packets) return;
  whole_[frame->id] = *frame;
  // What came again lets those in that waited for it; numbers grow, so one pass does.
  const auto has = [this](uint32_t id) {
    return id == test::ScalableFrames::kNone || decoded_.contains(id);
  };
  std::erase_if(whole_, [&](const auto& entry) {
    const auto& [id, whole] = entry;
    if (!std::ranges::all_of(whole.references, has)) return false;
    decoded_.insert(id);
    ++decoded_counts_[static_cast<size_t>(whole.spatial)][static_cast<size_t>(whole.temporal)];
    return true;
  });
}

std::vector<SeqNum> SlotReceiver::TakeNacks(Timestamp now) {
  std::vector<SeqNum> wanted;
  for (auto it = missing_.begin(); it != missing_.end();) {
    auto& [at, missing] = *it;
    if (now - missing.since > kGiveUp) {
      ++lost_;
      it = missing_.erase(it);
      continue;
    }
    // A little patience first: the packet may only be late.
    if (now - missing.since >= Duration::Millis(10) && now - missing.asked >= kRetry &&
        wanted.size() < 64) {
      missing.asked = now;
      wanted.push_back(SeqNum(static_cast<uint16_t>(at)));
    }
    ++it;
  }
  return wanted;
}

}  // namespace parley::sim
