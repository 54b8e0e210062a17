#include "signaling/recording/recorder_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace parley {
namespace {

// Where the recorder looks for its control socket; the feeds follow.
constexpr int kControl = 3;
// A second of a large meeting, where the system allows it.
constexpr int kFeedBytes = 8 << 20;

class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

struct SocketPair {
  Socket ours;
  Socket theirs;  // above every descriptor that the child gets: dup2 onto itself would keep
                  // close-on-exec
};

std::expected<SocketPair, int> MakePair(int first_free) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return std::unexpected(errno);
  }
  SocketPair pair{.ours = Socket(ends[0]), .theirs = Socket()};
  const Socket low(ends[1]);
  pair.theirs = Socket(fcntl(low.get(), F_DUPFD_CLOEXEC, first_free));
  if (pair.theirs.get() < 0) return std::unexpected(errno);
  if (setsockopt(ends[0], SOL_SOCKET, SO_SNDBUFFORCE, &kFeedBytes, sizeof kFeedBytes) != 0) {
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &kFeedBytes, sizeof kFeedBytes);
  }
  return pair;
}

class RecorderProcess final : public RecorderLink {
 public:
  RecorderProcess(pid_t pid, Socket control, std::vector<Socket> feeds)
      : pid_(pid), control_(std::move(control)), feeds_(std::move(feeds)) {}
  ~RecorderProcess() override { HasEnded(); }
  RecorderProcess(const RecorderProcess&) = delete;
  RecorderProcess& operator=(const RecorderProcess&) = delete;

  std::vector<int> TakeFeeds() override {
    std::vector<int> feeds;
    feeds.reserve(feeds_.size());
    for (Socket& feed : feeds_) feeds.push_back(feed.Release());
    feeds_.clear();
    return feeds;
  }

  bool Send(std::string_view message) override {
    return send(control_.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
  }

  std::optional<RecorderReply> Receive() override {
    std::array<uint8_t, 4096> bytes;
    const ssize_t size = recv(control_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size < static_cast<ssize_t>(kFeedHeaderSize)) return std::nullopt;
    uint32_t source = 0;
    for (size_t i = 0; i < 4; ++i) source |= static_cast<uint32_t>(bytes[4 + i]) << 8 * i;
    return RecorderReply{.type = static_cast<FeedReply>(bytes[0]),
                         .source = SourceId(source),
                         .json = {reinterpret_cast<const char*>(bytes.data()) + kFeedHeaderSize,
                                  static_cast<size_t>(size) - kFeedHeaderSize}};
  }

  bool HasEnded() override {
    if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
    return pid_ == 0;
  }

  void Kill() override {
    if (!HasEnded()) kill(pid_, SIGKILL);
  }

 private:
  pid_t pid_;  // 0: it has ended
  Socket control_;
  std::vector<Socket> feeds_;
};

}  // namespace

std::expected<std::unique_ptr<RecorderLink>, std::string> RecorderProcesses::Launch(
    const std::filesystem::path& directory, int feeds) {
  const int first_free = kControl + 1 + feeds;
  std::vector<SocketPair> pairs;
  for (int i = 0; i <= feeds; ++i) {
    auto pair = MakePair(first_free);
    if (!pair) return std::unexpected(std::string("no socket: ") + std::strerror(pair.error()));
    pairs.push_back(*std::move(pair));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int i = 0; i <= feeds; ++i) {
    posix_spawn_file_actions_adddup2(&actions, pairs[static_cast<size_t>(i)].theirs.get(),
                                     kControl + i);
  }
  // Other libraries' sockets do not close themselves: held by a recorder, a port stays taken.
  posix_spawn_file_actions_addclosefrom_np(&actions, first_free);
  std::string program = program_.string();
  std::string where = directory.string();
  std::string count = std::to_string(feeds);
  std::array<char*, 4> arguments = {program.data(), where.data(), count.data(), nullptr};
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return std::unexpected(program + ": " + std::strerror(error));
  std::vector<Socket> ours;
  for (size_t i = 1; i < pairs.size(); ++i) ours.push_back(std::move(pairs[i].ours));
  return std::make_unique<RecorderProcess>(pid, std::move(pairs[0].ours), std::move(ours));
}

}  // namespace parley
