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
#include <string_view>
#include <utility>

#include "recorder/storage/key_handover.h"

namespace parley {
namespace {

// Where the recorder looks for its control socket; the feeds follow.
constexpr int kControl = 3;
// A second of a large meeting, where the system allows it.
constexpr int kFeedBytes = 8 << 20;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

struct SocketPair {
  Descriptor ours;
  Descriptor theirs;  // above every descriptor that the child gets: dup2 onto itself would keep
                      // close-on-exec
};

std::expected<SocketPair, int> MakePair(int first_free) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return std::unexpected(errno);
  }
  SocketPair pair{.ours = Descriptor(ends[0]), .theirs = Descriptor()};
  const Descriptor low(ends[1]);
  pair.theirs = Descriptor(fcntl(low.get(), F_DUPFD_CLOEXEC, first_free));
  if (pair.theirs.get() < 0) return std::unexpected(errno);
  if (setsockopt(ends[0], SOL_SOCKET, SO_SNDBUFFORCE, &kFeedBytes, sizeof kFeedBytes) != 0) {
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &kFeedBytes, sizeof kFeedBytes);
  }
  return pair;
}

// To be read: what a program is told, which a pipe holds.
std::expected<Descriptor, int> MakePipe(std::string_view told, int first_free) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::unexpected(errno);
  const Descriptor low(ends[0]);
  const Descriptor writer(ends[1]);
  Descriptor reader(fcntl(low.get(), F_DUPFD_CLOEXEC, first_free));
  const bool written =
      write(writer.get(), told.data(), told.size()) == static_cast<ssize_t>(told.size());
  if (reader.get() < 0 || !written) return std::unexpected(errno);
  return reader;
}

class RecorderProcess final : public RecorderLink {
 public:
  RecorderProcess(pid_t pid, Descriptor control, std::vector<Descriptor> feeds)
      : pid_(pid), control_(std::move(control)), feeds_(std::move(feeds)) {}
  ~RecorderProcess() override { HasEnded(); }
  RecorderProcess(const RecorderProcess&) = delete;
  RecorderProcess& operator=(const RecorderProcess&) = delete;

  std::vector<int> TakeFeeds() override {
    std::vector<int> feeds;
    feeds.reserve(feeds_.size());
    for (Descriptor& feed : feeds_) feeds.push_back(feed.Release());
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
    uint32_t ssrc = 0;
    for (size_t i = 0; i < 4; ++i) ssrc |= static_cast<uint32_t>(bytes[4 + i]) << 8 * i;
    return RecorderReply{.type = static_cast<FeedReply>(bytes[0]),
                         .ssrc = Ssrc(ssrc),
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
  Descriptor control_;
  std::vector<Descriptor> feeds_;
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
  const auto key = RecordingKeyLine(directory);
  if (!key) return std::unexpected(key.error());
  auto told = MakePipe(*key, first_free);
  if (!told) return std::unexpected(std::string("no pipe: ") + std::strerror(told.error()));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, told->get(), STDIN_FILENO);
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
  std::vector<Descriptor> ours;
  for (size_t i = 1; i < pairs.size(); ++i) ours.push_back(std::move(pairs[i].ours));
  return std::make_unique<RecorderProcess>(pid, std::move(pairs[0].ours), std::move(ours));
}

}  // namespace parley
