#include "recorder/push/pusher.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace parley {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds kPoll{100};

struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

}  // namespace

void Pusher::Wait(milliseconds time, const std::atomic<bool>& stop) const {
  const auto until = Clock::now() + time;
  while (!stop && Clock::now() < until) {
    std::this_thread::sleep_for(std::min<Clock::duration>(kPoll, until - Clock::now()));
  }
}

bool Pusher::Run(const std::atomic<bool>& stop) {
  while (!stop) {
    auto next = reader_.Read();
    if (!next) {
      if (reader_.ended()) break;
      Wait(kPoll, stop);
      continue;
    }
    if (!sender_ && !Connect(*next->segment)) {
      if (status_.trouble == PushTrouble::kAddressRefused) return false;
      Wait(pause_, stop);
      pause_ = std::min(pause_ * 2, kMostPause);
      reader_.SkipToNewest();
      continue;
    }
    SendSegment(*next, stop);
  }
  if (sender_) sender_->Finish();
  return true;
}

bool Pusher::Connect(const Segment& like) {
  auto sender = RtmpSender::Connect(url_, may_be_private_, like);
  if (!sender) {
    Lose(sender.error());
    return false;
  }
  sender_ = *std::move(sender);
  run_.reset();
  last_us_[0] = last_us_[1] = -1;
  return true;
}

void Pusher::SendSegment(const SegmentReader::Next& next, const std::atomic<bool>& stop) {
  const std::unique_ptr<AVPacket, FreePacket> packet(av_packet_alloc());
  const bool first = !run_;
  bool fresh[2] = {false, false};  // of another encoder than what was sent before
  const bool other_run = run_ != next.about.run;
  if (!first && other_run) fresh[0] = fresh[1] = true;
  bool placed = !other_run;
  if (first) {
    first_us_ = next.about.starts_at_us;
    began_ = Clock::now();
  }
  while (!stop && next.segment->Read(*packet)) {
    if (!placed) {
      // The segment begins with a picture, which has the segment's time.
      placed = true;
      run_ = next.about.run;
      run_begins_us_ = next.about.starts_at_us - first_us_ - packet->pts;
    }
    packet->pts += run_begins_us_;
    packet->dts += run_begins_us_;
    const auto stream = static_cast<size_t>(packet->stream_index);
    // Before the first picture, or where two runs overlap.
    if (stream > 1 || packet->dts < 0 || packet->dts <= last_us_[stream]) {
      av_packet_unref(packet.get());
      continue;
    }
    last_us_[stream] = packet->dts;
    std::this_thread::sleep_until(began_ + microseconds(packet->dts));
    const Segment* like = std::exchange(fresh[stream], false) ? next.segment.get() : nullptr;
    const bool sent = sender_->Send(*packet, like);
    av_packet_unref(packet.get());
    if (!sent) {
      Lose(PushTrouble::kLost);
      reader_.SkipToNewest();
      return;
    }
  }
  // Taken for working once a whole segment went.
  pause_ = kFirstPause;
  status_.live = true;
  status_.trouble.reset();
  status_.bytes = sent_before_ + sender_->bytes();
  tell_(status_);
}

void Pusher::Lose(PushTrouble trouble) {
  if (sender_) {
    ++status_.reconnects;
    sent_before_ += sender_->bytes();
    sender_.reset();
  }
  status_.live = false;
  status_.trouble = trouble;
  tell_(status_);
}

}  // namespace parley
