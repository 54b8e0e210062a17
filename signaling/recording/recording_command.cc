#include "signaling/recording/recording_command.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <vector>

#include "recorder/library/repair.h"
#include "recorder/storage/key_handover.h"
#include "signaling/recording/recording_library.h"

namespace parley {
namespace {

std::string Line(const RecordingSummary& summary) {
  const std::time_t started = summary.state.started_at_us / 1'000'000;
  std::tm utc{};
  gmtime_r(&started, &utc);
  std::array<char, 32> when{};
  std::strftime(when.data(), when.size(), "%Y-%m-%d %H:%M", &utc);
  const int64_t seconds = summary.duration_us / 1'000'000;
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "%s  %s UTC  %3lld:%02lld  %9.1f MB  %-9s  ",
                summary.state.id.c_str(), when.data(), static_cast<long long>(seconds / 60),
                static_cast<long long>(seconds % 60), static_cast<double>(summary.size) / 1e6,
                summary.state.locked ? "locked" : summary.state.state.c_str());
  return text.data() + summary.state.room + "  " + summary.state.title + "\n";
}

RecordingReport Verify(const std::filesystem::path& recording, const std::string& id) {
  const auto faults = VerifyRecording(recording);
  RecordingReport report{.text = id + (faults.empty() ? ": whole\n" : ":\n"), .ok = faults.empty()};
  for (const std::string& fault : faults) report.text += "  " + fault + "\n";
  return report;
}

RecordingReport Repair(const std::filesystem::path& recording, const std::string& id) {
  const auto repaired = RepairRecording(recording);
  if (!repaired) return {.text = id + ": " + repaired.error() + "\n", .ok = false};
  RecordingReport report{.text = id + ": " + std::to_string(repaired->files_completed) +
                                 " files completed, " + std::to_string(repaired->bytes_cut) +
                                 " bytes of half-written pieces cut\n",
                         .ok = repaired->files_unreadable.empty()};
  for (const std::string& file : repaired->files_unreadable) {
    report.text += "  " + file + " cannot be read\n";
  }
  return report;
}

std::string ThereIsNo(const std::string& id) { return "There is no recording " + id + ".\n"; }

}  // namespace

RecordingReport RunRecordingCommand(const std::filesystem::path& directory,
                                    const RecordingCommand& command) {
  RecordingLibrary library(directory);
  RecordingReport all;
  bool found = false;
  for (const RecordingSummary& summary : library.List("")) {
    const std::string& id = summary.state.id;
    if (!command.id.empty() && command.id != id) continue;
    found = true;
    RecordingReport one;
    switch (command.verb) {
      case RecordingCommand::Verb::kList:
        one.text = Line(summary);
        break;
      case RecordingCommand::Verb::kVerify:
        one = Verify(directory / id, id);
        break;
      case RecordingCommand::Verb::kRepair:
        one = Repair(directory / id, id);
        break;
      case RecordingCommand::Verb::kCompose:
        break;
    }
    all.text += one.text;
    all.ok = all.ok && one.ok;
  }
  if (found) return all;
  if (command.id.empty()) return {.text = "There are no recordings.\n", .ok = true};
  return {.text = ThereIsNo(command.id), .ok = false};
}

std::string ComposeInstead(const std::filesystem::path& directory,
                           const std::filesystem::path& program, const RecordingCommand& command) {
  if (!RecordingLibrary(directory).Find(command.id)) return ThereIsNo(command.id);
  std::array<std::string, 5> words = {program.string(), (directory / command.id).string(),
                                      command.output, "--height", std::to_string(command.height)};
  std::array<char*, words.size() + 1> arguments{};
  for (size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  const auto key = RecordingKeyLine(directory / command.id);
  if (!key) return command.id + ": " + key.error() + ".\n";
  std::array<int, 2> told{};
  const bool handed =
      key->empty() ||
      (pipe(told.data()) == 0 && write(told[1], key->data(), key->size()) == std::ssize(*key) &&
       dup2(told[0], STDIN_FILENO) >= 0 && close(told[0]) == 0 && close(told[1]) == 0);
  if (!handed) return std::string("The key cannot be handed on: ") + std::strerror(errno) + "\n";
  execv(program.c_str(), arguments.data());
  return program.string() + " does not start: " + std::strerror(errno) + "\n";
}

}  // namespace parley
