// `parley backup` beside a server that is being used, and the server that is started on what it
// made.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/client/json_text.h"
#include "tests/integration/meeting_fixture.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

// What it prints, to either place.
std::string BackUp(const ServerProcess& server, const fs::path& file) {
  const std::string command =
      PARLEY_BINARY " backup " + file.string() + " --data " + server.data().string() + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return {};
  std::array<char, 512> line;
  const char* text = std::fgets(line.data(), line.size(), pipe);
  pclose(pipe);
  return text ? text : "";
}

TEST_F(MeetingTest, ABackupOfAServerInUseIsWholeAndStartsAnother) {
  Member& ada = Host("Ada");
  ASSERT_THAT(ada.Ask("chat", R"({"text":"first"})"), HasSubstr("\"result\""));
  ASSERT_THAT(ada.Ask("hand", R"({"up":true})"), HasSubstr("\"result\""));
  std::atomic<bool> stop = false;
  std::atomic<int> made = 0;
  std::thread load([&] {
    while (!stop.load()) {
      if (server_.Post("/api/v1/rooms", "{}", token_).status == 201) made.fetch_add(1);
    }
  });
  while (made.load() < 20) std::this_thread::yield();
  const fs::path file = server_.data() / "backup.db";
  EXPECT_THAT(BackUp(server_, file), HasSubstr("whole and checked"));
  EXPECT_THAT(BackUp(server_, file), HasSubstr("there already"));
  const int before_end = made.load();
  stop = true;
  load.join();
  EXPECT_GE(made.load(), before_end) << "nobody was held up";
  EXPECT_EQ(server_.Metric("parley_store_failures_total"), 0);

  // As README.md says it is restored.
  ASSERT_EQ(server_.End(SIGKILL), -SIGKILL);
  for (const char* name : {"parley.db", "parley.db-wal", "parley.db-shm"}) {
    fs::remove(server_.data() / name);
  }
  fs::copy_file(file, server_.data() / "parley.db");
  ASSERT_TRUE(server_.Start());
  const std::string resumed = ada.Resume(server_.port());
  EXPECT_EQ(JsonText(resumed, "data.participant"), ada.id());
  EXPECT_THAT(resumed, HasSubstr("\"first\""));
  EXPECT_THAT(resumed, HasSubstr("\"hand\":true"));
}

}  // namespace
}  // namespace parley::test
