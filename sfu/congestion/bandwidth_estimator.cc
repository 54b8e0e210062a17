#include "sfu/congestion/bandwidth_estimator.h"

namespace parley {
namespace {

// A longer break in sending is no silence of the receiver's.
constexpr Duration kIdle = Duration::Millis(500);
constexpr Duration kBetweenHalvings = Duration::Millis(500);

}  // namespace

void BandwidthEstimator::HandleSent(DataSize size, ProbeId probe, Timestamp now) {
  sent_.Add(size, probe, now);
  application_limit_.HandleSent(size, estimate(), now);
  if (sent_at_ && now - *sent_at_ > kIdle) unanswered_since_.reset();
  sent_at_ = now;
  if (!unanswered_since_) unanswered_since_ = now;
  HandleSilence(now);
}

void BandwidthEstimator::HandleNewPath() {
  const SentPackets sent = sent_;
  const Bitrate wanted = wanted_;
  *this = BandwidthEstimator();
  sent_ = sent;
  sent_.Forget();
  wanted_ = wanted;
}

void BandwidthEstimator::HandleSilence(Timestamp now) {
  if (!known() || now - *unanswered_since_ < kSilence + round_trip_) return;
  if (halved_at_ && now - *halved_at_ < kBetweenHalvings) return;
  halved_at_ = now;
  congested_at_ = now;
  const Bitrate before = estimate();
  delay_based_.SetEstimate(before * 0.5, now);
  probes_.HandleDrop(before, now);
}

void BandwidthEstimator::HandleFeedback(const TwccView& feedback, Timestamp now) {
  std::optional<ProbeEstimator::Result> probe;
  bool steep = false;
  const SentPackets::Summary summary =
      sent_.HandleFeedback(feedback, [&](const PacketResult& packet) {
        acked_.Add(packet.received, packet.size);
        if (packet.probe != 0) {
          if (auto result = probe_results_.Handle(packet)) probe = result;
        }
        if (auto deltas = inter_arrival_.Handle(packet.sent, packet.received)) {
          trendline_.Update(deltas->variation(), deltas->send, packet.received);
          steep |= trendline_.steep();
        }
      });
  if (summary.arrived > 0) {
    window_.HandleFeedback(now - summary.newest_sent, now);
    if (!known()) round_trip_ = std::min(round_trip_, now - summary.newest_sent);
    feedback_at_ = now;
    unanswered_since_.reset();
    halved_at_.reset();
    UpdateDelayBased(probe, steep, now);
  }
  const Bitrate before = estimate();
  loss_.Update(summary, acked_.rate(), delay_based_.estimate());
  if (estimate() < before * 0.9) probes_.HandleDrop(before, now);
}

void BandwidthEstimator::UpdateDelayBased(std::optional<ProbeEstimator::Result> probe, bool steep,
                                          Timestamp now) {
  const BandwidthUsage usage = steep ? BandwidthUsage::kOverusing : trendline_.usage();
  if (usage != BandwidthUsage::kNormal) congested_at_ = now;
  if (probe) {
    probes_.HandleResult(probe->id, probe->rate, now);
    measured_ = probe->rate;
    measured_at_ = now;
  }
  if (probe && usage != BandwidthUsage::kOverusing) {
    loss_.Raise(probe->rate);
    if (probe->rate > delay_based_.estimate()) {
      delay_based_.SetEstimate(probe->rate, now);
      return;
    }
  }
  const Bitrate before = estimate();
  std::optional<Bitrate> acked = acked_.rate();
  // While a queue grows the newest tells what the link carries, and the average has not followed
  // yet: neither a link that lost its capacity nor traffic that just rose to it.
  if (acked && steep) {
    acked = acked_.recent();
  } else if (acked && usage == BandwidthUsage::kOverusing) {
    acked = std::max(*acked, *acked_.recent());
  }
  const bool measured = now - measured_at_ < kProbeEcho;
  const AimdRateControl::Input input{usage, acked, round_trip_, application_limit_.IsLimited(now),
                                     measured ? measured_ : Bitrate()};
  if (delay_based_.Update(input, now)) probes_.HandleDrop(before, now);
}

std::optional<ProbeCluster> BandwidthEstimator::PollProbe(Timestamp now) {
  const ProbeController::Input input{estimate(), wanted_, IsCongested(now), round_trip_};
  std::optional<ProbeCluster> cluster = probes_.Poll(input, now);
  if (cluster) probe_results_.Begin(*cluster);
  return cluster;
}

}  // namespace parley
