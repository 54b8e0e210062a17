#include "sfu/worker/parking.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "sfu/base/check.h"

namespace parley {

Parking::Parking() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { PARLEY_CHECK(fd_ >= 0); }

Parking::~Parking() { close(fd_); }

void Parking::Clear() {
  uint64_t count;
  // Nothing to read is fine: it was cleared before.
  [[maybe_unused]] const ssize_t n = read(fd_, &count, sizeof count);
}

void Parking::Wake() {
  const uint64_t one = 1;
  // Fails only when the counter is full, and then the owner is awake.
  [[maybe_unused]] const ssize_t n = write(fd_, &one, sizeof one);
}

}  // namespace parley
