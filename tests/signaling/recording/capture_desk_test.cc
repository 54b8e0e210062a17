// Packets that are written down: of which rooms, by whose leave, how many, and in which form.

#include "signaling/recording/capture_desk.h"

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "sfu/port/feed_message.h"
#include "tests/signaling/recording/recording_world.h"

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<uint8_t>;

constexpr Duration kLater = Duration::Millis(250);
const Bytes kRtp = {0x80, 111, 0, 7, 0, 0, 0, 9, 0, 0, 0, 1, 0xAB};

class CaptureDeskTest : public RecordingWorld {
 protected:
  CaptureDeskTest() {
    // Its writer looks at the clock of the machine.
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    now.steady = Timestamp::Micros(int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000);
  }
  ~CaptureDeskTest() override {
    for (const auto& [worker, feed] : media.SentOf<OpenFeed>()) close(feed.socket);
  }
  Room& TestRoom() { return **rooms.Create("tests", "", now, {.debug = true}); }
  std::string Refusal(CaptureDesk& captures, Room& room) {
    const auto status = captures.Start(room, {}, now);
    return status ? "" : std::string(InfoOf(status.error().code).name);
  }
  // As a worker would.
  void Feed(const Bytes& rtp, FeedMessage type = FeedMessage::kRtp) {
    const FeedHeader header = WriteFeedHeader(type, Ssrc(1), now.steady + kLater);
    Bytes message(header.begin(), header.end());
    message.insert(message.end(), rtp.begin(), rtp.end());
    ASSERT_GT(
        send(media.SentOf<OpenFeed>().back().second.socket, message.data(), message.size(), 0), 0);
  }
  bool EndsSoon(CaptureDesk& captures) {
    for (int i = 0; i < 3000 && captures.status()->running; ++i) {
      std::this_thread::sleep_for(10ms);
      now.steady = now.steady + Duration::Millis(60);
      captures.HandleTimeout(now);
    }
    return !captures.status()->running;
  }
  static Bytes Contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST_F(CaptureDeskTest, OnlyRoomsMadeForItWhereTheOperatorAllowsIt) {
  Room& test_room = TestRoom();
  Room& other = NewRoom();
  CaptureDesk closed(rooms, false, directory / "closed");
  EXPECT_EQ(Refusal(closed, test_room), "forbidden");
  EXPECT_FALSE(closed.status());
  CaptureDesk open(rooms, true, directory / "open");
  EXPECT_EQ(Refusal(open, other), "forbidden");
  EXPECT_TRUE(media.SentOf<OpenFeed>().empty());
  EXPECT_EQ(Refusal(open, test_room), "");
  EXPECT_EQ(Refusal(open, test_room), "server_full");
}

TEST_F(CaptureDeskTest, WritesWhatTheFeedsBringAsWiresharkReadsIt) {
  Room& room = TestRoom();
  Join(room, "Ada");
  CaptureDesk captures(rooms, true, directory);
  const auto status = captures.Start(room, {.time = Duration::Seconds(1)}, now);
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->running);
  ASSERT_EQ(media.SentOf<OpenFeed>().size(), 2u) << "one a worker";
  EXPECT_EQ(media.SentOf<SetSlot>().size(), 2u) << "Ada's microphone and camera";
  Feed(kRtp);
  Feed(kRtp, FeedMessage::kSenderReport);
  Feed({});
  ASSERT_TRUE(EndsSoon(captures));
  EXPECT_EQ(captures.status()->packets, 1u);
  EXPECT_EQ(media.SentOf<CloseFeed>().size(), 2u);

  const Bytes file = Contents(status->file);
  ASSERT_EQ(file.size(), 24 + 16 + 12 + kRtp.size());
  EXPECT_EQ(file.size(), captures.status()->bytes);
  const Bytes header(file.begin(), file.begin() + 24);
  EXPECT_EQ(header, (Bytes{0xD4, 0xC3, 0xB2, 0xA1, 2,    0,    4, 0, 0,   0, 0, 0,
                           0,    0,    0,    0,    0xFF, 0xFF, 0, 0, 252, 0, 0, 0}));
  const auto word = [&](size_t at) {
    return file[at] | file[at + 1] << 8 | file[at + 2] << 16 |
           static_cast<uint32_t>(file[at + 3]) << 24;
  };
  EXPECT_EQ(word(24), 1'763'885'000u);
  EXPECT_EQ(word(28), 250'000u);
  EXPECT_EQ(word(32), 12 + kRtp.size());
  EXPECT_EQ(word(36), 12 + kRtp.size());
  EXPECT_EQ(Bytes(file.end() - static_cast<ptrdiff_t>(kRtp.size()), file.end()), kRtp);
  // Nobody else is to read it.
  EXPECT_EQ(std::filesystem::status(status->file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(CaptureDeskTest, EndsWhenTheFileIsFull) {
  Room& room = TestRoom();
  CaptureDesk captures(rooms, true, directory);
  // Two packets fit.
  const auto status = captures.Start(room, {.bytes = 24 + 2 * (28 + kRtp.size()) + 5}, now);
  ASSERT_TRUE(status);
  for (int i = 0; i < 10; ++i) Feed(kRtp);
  ASSERT_TRUE(EndsSoon(captures));
  EXPECT_EQ(captures.status()->packets, 2u);
  EXPECT_EQ(Contents(status->file).size(), 24 + 2 * (28 + kRtp.size()));
}

TEST_F(CaptureDeskTest, EndsWithItsRoomAndAnotherMayFollow) {
  Room& room = TestRoom();
  CaptureDesk captures(rooms, true, directory);
  ASSERT_TRUE(captures.Start(room, {}, now));
  rooms.Forget("tests", now);
  now.steady = now.steady + Duration::Millis(60);
  now.wall = now.wall + Duration::Millis(60);
  captures.HandleTimeout(now);
  EXPECT_FALSE(captures.status()->running);
  EXPECT_EQ(Refusal(captures, TestRoom()), "");
}

}  // namespace
}  // namespace parley::test
