#pragma once

// What one transport receives from us: its slots, what its receiver reports say of the way there,
// its bandwidth estimate and budgets, and the sender reports. One per transport, on its
// worker. Nothing allocates per packet.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "sfu/base/bytes.h"
#include "sfu/base/deadline_heap.h"
#include "sfu/base/prefetch.h"
#include "sfu/base/units.h"
#include "sfu/forward/audio_redundancy.h"
#include "sfu/forward/bandwidth_budget.h"
#include "sfu/forward/outbox.h"
#include "sfu/forward/rate_meter.h"
#include "sfu/forward/retransmission_budget.h"
#include "sfu/forward/send_controller.h"
#include "sfu/forward/slot.h"
#include "sfu/port/media_params.h"
#include "sfu/wire/rtcp_report_block.h"

namespace parley {

class Downlink;

// Of any codec of the slot's.
std::optional<PayloadType> RtxPayloadType(const SlotParams& slot);

// A slot and where it leads.
struct Consumer {
  Consumer(const SlotParams& params, TransportId transport, std::minstd_rand& random,
           Downlink& owner);
  Downlink& downlink;
  Slot slot;
};

class Downlink {
 public:
  // Before the first receiver report.
  static constexpr Duration kDefaultRoundTrip = Duration::Millis(100);
  // Browsers tell an estimate five times a second at most, but for sudden falls.
  static constexpr Duration kTogether = Duration::Millis(100);

  // `owner` is due when the downlink is.
  Downlink(const std::vector<SlotParams>& slots, TransportId transport, TransportHandle handle,
           std::minstd_rand& random, Deadline& owner);

  TransportHandle handle() const { return handle_; }
  Deadline& owner() { return owner_; }
  // What sending a packet is going to need.
  void PrefetchState() const {
    const auto* begin = reinterpret_cast<const uint8_t*>(this);
    const auto* end = reinterpret_cast<const uint8_t*>(&audio_rate_ + 1);
    Prefetch(begin, static_cast<size_t>(end - begin));
  }
  bool connected() const { return connected_; }
  void set_connected(bool connected) { connected_ = connected; }

  std::vector<std::unique_ptr<Consumer>>& consumers() { return consumers_; }
  // Null for an index or an SSRC that is not there. RTX SSRCs are not looked for.
  Consumer* Find(uint8_t slot_index);
  Consumer* Find(Ssrc ssrc);

  // Null for peers whose feedback and RTX do not allow it.
  SendController* controller() { return controller_.get(); }
  // Video is not to be offered: what is under way already is too much.
  bool blocked() const { return controller_ && controller_->blocked(); }
  // Video is to have no more temporal layers than that: what waits has waited for long.
  uint8_t MostTemporal(Timestamp now) const {
    return controller_ ? controller_->MostTemporal(now) : Slot::kAllTemporal;
  }
  // Whose RTX stream carries padding; there is one where there is a controller.
  Consumer& padded() { return *padded_; }

  // Of every audio packet, as far as the slot takes RED.
  int redundancy_depth() const { return redundancy_.depth(); }

  void HandleReportBlock(const ReportBlock& block, Timestamp now);
  // False, and without effect, within kTogether of the last: each may move every layer.
  [[nodiscard]] bool HandleRemb(Bitrate estimate, Timestamp now) {
    if (now - estimated_at_ < kTogether) return false;
    estimated_at_ = now;
    budget_.HandleRemb(estimate, rate_.Rate(now), now);
    return true;
  }
  // Sender reports of all slots that sent something, as many as fit, from `first` on; returns the
  // index to go on with.
  size_t WriteSenderReports(ByteWriter& out, size_t first, Timestamp now, WallTime wall);

  void CountSent(size_t bytes, bool audio, Timestamp now) {
    rate_.Add(bytes, now);
    if (audio) audio_rate_.Add(bytes, now);
  }
  [[nodiscard]] bool SpendRetransmission(size_t bytes, Timestamp now) {
    return retransmissions_.Spend(bytes, rate_.Rate(now), now);
  }

  // What video may use.
  Bitrate VideoBudget(Timestamp now);
  bool MayPauseVideo(Timestamp now) const;
  // By the last VideoBudget(), and now.
  bool IsBudgetStale(Timestamp now) const;
  // Told to probe for that much video.
  void SetWantedVideo(Bitrate wanted, Timestamp now);
  Bitrate Estimate(Timestamp now) const;
  Bitrate Rate(Timestamp now) { return rate_.Rate(now); }
  // Zero while unknown.
  Duration round_trip() const { return round_trip_; }
  Duration RoundTripOrDefault() const {
    return round_trip_ > Duration::Zero() ? round_trip_ : kDefaultRoundTrip;
  }
  // The worst share that any slot's last report told, 0..1.
  float TakeLoss();

 private:
  // Sender reports sent, by the middle of their NTP time, to know their echoes (RFC 3550 A.8).
  struct SentReport {
    uint32_t compact_ntp = 0;
    Timestamp at;
  };

  // What every packet needs stands first, and together.
  TransportHandle handle_;
  bool connected_ = false;
  Deadline& owner_;
  std::unique_ptr<SendController> controller_;
  AudioRedundancy redundancy_;
  RateMeter rate_;
  RateMeter audio_rate_;

  std::vector<std::unique_ptr<Consumer>> consumers_;
  Consumer* padded_ = nullptr;
  Bitrate divided_;  // the estimate that VideoBudget() last gave
  BandwidthBudget budget_;
  Timestamp estimated_at_;
  RetransmissionBudget retransmissions_;
  Duration round_trip_ = Duration::Zero();
  float loss_ = 0;
  std::array<SentReport, 8> sent_reports_{};
  size_t sent_report_count_ = 0;
};

}  // namespace parley
