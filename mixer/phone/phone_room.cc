#include "mixer/phone/phone_room.h"

#include <iterator>

#include "mixer/phone/phone_call.h"

namespace parley {
namespace {

// visit(call) for each. What the next ones need is asked for meanwhile: since the last tick the
// caches have turned to other things.
template <class F>
void ForEach(std::span<PhoneCall* const> calls, F&& visit) {
  const auto count = std::ssize(calls);
  for (ptrdiff_t i = -PhoneCall::kMostAhead; i < count; ++i) {
    for (int turns = PhoneCall::kMostAhead; turns >= 0; --turns) {
      const ptrdiff_t next = i + turns;
      if (next >= 0 && next < count) calls[static_cast<size_t>(next)]->PrefetchAhead(turns);
    }
    if (i >= 0) visit(*calls[static_cast<size_t>(i)]);
  }
}

}  // namespace

void PhoneRoom::Tick(Timestamp now, WallTime wall, sip::RtpBatch& batch) {
  if (calls_.empty()) return;
  ForEach(calls_, [&](PhoneCall& call) { call.Receive(now, wall, batch); });
  if (speakers_) speakers_->Tick(mix_, now);
  if (music_) mix_.SetInput(0, music_->Next(), SampleRate::k8kHz);
  mix_.Tick();
  ForEach(calls_, [&](PhoneCall& call) {
    call.Send(now, wall);
    if (call.noted(now)) noted_.push_back(&call);
  });
}

void PhoneRoom::TakeNoted(std::vector<PhoneCall*>& out) {
  out.insert(out.end(), noted_.begin(), noted_.end());
  noted_.clear();
}

}  // namespace parley
