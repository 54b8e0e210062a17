// Much happens in a room while somebody's connection is lost again and again, or reads too slowly:
// what they know in the end is what happened, each thing once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/client/json_text.h"
#include "tests/integration/server_process.h"

namespace parley::test {
namespace {

using namespace std::chrono_literals;

// A client without media that keeps what it learns of the chat.
class Reader {
 public:
  explicit Reader(uint16_t port) : port_(port) { Open(); }

  void Join(const std::string& room, const std::string& invite, const std::string& name) {
    Learn(Ask("join", "{\"room\":" + Quoted(room) + ",\"invite\":" + Quoted(invite) +
                          ",\"name\":" + Quoted(name) + "}"));
  }
  void Resume() {
    Open();
    Learn(Ask("resume", "{\"resume\":" + Quoted(resume_) + "}"));
  }
  void Cut() { socket_->Cut(); }
  // The answer; what comes before it is learnt.
  std::string Ask(const std::string& type, const std::string& data) {
    const std::string id = std::to_string(++last_request_);
    socket_->Send("{\"id\":" + id + ",\"type\":\"" + type + "\",\"data\":" + data + "}");
    while (const auto message = socket_->Receive(30s)) {
      if (message->find("\"id\":" + id + ",") == 1) return *message;
      Hear(*message);
    }
    return {};
  }
  // The next event, whatever it is.
  std::string Await() { return socket_->Receive(30s).value_or(""); }
  // All that has happened: it comes before this answer.
  void HearAll() { EXPECT_NE(Ask("ping", "{}"), ""); }
  // One more; false when the socket is closed or nothing comes.
  bool HearOne() {
    const auto message = socket_->Receive(30s);
    if (message) Hear(*message);
    return message.has_value();
  }

  const std::vector<std::string>& chat() const { return chat_; }
  uint64_t version() const { return version_; }
  const std::string& id() const { return id_; }
  int snapshots() const { return snapshots_; }

 private:
  void Open() {
    auto socket = WebSocketClient::Connect({.port = port_});
    ASSERT_TRUE(socket);
    socket_ = *std::move(socket);
  }
  // A snapshot takes the place of all that was known.
  void Learn(const std::string& answer) {
    rapidjson::Document document;
    document.Parse(answer.c_str());
    ASSERT_TRUE(document.IsObject() && document.HasMember("data")) << answer.substr(0, 300);
    const auto& data = document["data"];
    resume_ = data["resume"].GetString();
    id_ = data["participant"].GetString();
    version_ = data["room"]["version"].GetUint64();
    chat_.clear();
    for (const auto& message : data["room"]["chat"].GetArray()) {
      chat_.emplace_back(message["text"].GetString());
    }
    ++snapshots_;
  }
  void Hear(const std::string& text) {
    rapidjson::Document event;
    event.Parse(text.c_str());
    ASSERT_TRUE(event.IsObject());
    if (!event.HasMember("version")) return;
    ASSERT_EQ(event["version"].GetUint64(), version_ + 1) << "one was missed or came twice";
    ++version_;
    if (event["type"] == "chat") {
      chat_.emplace_back(event["data"]["message"]["text"].GetString());
    }
  }

  const uint16_t port_;
  std::unique_ptr<WebSocketClient> socket_;
  int last_request_ = 0;
  std::string id_, resume_;
  uint64_t version_ = 0;
  std::vector<std::string> chat_;
  int snapshots_ = 0;
};

class StormTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(
        server_.Start("[limits]\nmessages_per_second = 100000\nmessage_burst = "
                      "100000\njoins_per_minute = 100000\nchat_history = 1000\n"));
    const std::string room = server_.Post("/api/v1/rooms", "{}", server_.HostToken()).body;
    room_ = JsonText(room, "name");
    invite_ = JsonText(room, "invite");
  }
  std::unique_ptr<Reader> Joined(const std::string& name) {
    auto reader = std::make_unique<Reader>(server_.port());
    reader->Join(room_, invite_, name);
    return reader;
  }

  ServerProcess server_;
  std::string room_, invite_;
};

TEST_F(StormTest, WhoIsLostAgainAndAgainMissesNothingAndHearsNothingTwice) {
  constexpr int kWriters = 3;
  constexpr int kMessages = 300;
  auto lossy = Joined("Lossy");
  const std::string id = lossy->id();
  std::atomic<int> writing = kWriters;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      auto writer = Joined("Writer");
      for (int i = 0; i < kMessages; ++i) {
        writer->Ask("chat", R"({"text":")" + std::to_string(w) + "-" + std::to_string(i) + "\"}");
        if (i % 10 == 0) writer->Ask("hand", i % 20 == 0 ? R"({"up":true})" : R"({"up":false})");
      }
      writing.fetch_sub(1);
    });
  }
  // Each time in the middle of whatever is on its way.
  for (int lost = 0; writing.load() > 0; ++lost) {
    for (int i = 0; i < 7 + lost % 5; ++i) {
      if (writing.load() == 0 || !lossy->HearOne()) break;
    }
    lossy->Cut();
    lossy->Resume();
  }
  for (std::thread& writer : writers) writer.join();
  lossy->HearAll();
  EXPECT_EQ(lossy->id(), id);
  EXPECT_GT(lossy->snapshots(), 3);
  EXPECT_EQ(lossy->chat().size(), size_t{kWriters * kMessages});
  EXPECT_EQ(std::set(lossy->chat().begin(), lossy->chat().end()).size(), lossy->chat().size());
  auto fresh = Joined("Fresh");
  EXPECT_EQ(fresh->chat(), lossy->chat()) << "in the same order as for everybody";
}

TEST_F(StormTest, WhoReadsTooSlowlyIsDroppedAndResumesWithEverything) {
  auto slow = Joined("Slow");
  auto writer = Joined("Writer");
  // More than the sockets' buffers and the server's own for one client hold.
  const std::string text(3900, 'x');
  size_t sent = 0;
  while (sent < 20'000 && server_.Metric("parley_websockets") > 1) {
    for (int i = 0; i < 250; ++i, ++sent) writer->Ask("chat", R"({"text":")" + text + "\"}");
  }
  EXPECT_EQ(server_.Metric("parley_websockets"), 1) << "the slow one is dropped, after " << sent;
  EXPECT_LT(server_.resident_bytes(), size_t{1} << 30);
  slow->Resume();
  auto fresh = Joined("Fresh");
  EXPECT_EQ(slow->chat(), fresh->chat());
  writer->Ask("chat", R"({"text":"after"})");
  slow->HearAll();
  EXPECT_EQ(slow->chat().back(), "after");
}

TEST_F(StormTest, AFloodOfReactionsAndVotesIsToldAFewTimesASecond) {
  constexpr int kEach = 2000;
  auto quiet = Joined("Quiet");
  auto loud = Joined("Loud");
  ASSERT_NE(loud->Ask("qa.ask", R"({"text":"Why?"})"), "");
  const auto began = std::chrono::steady_clock::now();
  std::thread flood([&] {
    for (int i = 0; i < kEach; ++i) {
      loud->Ask("reaction", R"({"reaction":"clap"})");
      loud->Ask("qa.vote",
                i % 2 == 0 ? R"({"question":"q1","up":true})" : R"({"question":"q1","up":false})");
    }
  });
  int64_t claps = 0;
  int64_t told = 0;
  while (claps < kEach) {
    const std::string event = quiet->Await();
    ASSERT_FALSE(event.empty());
    ++told;
    const std::string counted = JsonText(event, "data.counts.clap");
    if (!counted.empty()) claps += std::stoll(counted);
  }
  flood.join();
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began)
          .count();
  EXPECT_EQ(claps, kEach);
  // Of either kind four a second.
  EXPECT_LE(told, 8 * (seconds + 2));
}

}  // namespace
}  // namespace parley::test
