// parley-compose DIRECTORY OUTPUT: makes one file of a recording, in a process of its own, for
// hostile media meets decoders here. What is made follows from OUTPUT's name: .mp4, .m4a (AAC),
// .webm (Opus), .vtt (who speaks), .txt (chat). Tells how far it is on standard output, a line of
// JSON a second. SIGTERM cancels, and nothing is left behind.

#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "recorder/compose/composer.h"
#include "recorder/compose/part_file.h"
#include "recorder/compose/sound_copy.h"
#include "recorder/scene/exports.h"
#include "recorder/write/sandbox.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

enum Exit : int { kDone = 0, kFailed = 1, kUsage = 2, kCancelled = 3 };

constexpr auto kTold = std::chrono::seconds(1);

std::atomic<bool> cancelled = false;

void BeIdle() {
  const sched_param parameters{};
  sched_setscheduler(0, SCHED_IDLE, &parameters);
  setpriority(PRIO_PROCESS, 0, 19);
}

int Fail(const std::string& sentence) {
  std::fprintf(stderr, "parley-compose: %s\n", sentence.c_str());
  return kFailed;
}

void Tell(const Composer& composer, Clock::time_point began) {
  const double done = composer.fraction();
  const double passed = std::chrono::duration<double>(Clock::now() - began).count();
  const double left = done > 0 ? passed * (1 - done) / done : 0;
  std::printf("{\"percent\":%.1f,\"seconds_left\":%.0f}\n", done * 100, std::ceil(left));
  std::fflush(stdout);
}

void TellDone(const ComposeReport& report) {
  std::printf(
      "{\"percent\":100,\"seconds_left\":0,\"done\":true,\"pictures\":%llu,"
      "\"damaged_frames\":%llu,\"damaged_packets\":%llu,\"unreadable_files\":%llu}\n",
      static_cast<unsigned long long>(report.pictures),
      static_cast<unsigned long long>(report.frames_damaged),
      static_cast<unsigned long long>(report.packets_damaged),
      static_cast<unsigned long long>(report.files_unreadable));
}

int Compose(const fs::path& directory, Manifest manifest, const fs::path& output,
            const ComposeOptions& options) {
  auto composer = Composer::Open(directory, std::move(manifest), output, options);
  if (!composer) return Fail(composer.error());
  const auto began = Clock::now();
  auto told = began;
  while (!cancelled) {
    const auto more = (*composer)->Step();
    if (!more) return Fail(more.error());
    if (!*more) {
      TellDone((*composer)->report());
      return kDone;
    }
    if (Clock::now() - told < kTold) continue;
    told = Clock::now();
    Tell(**composer, began);
  }
  return kCancelled;
}

int WriteText(const fs::path& output, const std::string& text) {
  PartFile file(output);
  std::ofstream out(file.part(), std::ios::binary);
  out << text;
  out.close();
  if (!out) return Fail("cannot write " + output.filename().string());
  const auto committed = file.Commit();
  return committed ? kDone : Fail(committed.error());
}

int Main(int argc, char** argv) {
  CLI::App app("Makes one file of a recording: .mp4, .m4a, .webm (Opus), .vtt or .txt (chat).");
  fs::path directory;
  fs::path output;
  ComposeOptions options;
  std::string layout = "gallery";
  std::string preset = options.preset;
  std::string priority = "idle";
  bool audio_only = false;
  app.add_option("DIRECTORY", directory, "the recording's")->required();
  app.add_option("OUTPUT", output, "the file; NAME.part until it is whole")->required();
  app.add_option("--height", options.height, "of the picture")
      ->check(CLI::IsMember({360, 540, 720, 1080}))
      ->capture_default_str();
  app.add_option("--frame-rate", options.frame_rate, "pictures a second")
      ->check(CLI::IsMember({10, 15, 25, 30}))
      ->capture_default_str();
  app.add_option("--layout", layout, "everyone alike, or whoever speaks large")
      ->check(CLI::IsMember({"gallery", "speaker"}))
      ->capture_default_str();
  app.add_option("--preset", preset, "x264's: the faster, the larger the file")
      ->check(CLI::IsMember({"ultrafast", "superfast", "veryfast", "faster", "medium"}))
      ->capture_default_str();
  app.add_option("--priority", priority,
                 "idle: only what the machine has left over; low: the recorder's")
      ->check(CLI::IsMember({"idle", "low"}))
      ->capture_default_str();
  app.add_flag("--audio-only", audio_only, "no picture");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  const std::string kind = output.extension().string();
  options.container = kind == ".webm" ? Container::kWebm : Container::kMp4;
  options.video = kind == ".mp4" && !audio_only;
  options.layout = layout == "speaker" ? LayoutKind::kSpeaker : LayoutKind::kGallery;
  options.preset = preset.c_str();

  struct sigaction action{};
  action.sa_handler = [](int) { cancelled = true; };
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);  // who started it may be gone
  if (const std::string refused = EnterSandbox(); !refused.empty()) {
    return Fail("no sandbox: " + refused);
  }
  if (priority == "idle") BeIdle();
  av_log_set_level(AV_LOG_QUIET);

  auto manifest = ReadRecording(directory);
  if (!manifest) return Fail(manifest.error());
  if (kind == ".vtt") return WriteText(output, SpeakersAsWebVtt(*manifest, KeptTime(*manifest)));
  if (kind == ".txt") return WriteText(output, ChatAsText(*manifest, KeptTime(*manifest)));
  if (kind != ".mp4" && kind != ".m4a" && kind != ".webm") {
    return Fail("cannot make \"" + kind + "\" files: .mp4, .m4a, .webm, .vtt or .txt");
  }
  const RecordedTrack* only = kind == ".webm" ? OnlySound(*manifest) : nullptr;
  if (only == nullptr) return Compose(directory, *std::move(manifest), output, options);
  const auto copied = CopySound(directory / only->file, output, manifest->title);
  if (!copied) return Fail(copied.error());
  TellDone({});
  return kDone;
}

}  // namespace
}  // namespace parley

int main(int argc, char** argv) { return parley::Main(argc, argv); }
