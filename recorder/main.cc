// parley-recorder DIRECTORY FEEDS: writes one recording. Started by the server with its sockets:
// descriptor 3 is the control socket, the FEEDS behind it bring packets; the key of a recording
// that is encrypted is told on standard input. Ends when told to, when the control socket is
// closed, or when the disk takes no more.

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "recorder/library/recording_lock.h"
#include "recorder/storage/key_handover.h"
#include "recorder/write/recording_writer.h"
#include "recorder/write/sandbox.h"
#include "sfu/port/feed_message.h"

namespace parley {
namespace {

constexpr int kControl = 3;
constexpr int kMostFeeds = 64;
constexpr int kTickMs = 50;
constexpr size_t kMessagesATurn = 256;
constexpr size_t kMostMessage = size_t{64} * 1024;
constexpr auto kSyncInterval = std::chrono::seconds(1);

Timestamp SteadyNow() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return Timestamp::Micros(std::chrono::duration_cast<std::chrono::microseconds>(since).count());
}

// Brings what was written to the disk, on a thread of its own: a disk may take its time. Works on
// copies of the descriptors, so that files may be closed meanwhile.
class Syncer {
 public:
  Syncer() : thread_([this] { Run(); }) {}
  ~Syncer() {
    stop_ = true;
    thread_.join();
    Replace({});
  }
  void Watch(const std::vector<int>& descriptors) {
    std::vector<int> copies;
    for (const int fd : descriptors) {
      if (const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0); copy >= 0) copies.push_back(copy);
    }
    Replace(std::move(copies));
  }

 private:
  void Replace(std::vector<int> copies) {
    std::vector<int> old;
    {
      const std::lock_guard lock(mutex_);
      old = std::exchange(waiting_, std::move(copies));
    }
    for (const int fd : old) close(fd);
  }
  void Run() {
    while (!stop_) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      std::vector<int> now;
      {
        const std::lock_guard lock(mutex_);
        now = std::exchange(waiting_, {});
      }
      for (const int fd : now) {
        fdatasync(fd);
        close(fd);
      }
    }
  }

  std::mutex mutex_;
  std::vector<int> waiting_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

void Answer(const FeedAnswer& answer) {
  std::string message(kFeedHeaderSize, '\0');
  const uint32_t ssrc = answer.ssrc.value();
  message[0] = static_cast<char>(answer.type);
  for (size_t i = 0; i < 4; ++i) message[4 + i] = static_cast<char>(ssrc >> 8 * i);
  message += answer.json;
  // A server that does not listen is not waited for.
  send(kControl, message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

// Reads what the server sends: of the meeting and its people over the control socket, of each
// worker's packets over a feed.
class FeedReader {
 public:
  FeedReader(RecordingWriter& writer, int feeds) : writer_(writer) {
    for (int i = 0; i <= feeds; ++i) sockets_.push_back({kControl + i, POLLIN, 0});
  }

  // Waits a moment for something to come. False when the server is gone.
  bool ReadTurn() {
    poll(sockets_.data(), sockets_.size(), kTickMs);
    for (pollfd& socket : sockets_) {
      if (socket.revents == 0 || ReadSome(socket.fd)) continue;
      if (socket.fd == kControl) return false;
      socket.fd = kClosed;
    }
    return true;
  }
  void ReadFeeds() {
    for (pollfd& feed : std::span(sockets_).subspan(1)) {
      if (feed.fd != kClosed && !ReadSome(feed.fd)) feed.fd = kClosed;
    }
  }

 private:
  static constexpr int kClosed = -1;  // poll passes it over

  // False when the socket is closed.
  bool ReadSome(int fd) {
    std::vector<uint8_t>& buffer = fd == kControl ? control_buffer_ : feed_buffer_;
    for (size_t i = 0; i < kMessagesATurn; ++i) {
      const ssize_t got = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got > 0) {
        const auto message = std::span(buffer).first(static_cast<size_t>(got));
        // What was sent before it, over feeds, belongs to the recording.
        if (fd == kControl && message[0] == static_cast<uint8_t>(FeedMessage::kEnd)) ReadFeeds();
        writer_.HandleMessage(message);
        continue;
      }
      if (got < 0 && errno == EINTR) continue;
      return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }
    return true;
  }

  RecordingWriter& writer_;
  std::vector<pollfd> sockets_;  // the first is the control socket
  std::vector<uint8_t> control_buffer_ = std::vector<uint8_t>(kMostMessage);
  std::vector<uint8_t> feed_buffer_ = std::vector<uint8_t>(kMostMessage);
};

int Run(const std::string& directory, int feeds) {
  RecordingWriter writer(directory);
  Syncer syncer;
  FeedReader reader(writer, feeds);
  auto synced = std::chrono::steady_clock::now();
  bool orphaned = false;
  while (!writer.done() && !orphaned) {
    orphaned = !reader.ReadTurn();
    writer.HandleTimeout(SteadyNow());
    for (const FeedAnswer& answer : writer.TakeAnswers()) Answer(answer);
    if (const auto now = std::chrono::steady_clock::now(); now - synced >= kSyncInterval) {
      synced = now;
      syncer.Watch(writer.descriptors());
    }
  }
  // What the feeds still hold belongs to the recording.
  if (!writer.done()) reader.ReadFeeds();
  writer.Finish(SteadyNow(), false);
  for (const FeedAnswer& answer : writer.TakeAnswers()) Answer(answer);
  return 0;
}

int Main(int argc, char** argv) {
  int feeds = 0;
  const char* end = argc == 3 ? argv[2] + std::strlen(argv[2]) : nullptr;
  if (end == nullptr || std::from_chars(argv[2], end, feeds).ptr != end || feeds < 0 ||
      feeds > kMostFeeds) {
    std::fprintf(stderr, "parley-recorder is started by parley.\n");
    return 2;
  }
  signal(SIGINT, SIG_IGN);  // Ctrl-C is for the server, which tells us
  if (const std::string refused = EnterSandbox(); !refused.empty()) {
    std::fprintf(stderr, "parley-recorder: no sandbox: %s\n", refused.c_str());
    return 1;
  }
  // An earlier recorder may be at its end, or somebody at mending what it left.
  const auto lock = RecordingLock::Take(argv[1]);
  if (!lock) {
    std::fprintf(stderr, "parley-recorder: there is no directory for the recording\n");
    return 1;
  }
  if (const auto given = TakeRecordingKey(argv[1]); !given) {
    std::fprintf(stderr, "parley-recorder: %s\n", given.error().c_str());
    return 1;
  }
  return Run(argv[1], feeds);
}

}  // namespace
}  // namespace parley

int main(int argc, char** argv) { return parley::Main(argc, argv); }
