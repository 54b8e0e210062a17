#include "mixer/ivr/speech_synthesizer.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "mixer/ivr/wav_file.h"

extern char** environ;

namespace parley {
namespace {

// A minute of speech; whatever is longer is none of our prompts.
constexpr size_t kLongest = 3'000'000;

std::vector<uint8_t> ReadAll(int fd) {
  std::vector<uint8_t> bytes;
  std::array<uint8_t, 65536> buffer;
  while (true) {
    const ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return bytes;
    if (bytes.size() < kLongest) bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + n);
  }
}

bool Succeeded(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

std::optional<std::vector<int16_t>> Synthesize(const std::string& program, PromptLanguage language,
                                               std::string_view text) {
  std::array<int, 2> pipe_ends;
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const bool english = language == PromptLanguage::kEnglish;
  // "--": the text may begin with anything.
  std::array<std::string, 7> words = {
      program, "-v", english ? "en-us" : "cmn", "-s", english ? "150" : "160", "--stdout", "--"};
  std::string sentence(text);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 2);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(sentence.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int failed =
      posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  std::vector<uint8_t> bytes;
  if (failed == 0) bytes = ReadAll(pipe_ends[0]);
  close(pipe_ends[0]);
  if (failed != 0 || !Succeeded(child)) return std::nullopt;
  const auto wav = ReadWav(bytes);
  if (!wav || wav->samples.empty()) return std::nullopt;
  return ToPhoneRate(*wav);
}

}  // namespace parley
