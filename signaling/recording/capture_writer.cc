#include "signaling/recording/capture_writer.h"

#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "sfu/port/feed_message.h"

namespace parley {
namespace {

constexpr int kPollMs = 100;
constexpr int kMessagesPerTurn = 256;

Timestamp SteadyNow() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return Timestamp::Micros(int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000);
}

Timestamp ArrivalOf(std::span<const uint8_t> header) {
  uint64_t us = 0;
  for (size_t i = 0; i < 8; ++i) us |= uint64_t{header[8 + i]} << 8 * i;
  return Timestamp::Micros(static_cast<int64_t>(us));
}

}  // namespace

CaptureWriter::CaptureWriter(PcapFile file, std::vector<int> feeds, Timestamp steady, WallTime wall,
                             Timestamp end)
    : file_(std::move(file)),
      feeds_(std::move(feeds)),
      steady_(steady),
      wall_(wall),
      end_(end),
      bytes_(file_.bytes()),
      thread_([this] { Run(); }) {}

CaptureWriter::~CaptureWriter() {
  // Relaxed: no other data goes with it.
  stop_.store(true, std::memory_order_relaxed);
  thread_.join();
  for (const int feed : feeds_) close(feed);
}

void CaptureWriter::Run() {
  std::vector<pollfd> polled;
  polled.reserve(feeds_.size());
  for (const int feed : feeds_) polled.push_back({.fd = feed, .events = POLLIN, .revents = 0});
  bool more = true;
  while (more && !stop_.load(std::memory_order_relaxed) && SteadyNow() < end_) {
    if (poll(polled.data(), polled.size(), kPollMs) < 0) continue;
    for (pollfd& entry : polled) {
      if ((entry.revents & POLLIN) != 0) {
        more = more && Take(entry.fd);
      } else if ((entry.revents & (POLLHUP | POLLERR)) != 0) {
        entry.fd = -1;  // that worker has let go of it
      }
    }
    more = file_.Flush() && more;
    bytes_.store(file_.bytes(), std::memory_order_relaxed);
    packets_.store(file_.packets(), std::memory_order_relaxed);
  }
  ended_.store(true, std::memory_order_release);
}

bool CaptureWriter::Take(int feed) {
  std::array<uint8_t, 2048> message;
  for (int i = 0; i < kMessagesPerTurn; ++i) {
    const ssize_t size = recv(feed, message.data(), message.size(), MSG_DONTWAIT);
    if (size <= 0) return true;
    const auto bytes = std::span(message).first(static_cast<size_t>(size));
    if (bytes.size() <= kFeedHeaderSize || bytes[0] != static_cast<uint8_t>(FeedMessage::kRtp)) {
      continue;
    }
    const Duration passed = ArrivalOf(bytes) - steady_;
    if (!file_.Write(bytes.subspan(kFeedHeaderSize), wall_ + passed)) return false;
  }
  return true;
}

}  // namespace parley
