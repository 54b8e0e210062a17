#pragma once

// The threads that rooms are mixed on. A room stays on one as long as it is open; between ticks all
// of it is the phone thread's, which lends it for each: it gives every other thread its tick, has
// that of its own rooms, and goes on when all have had theirs. So there is one clock, nothing is
// locked, and what is slow in one room takes time from the rooms of one thread only. Owned by the
// Switchboard; phone thread.

#include <semaphore.h>

#include <memory>
#include <thread>
#include <vector>

#include "mixer/net/rtp_socket.h"
#include "mixer/phone/phone_room.h"
#include "sfu/base/units.h"

namespace parley {

class MixerThreads {
 public:
  // In all, at least 1: the phone thread is the first.
  explicit MixerThreads(size_t count);
  ~MixerThreads();
  MixerThreads(const MixerThreads&) = delete;
  MixerThreads& operator=(const MixerThreads&) = delete;

  // To the thread that has the fewest calls. Until it is removed the room is known here.
  void Add(PhoneRoom& room);
  void Remove(PhoneRoom& room);

  // Of all rooms; back when every one has had it.
  void Tick(Timestamp now, WallTime wall);
  // Appends the calls for which something is left to do after it.
  void TakeNoted(std::vector<PhoneCall*>& out);

 private:
  class Semaphore {
   public:
    Semaphore() { sem_init(&semaphore_, 0, 0); }
    ~Semaphore() { sem_destroy(&semaphore_); }
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;
    void Post() { sem_post(&semaphore_); }
    void Wait() {
      while (sem_wait(&semaphore_) != 0) {
      }
    }

   private:
    sem_t semaphore_;
  };
  struct Share {
    std::vector<PhoneRoom*> rooms;
    sip::RtpBatch batch;
    Semaphore begun;
    std::thread thread;  // none: the phone thread

    size_t calls() const;
  };

  void Run(Share& share);
  void TickShare(Share& share);

  std::vector<std::unique_ptr<Share>> shares_;
  // Written by the phone thread while all others wait.
  Timestamp now_;
  WallTime wall_;
  bool stopping_ = false;
  Semaphore done_;  // once for each share that was begun
};

}  // namespace parley
