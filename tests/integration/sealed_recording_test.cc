// A server that encrypts its recordings: over the wire everything is as without, and on the disk
// nothing of a meeting can be read, by whatever end it came.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "recorder/library/manifest.h"
#include "recorder/library/repair.h"
#include "recorder/storage/recording_key.h"
#include "tests/client/json_text.h"
#include "tests/integration/recording_fixture.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kKey(64, '7');

std::string ReadFile(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class SealedRecordingTest : public RecordingTest {
 protected:
  SealedRecordingTest() {
    UseKeys(*OperatorKeys::Parse(kKey));
    WriteKeys(kKey);
  }
  ~SealedRecordingTest() override { UseKeys({}); }

  fs::path KeyFile() const { return server_.data() / "recording.key"; }
  void WriteKeys(const std::string& keys) const { std::ofstream(KeyFile()) << keys << "\n"; }
  std::string Config() const override {
    return "[recording]\nencryption_key_file = \"" + KeyFile().string() + "\"\n";
  }
  bool Restart() {
    if (!server_.Start(Config())) return false;
    token_ = server_.HostToken();
    return true;
  }

  HttpReply Call(const std::string& method, const std::string& target,
                 const std::string& range = {}) const {
    HttpCall call{.method = method,
                  .target = "/api/v1/recordings" + target,
                  .headers = {{"Authorization", "Bearer " + token_}}};
    if (!range.empty()) call.headers.emplace_back("Range", range);
    return Fetch(server_.port(), call);
  }
  HttpReply Get(const std::string& target, const std::string& range = {}) const {
    return Call("GET", target, range);
  }
  // Of Ada and Ben, who speak and write.
  std::string RecordAMeeting() {
    Member& ada = Host("Ada Lovelace");
    Member& ben = Joined("Benjamin");
    EXPECT_TRUE(EveryoneConnects());
    EXPECT_TRUE(EveryoneHears(10));
    std::string id = Record(ada, kStart);
    EXPECT_TRUE(loop_.RunUntil([&] { return Tracks(id) == 2; }, Duration::Seconds(30)));
    EXPECT_THAT(ben.Ask("chat", R"({"text":"our secret"})"), HasSubstr("\"result\""));
    EXPECT_TRUE(loop_.RunUntil(
        [&] {
          const auto manifest = ReadRecording(Directory(id));
          return manifest && !manifest->chat.empty();
        },
        Duration::Seconds(30)));
    EXPECT_TRUE(StoresTracks(id, 2));
    return id;
  }
  size_t Tracks(const std::string& id) const {
    const auto manifest = ReadRecording(Directory(id));
    return manifest ? manifest->tracks.size() : 0;
  }
  void ExpectNothingInPlain(const std::string& id) const {
    size_t files = 0;
    for (const auto& entry : fs::directory_iterator(Directory(id))) {
      ++files;
      const std::string bytes = ReadFile(entry.path());
      EXPECT_FALSE(bytes.starts_with("\x1A\x45\xDF\xA3")) << entry.path();
      for (const std::string& marker :
           {std::string("OpusHead"), std::string("ftypisom"), std::string("subtitles.vtt"),
            std::string("Lovelace"), std::string("Benjamin"), std::string("our secret"),
            std::string("\"title\""), room_, kKey}) {
        EXPECT_THAT(bytes, Not(HasSubstr(marker))) << entry.path();
      }
    }
    EXPECT_GE(files, 5u);
  }
};

TEST_F(SealedRecordingTest, EverythingIsAsBeforeButForTheDisk) {
  const std::string id = RecordAMeeting();
  // While it grows.
  const std::string growing = ReadRecording(Directory(id))->tracks.front().file;
  EXPECT_THAT(Get("/" + id + "/files/" + growing).body, HasSubstr("OpusHead"));
  ExpectNothingInPlain(id);
  // The recorder was not told its key where others can see it.
  for (const pid_t recorder : Recorders()) {
    const fs::path process = fs::path("/proc") / std::to_string(recorder);
    const std::string key = RecordingKey::Of(Directory(id)).key->ToHex();
    for (const char* file : {"cmdline", "environ"}) {
      EXPECT_THAT(ReadFile(process / file), Not(HasSubstr(key)));
      EXPECT_THAT(ReadFile(process / file), Not(HasSubstr(kKey)));
    }
  }
  Record(*members_.front(), kStop);
  ASSERT_TRUE(Eventually([&] { return Is(id, "finished"); }));
  EXPECT_THAT(VerifyRecording(Directory(id)), IsEmpty());

  const auto manifest = ReadRecording(Directory(id));
  ASSERT_TRUE(manifest);
  EXPECT_EQ(Get("/" + id).body, manifest->ToJson());
  EXPECT_THAT(Get("?room=" + room_).body, HasSubstr(R"("title":"Weekly","state":"finished")"));
  EXPECT_THAT(Get("/" + id + "/files/chat.txt").body, HasSubstr("our secret"));
  for (const RecordedTrack& track : manifest->tracks) {
    const std::string path = "/" + id + "/files/" + track.file;
    const std::string whole = Get(path).body;
    ASSERT_GE(whole.size(), track.size) << "with what stands behind its clusters";
    for (size_t from = 0; from < whole.size(); from += whole.size() / 7 + 1) {
      const auto part =
          Get(path, "bytes=" + std::to_string(from) + "-" + std::to_string(from + 999));
      EXPECT_EQ(part.status, 206);
      EXPECT_TRUE(part.body == whole.substr(from, 1000)) << from;
    }
    const fs::path clear = server_.data() / track.file;
    std::ofstream(clear, std::ios::binary) << whole;
    EXPECT_TRUE(Plays(clear));
  }
}

TEST_F(SealedRecordingTest, WhatIsMadeOfItIsSealedAndDownloadedInClear) {
  const std::string id = RecordAMeeting();
  Record(*members_.front(), kStop);
  ASSERT_TRUE(Eventually([&] { return Is(id, "finished"); }));
  for (const std::string file : {"720p.mp4", "everything.zip"}) {
    const auto asked = server_.Post("/api/v1/recordings/" + id + "/compositions",
                                    R"({"file":")" + file + R"("})", token_);
    EXPECT_EQ(asked.status, 202);
    ASSERT_TRUE(
        loop_.RunUntil([&] { return Get("/" + id + "/files/" + file, "bytes=0-1").status == 206; },
                       Duration::Seconds(120)))
        << Get("/" + id + "/compositions").body;
    const fs::path clear = server_.data() / file;
    std::ofstream(clear, std::ios::binary) << Get("/" + id + "/files/" + file).body;
    if (file == "720p.mp4") {
      EXPECT_TRUE(Plays(clear));
    } else {
      EXPECT_THAT(ReadFile(clear), HasSubstr("our secret"));
    }
  }
  ExpectNothingInPlain(id);
  EXPECT_THAT(VerifyRecording(Directory(id)), IsEmpty());
  // On the machine, where somebody wants it.
  const fs::path by_hand = server_.data() / "by-hand.m4a";
  const std::string command = PARLEY_BINARY " recording compose " + id + " " + by_hand.string() +
                              " --data " + server_.data().string() + " --config " +
                              (server_.data() / "parley.toml").string() + " > /dev/null 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_TRUE(Plays(by_hand));
}

TEST_F(SealedRecordingTest, ARecorderAndAServerThatAreKilledGoOn) {
  const std::string id = RecordAMeeting();
  const auto first = Recorders();
  ASSERT_THAT(first, SizeIs(1));
  kill(*first.begin(), SIGKILL);
  ASSERT_TRUE(loop_.RunUntil([&] { return Tracks(id) >= 4; }, Duration::Seconds(30)));
  ExpectNothingInPlain(id);
  server_.End(SIGKILL);
  ASSERT_TRUE(Restart());
  ASSERT_TRUE(Eventually([&] { return Is(id, "repaired"); }));
  EXPECT_TRUE(Eventually([&] { return VerifyRecording(Directory(id)).empty(); }));
  EXPECT_THAT(VerifyRecording(Directory(id)), IsEmpty());
  const auto manifest = ReadRecording(Directory(id));
  ASSERT_TRUE(manifest);
  EXPECT_GE(manifest->tracks.size(), 4u);
  for (const RecordedTrack& track : manifest->tracks) {
    const fs::path clear = server_.data() / track.file;
    std::ofstream(clear, std::ios::binary) << Get("/" + id + "/files/" + track.file).body;
    EXPECT_TRUE(Plays(clear)) << track.file;
  }
  ExpectNothingInPlain(id);
}

TEST_F(SealedRecordingTest, WithAnotherKeyItIsLockedAndNothingIsLost) {
  const std::string id = RecordAMeeting();
  server_.End(SIGKILL);
  WriteKeys(std::string(64, '8'));
  ASSERT_TRUE(Restart());
  EXPECT_THAT(Get("").body,
              HasSubstr(R"("id":")" + id + R"(","room":"","title":"","state":"locked")"));
  for (const std::string& what : {std::string(), std::string("/files/chat.txt"),
                                  std::string("/files/1-1-1.webm"), std::string("/compositions")}) {
    const auto refused = Get("/" + id + what);
    EXPECT_EQ(refused.status, 409) << what;
    EXPECT_THAT(refused.body, HasSubstr("this server has no key for it"));
  }
  EXPECT_TRUE(Is(id, "recording")) << "nobody mended what nobody can read";
  ASSERT_EQ(server_.End(SIGTERM), 0);
  // The old one stands behind the new one, and is read.
  WriteKeys(std::string(64, '8') + "\n" + kKey);
  ASSERT_TRUE(Restart());
  ASSERT_TRUE(Eventually([&] { return Is(id, "repaired"); }));
  EXPECT_THAT(Get("/" + id + "/files/chat.txt").body, HasSubstr("our secret"));
  EXPECT_THAT(VerifyRecording(Directory(id)), IsEmpty());
  EXPECT_EQ(Call("DELETE", "/" + id).status, 204);
}

}  // namespace
}  // namespace parley::test
