// parley-compose as the server starts it: told how far it is, cancelled, given what is no
// recording.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/recorder/compose/test_recording.h"
#include "tests/recorder/write/meeting.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::string kProgram = PARLEY_COMPOSE;

// One of a minute; composed as slowly as the options allow, it takes a while.
class ComposeProcessTest : public ::testing::Test {
 protected:
  ComposeProcessTest() : recording_("process") {
    recording_.Join(Duration::Zero(), "p1", "Ada");
    recording_.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(20));
    recording_.Event(Duration::Seconds(1),
                     R"({"type":"chat","participant":"p1","name":"Ada","text":"hello"})");
    recording_.Event(Duration::Seconds(2), R"({"type":"speaker","participant":"p1"})");
    recording_.Event(Duration::Seconds(5), R"({"type":"speaker"})");
    recording_.End(Duration::Seconds(60));
  }
  std::string Call(const std::string& output, const std::string& more = {}) {
    return parley::testing::Run(kProgram + " '" + recording_.directory().string() + "' '" +
                                recording_.Output(output).string() + "' --priority low " + more +
                                " 2>&1");
  }

  TestRecording recording_;
};

TEST_F(ComposeProcessTest, TellsHowFarItIsAndIsCancelledWithoutATrace) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  std::string program = kProgram;
  std::string directory = recording_.directory().string();
  std::string output = recording_.Output("out.mp4").string();
  std::array<std::string, 6> more = {"--height", "1080", "--preset", "medium", "--priority", "low"};
  std::vector<char*> arguments = {program.data(), directory.data(), output.data()};
  for (std::string& argument : more) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  ASSERT_EQ(posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  FILE* lines = fdopen(ends[0], "r");
  std::array<char, 200> line{};
  ASSERT_NE(fgets(line.data(), line.size(), lines), nullptr);
  EXPECT_THAT(line.data(), HasSubstr(R"({"percent":)"));
  EXPECT_THAT(line.data(), HasSubstr(R"(,"seconds_left":)"));
  EXPECT_TRUE(fs::exists(output + ".part"));
  kill(child, SIGTERM);
  int status = 0;
  waitpid(child, &status, 0);
  fclose(lines);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 3);
  EXPECT_FALSE(fs::exists(output + ".part"));
  EXPECT_FALSE(fs::exists(output));
}

TEST_F(ComposeProcessTest, SaysWhenItIsDone) {
  EXPECT_THAT(Call("out.m4a"),
              HasSubstr(R"({"percent":100,"seconds_left":0,"done":true,"pictures":0,)"));
  EXPECT_NEAR(DurationOf(recording_.Output("out.m4a").string()), 60, 0.2);
}

TEST_F(ComposeProcessTest, WritesSpeakersAndChat) {
  EXPECT_EQ(Call("out.vtt"), "0");
  EXPECT_EQ(Call("out.txt"), "0");
  std::ifstream chat(recording_.Output("out.txt"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(chat), {}), "[0:00:01] Ada: hello\n");
  EXPECT_EQ(parley::testing::Run("ffprobe -v error -show_entries stream=codec_name -of csv=p=0 '" +
                                 recording_.Output("out.vtt").string() + "'"),
            "webvtt\n0");
}

// Python reads it by the directory at its end and checks every sum.
TEST_F(ComposeProcessTest, PutsAllThatThereIsIntoOneArchive) {
  std::ofstream(recording_.Output("720p.mp4")) << "composed";
  recording_.Join(Duration::Seconds(21), "p2", "../王 伟:1");
  recording_.AddPictures("p2", "screen", Duration::Seconds(21), Duration::Seconds(1));
  EXPECT_THAT(Call("everything.zip"), EndsWith("\"unreadable_files\":0}\n0"));
  const std::string zip = recording_.Output("everything.zip").string();
  const auto python = [&zip](const std::string& expression) {
    return parley::testing::Run(
        "PYTHONIOENCODING=utf-8 python3 -c 'import sys, zipfile; z = "
        "zipfile.ZipFile(sys.argv[1]); " +
        expression + "' '" + zip + "' 2>&1");
  };
  EXPECT_EQ(python("print(z.testzip())"), "None\n0");
  EXPECT_EQ(python("print(*z.namelist(), sep=\"\\n\")"),
            "720p.mp4\nsubtitles.vtt\nchat.txt\nrecording.json\n"
            "tracks/Ada camera 1-1-1.webm\ntracks/_王 伟_1 screen 2-1-1.webm\n0");
  EXPECT_EQ(python("print(z.read(\"chat.txt\").decode(), end=\"\")"), "[0:00:01] Ada: hello\n0");
  EXPECT_EQ(python("print({i.compress_type for i in z.infolist()})"), "{0}\n0") << "stored";
  EXPECT_FALSE(fs::exists(zip + ".part"));
}

TEST_F(ComposeProcessTest, EndsWhenItsParentIsGone) {
  EXPECT_THAT(Call("out.mp4", "--parent 1073741824"), EndsWith("3"));
  EXPECT_FALSE(fs::exists(recording_.Output("out.mp4")));
}

TEST_F(ComposeProcessTest, SaysWhatItCannotDo) {
  EXPECT_THAT(Call("out.avi"), EndsWith(".mp4, .m4a, .webm, .vtt, .txt or .zip\n1"));
  EXPECT_THAT(Call("none/out.mp4"), HasSubstr("cannot write"));
  EXPECT_THAT(Call("out.mp4", "--height 721"), EndsWith("2"));
  EXPECT_THAT(parley::testing::Run(kProgram + " /nowhere /tmp/out.mp4 2>&1"),
              HasSubstr("no recording"));
}

}  // namespace
}  // namespace parley::testing
