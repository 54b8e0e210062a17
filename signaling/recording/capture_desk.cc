#include "signaling/recording/capture_desk.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <system_error>
#include <utility>
#include <vector>

#include "sfu/base/log.h"
#include "signaling/room/room.h"
#include "signaling/room/room_registry.h"

namespace parley {
namespace {

// Apart from those of recordings, which count up from 1.
constexpr uint32_t kFirstFeed = uint32_t{1} << 31;
constexpr Duration kInterval = Duration::Millis(50);
constexpr int kFeedBytes = 1 << 20;

struct Feeds {
  std::vector<int> ours;
  std::vector<int> workers;  // to be handed over
};

void CloseAll(const std::vector<int>& sockets) {
  for (const int socket : sockets) close(socket);
}

std::optional<Feeds> OpenFeeds(int count) {
  Feeds feeds;
  for (int i = 0; i < count; ++i) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      CloseAll(feeds.ours);
      CloseAll(feeds.workers);
      return std::nullopt;
    }
    setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &kFeedBytes, sizeof kFeedBytes);
    feeds.ours.push_back(ends[0]);
    feeds.workers.push_back(ends[1]);
  }
  return feeds;
}

}  // namespace

struct CaptureDesk::Capture {
  Capture(RoomRegistry& rooms, RoomId r, FeedId f) : room(r), feed(f), taps(rooms, r) {}

  RoomId room;
  FeedId feed;
  SourceTaps taps;
  Timestamp next;
  std::unique_ptr<CaptureWriter> writer;
};

CaptureDesk::CaptureDesk(RoomRegistry& rooms, bool allowed, std::filesystem::path directory)
    : rooms_(rooms), allowed_(allowed), directory_(std::move(directory)) {}

CaptureDesk::~CaptureDesk() { End(); }

std::expected<CaptureDesk::Status, Error> CaptureDesk::Start(Room& room, const Limits& limits,
                                                             Now now) {
  const auto refuse = [](ErrorCode code, std::string sentence) {
    return std::unexpected(Error::Of(code, std::move(sentence)));
  };
  if (!allowed_) {
    return refuse(ErrorCode::kForbidden,
                  "This server writes no packets: its parley.toml does not say pcap = true under "
                  "[debug].");
  }
  if (!room.debug()) {
    return refuse(ErrorCode::kForbidden,
                  "This room was not made for tests: only of one that was, with \"debug\": true, "
                  "packets are written.");
  }
  if (capture_) {
    return refuse(ErrorCode::kServerFull, "Packets are being written already: wait for the end.");
  }
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  std::filesystem::permissions(directory_, std::filesystem::perms::owner_all, error);
  const std::string name = room.record().name + "-" + std::to_string(now.wall.unix_us()) + ".pcap";
  auto file = PcapFile::Create(directory_ / name, limits.bytes);
  if (!file) {
    LogError("capture_not_started", {{"error", file.error()}});
    return refuse(ErrorCode::kInternal, "The file cannot be written; the server's log says why.");
  }
  const int workers = rooms_.media().worker_count();
  auto feeds = OpenFeeds(workers);
  if (!feeds) return refuse(ErrorCode::kInternal, "The server has no more sockets.");

  capture_ = std::make_unique<Capture>(rooms_, room.id(), FeedId(kFirstFeed + captures_++));
  for (int i = 0; i < workers; ++i) {
    rooms_.media().Send(
        WorkerIndex(static_cast<uint8_t>(i)),
        OpenFeed{.feed = capture_->feed, .socket = feeds->workers[static_cast<size_t>(i)]});
  }
  capture_->writer = std::make_unique<CaptureWriter>(
      *std::move(file), std::move(feeds->ours), now.steady, now.wall, now.steady + limits.time);
  last_ = Status{.room = room.record().name, .file = directory_ / name};
  LogInfo("capture_started", {{"room", room.id().value()}, {"file", name}});
  HandleTimeout(now);
  return *status();
}

std::optional<CaptureDesk::Status> CaptureDesk::status() const {
  std::optional<Status> status = last_;
  if (capture_) {
    status->packets = capture_->writer->packets();
    status->bytes = capture_->writer->bytes();
    status->running = true;
  }
  return status;
}

void CaptureDesk::HandleTimeout(Now now) {
  if (!capture_ || now.steady < capture_->next) return;
  capture_->next = now.steady + kInterval;
  Room* room = rooms_.FindById(capture_->room);
  if (!room || capture_->writer->ended()) return End();
  capture_->taps.Update(
      *room, capture_->feed, DiskStep::kEnough, [](const Participant&) { return true; },
      [](Ssrc, const std::optional<std::string>&) {});
}

void CaptureDesk::End() {
  if (!capture_) return;
  capture_->taps.Clear();
  for (int i = 0; i < rooms_.media().worker_count(); ++i) {
    rooms_.media().Send(WorkerIndex(static_cast<uint8_t>(i)), CloseFeed{.feed = capture_->feed});
  }
  last_->packets = capture_->writer->packets();
  last_->bytes = capture_->writer->bytes();
  LogInfo("capture_ended", {{"packets", last_->packets}, {"bytes", last_->bytes}});
  capture_.reset();
}

}  // namespace parley
