#pragma once

// A subscriber behind a bottleneck: sound and layered video go through the pacer, the receiver's
// feedback comes back as the bytes of real RTCP packets, the estimator decides which layer is sent.
// Optionally a TCP-like flow shares the bottleneck. All on a fake clock, from a seed.

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sfu/base/check.h"
#include "sfu/base/units.h"
#include "sfu/congestion/bandwidth_estimator.h"
#include "sfu/congestion/pacer.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_twcc.h"
#include "sfu/wire/rtcp_twcc_builder.h"
#include "tests/sfu/congestion/bottleneck.h"

namespace parley::test {

// Reno in outline: one packet per round trip more, half on loss.
class CompetingFlow {
 public:
  explicit CompetingFlow(Duration return_delay) : return_delay_(return_delay) {}

  void Start() { running_ = true; }
  void Stop() { running_ = false; }
  void Step(Bottleneck& link, Timestamp now) {
    for (; !acks_.empty() && acks_.front() <= now; acks_.erase(acks_.begin())) {
      --in_flight_;
      window_ += window_ < threshold_ ? 1 : 1 / window_;
    }
    while (running_ && in_flight_ + 1 <= window_) {
      if (link.Send(kFlow, next_++, kPacket, now)) {
        ++in_flight_;
      } else {
        if (now - halved_at_ > Duration::Millis(100)) {
          halved_at_ = now;
          threshold_ = window_ = std::max(window_ / 2, 2.0);
        }
        break;
      }
    }
  }
  void HandleArrival(const Bottleneck::Packet& packet) {
    acks_.push_back(packet.arrival + return_delay_);
    received_ += packet.size;
  }
  DataSize received() const { return received_; }

  static constexpr int kFlow = 1;

 private:
  static constexpr DataSize kPacket = DataSize::Bytes(1200);

  Duration return_delay_;
  bool running_ = false;
  double window_ = 2;
  double threshold_ = 1e9;
  int64_t next_ = 0;
  double in_flight_ = 0;
  std::vector<Timestamp> acks_;
  Timestamp halved_at_;
  DataSize received_;
};

class SimulatedPath {
 public:
  struct Traffic {
    std::vector<Bitrate> layers = {Bitrate::Kbps(150), Bitrate::Kbps(500), Bitrate::Kbps(1500)};
    // Video of any rate up to this instead of layers; unlimited turns it off.
    Bitrate elastic = Bitrate::Unlimited();
    DataSize audio_packet = DataSize::Bytes(110);  // every 20 ms
  };

  SimulatedPath(const BottleneckProfile& profile, uint64_t seed)
      : SimulatedPath(profile, seed, Traffic()) {}
  SimulatedPath(const BottleneckProfile& profile, uint64_t seed, const Traffic& traffic)
      : link_(profile, seed), traffic_(traffic), competitor_(profile.delay), random_(seed + 1) {
    estimator_.set_wanted(Wanted());
  }

  void Run(Duration duration) {
    for (const Timestamp end = now_ + duration; now_ < end;) Step();
  }
  // How long until `done`; nothing when `limit` passes first.
  template <class Done>
  std::optional<Duration> RunUntil(Done&& done, Duration limit) {
    const Timestamp begin = now_;
    while (!done()) {
      if (now_ - begin >= limit) return std::nullopt;
      Step();
    }
    return now_ - begin;
  }
  void SetLink(const BottleneckProfile& profile) { link_.Set(profile); }
  void SetCapacity(Bitrate capacity) {
    BottleneckProfile profile = link_.profile();
    profile.capacity = capacity;
    link_.Set(profile);
  }
  void BlockFeedback(bool blocked) { feedback_blocked_ = blocked; }
  CompetingFlow& competitor() { return competitor_; }

  // Since the last call of Measure.
  struct Figures {
    Bitrate received;  // everything but padding
    Bitrate competitor;
    Duration queueing_p95;     // at the bottleneck
    Duration audio_delay_p95;  // from being made to arrival, without the path's own delay
    double audio_loss = 0;
    double padding = 0;  // share of the bytes sent
    Bitrate lowest_estimate;
    Bitrate highest_estimate;
  };
  Figures Measure() {
    Figures f;
    const Duration span = now_ - measured_at_;
    f.received = received_ / span;
    f.competitor = (competitor_.received() - competitor_before_) / span;
    f.queueing_p95 = P95(queueing_);
    f.audio_delay_p95 = P95(audio_delay_);
    f.audio_loss = audio_sent_ == 0 ? 0 : 1 - static_cast<double>(audio_received_) / audio_sent_;
    f.padding = sent_.bytes() == 0 ? 0 : static_cast<double>(padding_.bytes()) / sent_.bytes();
    f.lowest_estimate = lowest_;
    f.highest_estimate = highest_;
    measured_at_ = now_;
    competitor_before_ = competitor_.received();
    received_ = sent_ = padding_ = DataSize();
    audio_sent_ = audio_received_ = 0;
    queueing_.clear();
    audio_delay_.clear();
    lowest_ = Bitrate::Unlimited();
    highest_ = Bitrate();
    return f;
  }

  Timestamp now() const { return now_; }
  Bitrate estimate() const { return estimator_.estimate(); }
  const BandwidthEstimator& estimator() const { return estimator_; }
  const Pacer& pacer() const { return pacer_; }
  size_t layer() const { return layer_; }

 private:
  enum class Kind : uint8_t { kAudio, kVideo, kPadding };
  static constexpr int kFlow = 0;
  static constexpr Duration kFeedbackInterval = Duration::Millis(60);
  static constexpr int64_t kVideoPacket = 1150;

  static Duration P95(std::vector<Duration> values) {
    if (values.empty()) return Duration::Zero();
    auto at = values.begin() + static_cast<ptrdiff_t>(values.size() * 95 / 100);
    std::nth_element(values.begin(), at, values.end());
    return *at;
  }

  Bitrate Wanted() const {
    return (traffic_.elastic == Bitrate::Unlimited() ? traffic_.layers.back() : traffic_.elastic) +
           Bitrate::Kbps(60);
  }

  void Step() {
    now_ = now_ + Duration::Millis(1);
    for (const Bottleneck::Packet& packet : link_.Advance(now_)) {
      packet.flow == kFlow ? Receive(packet) : competitor_.HandleArrival(packet);
    }
    ReturnFeedback();
    competitor_.Step(link_, now_);
    if (now_.ms() % 20 == 0) {
      ++audio_sent_;
      SendPacket(Kind::kAudio, traffic_.audio_packet);
    }
    if (now_.ms() % 33 == 0) MakeFrame();
    if (now_.ms() % 25 == 0) Control();
    pacer_.Hold(estimator_.IsOverfull());
    while (auto departure = pacer_.Poll(now_)) {
      if (departure->padding) {
        SendPacket(Kind::kPadding, DataSize::Bytes(Pacer::kMaxPadding + 30));
      } else {
        SendPacket(Kind::kVideo, DataSize::Bytes(departure->packet.size));
      }
    }
    lowest_ = std::min(lowest_, estimate());
    highest_ = std::max(highest_, estimate());
  }

  void Control() {
    pacer_.SetRate(estimate() * 1.5, now_);
    if (!pacer_.probing()) {
      if (auto cluster = estimator_.PollProbe(now_)) pacer_.StartProbe(*cluster, now_);
    }
    const Bitrate video = std::max(estimate() - Bitrate::Kbps(50), Bitrate());
    if (traffic_.elastic != Bitrate::Unlimited()) {
      video_rate_ = std::min(video, traffic_.elastic);
      return;
    }
    size_t fits = 0;
    for (size_t i = 0; i < traffic_.layers.size(); ++i) {
      const double need = i > layer_ ? 1.15 : 1.0;
      if (traffic_.layers[i] * need <= video) fits = i;
    }
    layer_ = fits;
    video_rate_ = traffic_.layers[layer_];
  }

  // Frames scatter by a third of their mean.
  void MakeFrame() {
    // A subscriber that is this far behind drops frames.
    if (pacer_.QueueDelay() > Duration::Millis(300)) return;
    int64_t left = (video_rate_ * Duration::Millis(33)).bytes();
    left =
        left * 2 / 3 + static_cast<int64_t>(random_.Below(static_cast<uint32_t>(left) * 2 / 3 + 1));
    for (; left > 0; left -= kVideoPacket) {
      const int64_t size = std::max<int64_t>(std::min(left, kVideoPacket), 60);
      if (pacer_.MayPass(false, now_)) {
        SendPacket(Kind::kVideo, DataSize::Bytes(size));
      } else {
        (void)pacer_.Enqueue({SeqNum(), static_cast<uint16_t>(size), 0, false}, now_);
      }
    }
  }

  void SendPacket(Kind kind, DataSize size) {
    const int64_t id = next_id_++;
    kinds_[id] = kind;
    sent_ += size;
    if (kind == Kind::kPadding) padding_ += size;
    const ProbeId probe = pacer_.HandleSent(size, now_);
    estimator_.HandleSent(size, probe, now_);
    link_.Send(kFlow, id, size, now_);
  }

  void Receive(const Bottleneck::Packet& packet) {
    queueing_.push_back(packet.queued);
    const Kind kind = kinds_[packet.id];
    kinds_.erase(packet.id);
    if (kind != Kind::kPadding) received_ += packet.size;
    if (kind == Kind::kAudio) {
      ++audio_received_;
      audio_delay_.push_back(packet.arrival - packet.sent - link_.profile().delay);
    }
    // The receiver's clock is not ours, and runs into the wrap of the reference time.
    const Timestamp theirs = packet.arrival + Duration::Seconds(1'073'700);
    (void)builder_.Add(SeqNum(static_cast<uint16_t>(packet.id)), theirs);
  }

  void ReturnFeedback() {
    if (now_ >= next_feedback_ && !builder_.empty()) {
      next_feedback_ = now_ + kFeedbackInterval;
      while (!builder_.empty()) {
        std::vector<uint8_t> bytes(1200);
        ByteWriter out(bytes);
        if (!builder_.Write(out)) break;
        bytes.resize(out.size());
        feedback_.push_back({now_ + link_.profile().delay, std::move(bytes)});
      }
    }
    while (!feedback_.empty() && feedback_.front().at <= now_) {
      const auto compound = RtcpCompound::Parse(feedback_.front().bytes);
      PARLEY_CHECK(compound);
      for (const RtcpPacket& packet : *compound) {
        auto view = TwccView::Parse(packet);
        if (view && !feedback_blocked_) estimator_.HandleFeedback(*view, now_);
      }
      feedback_.erase(feedback_.begin());
    }
  }

  struct InFlightFeedback {
    Timestamp at;
    std::vector<uint8_t> bytes;
  };

  Timestamp now_ = Timestamp::Seconds(500);
  Bottleneck link_;
  Traffic traffic_;
  CompetingFlow competitor_;
  SeededRandom random_;
  BandwidthEstimator estimator_;
  Pacer pacer_;
  TwccBuilder builder_{Ssrc(1), Ssrc(2)};
  bool feedback_blocked_ = false;
  Timestamp next_feedback_;
  std::vector<InFlightFeedback> feedback_;
  size_t layer_ = 0;
  Bitrate video_rate_ = Bitrate::Kbps(150);
  int64_t next_id_ = 0;
  std::map<int64_t, Kind> kinds_;

  Timestamp measured_at_ = now_;
  DataSize received_;
  DataSize sent_;
  DataSize padding_;
  DataSize competitor_before_;
  int audio_sent_ = 0;
  int audio_received_ = 0;
  std::vector<Duration> queueing_;
  std::vector<Duration> audio_delay_;
  Bitrate lowest_ = Bitrate::Unlimited();
  Bitrate highest_;
};

}  // namespace parley::test
