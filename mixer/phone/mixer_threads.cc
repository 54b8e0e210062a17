#include "mixer/phone/mixer_threads.h"

#include <pthread.h>

#include <algorithm>
#include <numeric>
#include <span>

#include "sfu/base/check.h"

namespace parley {

MixerThreads::MixerThreads(size_t count) {
  PARLEY_CHECK(count > 0);
  for (size_t i = 0; i < count; ++i) {
    Share& share = *shares_.emplace_back(std::make_unique<Share>());
    if (i > 0) share.thread = std::thread([this, &share] { Run(share); });
  }
}

MixerThreads::~MixerThreads() {
  stopping_ = true;
  for (const auto& share : std::span(shares_).subspan(1)) {
    share->begun.Post();
    share->thread.join();
  }
}

size_t MixerThreads::Share::calls() const {
  return std::accumulate(
      rooms.begin(), rooms.end(), size_t{0},
      [](size_t sum, const PhoneRoom* room) { return sum + room->call_count(); });
}

void MixerThreads::Add(PhoneRoom& room) {
  const auto share = std::ranges::min_element(
      shares_, {}, [](const auto& s) { return std::pair(s->calls(), s->rooms.size()); });
  (*share)->rooms.push_back(&room);
}

void MixerThreads::Remove(PhoneRoom& room) {
  for (const auto& share : shares_) std::erase(share->rooms, &room);
}

void MixerThreads::Tick(Timestamp now, WallTime wall) {
  now_ = now;
  wall_ = wall;
  size_t begun = 0;
  for (const auto& share : std::span(shares_).subspan(1)) {
    if (share->calls() == 0) continue;
    share->begun.Post();
    ++begun;
  }
  TickShare(*shares_.front());
  for (; begun > 0; --begun) done_.Wait();
}

void MixerThreads::TickShare(Share& share) {
  for (PhoneRoom* room : share.rooms) room->Tick(now_, wall_, share.batch);
}

void MixerThreads::Run(Share& share) {
  pthread_setname_np(pthread_self(), "parley-mixer");
  while (true) {
    share.begun.Wait();
    if (stopping_) return;
    TickShare(share);
    done_.Post();
  }
}

void MixerThreads::TakeNoted(std::vector<PhoneCall*>& out) {
  for (const auto& share : shares_) {
    for (PhoneRoom* room : share->rooms) room->TakeNoted(out);
  }
}

}  // namespace parley
