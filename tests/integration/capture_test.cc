// `parley debug pcap` beside a server and a meeting that run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <future>
#include <iterator>
#include <map>

#include "sfu/wire/rtp.h"
#include "tests/client/json_text.h"
#include "tests/integration/meeting_fixture.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;

class CaptureTest : public MeetingTest {
 protected:
  void Begin(const std::string& config, const std::string& room) {
    ASSERT_EQ(server_.End(SIGTERM), 0);
    ASSERT_TRUE(server_.Start(config));
    token_ = server_.HostToken();
    const std::string made = server_.Post("/api/v1/rooms", room, token_).body;
    room_ = JsonText(made, "name");
    invite_ = JsonText(made, "invite");
    ASSERT_FALSE(invite_.empty()) << made;
  }
  struct Ran {
    int status = 0;
    std::string output;
  };
  Ran Run(const std::string& room) const {
    const std::string command = std::string(PARLEY_BINARY) + " debug pcap " + room +
                                " --seconds 4 --local-port " + std::to_string(server_.port()) +
                                " --data " + server_.data().string() + " 2>&1";
    Ran ran;
    std::FILE* pipe = popen(command.c_str(), "r");
    std::array<char, 512> line;
    while (std::fgets(line.data(), line.size(), pipe)) ran.output += line.data();
    ran.status = WEXITSTATUS(pclose(pipe));
    return ran;
  }
};

TEST_F(CaptureTest, WhatIsSentInATestRoomIsWrittenInClear) {
  Begin("[debug]\npcap = true\n", R"({"title":"Test","debug":true})");
  Member& ada = Joined("Ada");
  Joined("Bob");
  ASSERT_TRUE(EveryoneConnects());
  ASSERT_TRUE(EveryoneHears(20));
  auto ran = std::async(std::launch::async, [this] { return Run(room_); });
  ASSERT_TRUE(loop_.RunUntil(
      [&] { return ran.wait_for(std::chrono::seconds(0)) == std::future_status::ready; },
      Duration::Seconds(30)));
  const Ran done = ran.get();
  ASSERT_EQ(done.status, 0) << done.output;
  const size_t from = done.output.find("/", done.output.find(" to "));
  const std::string path = done.output.substr(from, done.output.find('\n') - from);
  EXPECT_THAT(path, HasSubstr(server_.data().string()));

  std::ifstream in(path, std::ios::binary);
  const std::vector<uint8_t> file{std::istreambuf_iterator<char>(in), {}};
  std::map<uint32_t, int> packets;  // by source
  size_t at = 24;
  while (at + 28 <= file.size()) {
    const size_t size = file[at + 8] | file[at + 9] << 8;
    ASSERT_LE(at + 16 + size, file.size());
    const auto rtp = RtpView::Parse(std::span(file).subspan(at + 28, size - 12));
    ASSERT_TRUE(rtp);
    ++packets[rtp->ssrc().value()];
    at += 16 + size;
  }
  EXPECT_EQ(at, file.size());
  ASSERT_EQ(packets.size(), 2u) << done.output;
  for (const auto& [source, count] : packets) EXPECT_GT(count, 50) << source;
  EXPECT_THAT(ada.Ask("ping", "{}"), HasSubstr("\"result\""));
}

TEST_F(CaptureTest, IsRefusedWhereItWasNotAllowed) {
  const Ran closed = Run(room_);
  EXPECT_EQ(closed.status, 1);
  EXPECT_THAT(closed.output, HasSubstr("parley.toml does not say pcap = true"));
  Begin("[debug]\npcap = true\n", R"({"title":"Weekly"})");
  const Ran other = Run(room_);
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.output, HasSubstr("was not made for tests"));
  const Ran none = Run("no-such-room");
  EXPECT_EQ(none.status, 1);
  EXPECT_FALSE(std::filesystem::exists(server_.data() / "captures"));
  EXPECT_EQ(server_.Post("/api/v1/rooms/" + room_ + "/pcap", "{}", token_).status, 400);
  EXPECT_EQ(server_.Post("/api/v1/rooms/" + room_ + "/pcap", "{}").status, 401);
}

}  // namespace
}  // namespace parley::test
