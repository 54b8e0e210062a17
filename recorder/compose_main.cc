// parley-compose DIRECTORY OUTPUT: makes one file of a recording, in a process of its own, for
// hostile media meets decoders here. What is made follows from OUTPUT's name: .mp4, .m4a (AAC),
// .webm (Opus), .vtt (who speaks), .txt (chat), .zip (all that there is). Tells how far it is on
// standard output, a line of JSON a second, or in words where that is a terminal. SIGTERM cancels,
// and nothing is left behind. A recording that is encrypted has its key told on standard input.
// With --live OUTPUT is a directory, for HLS of a recording that is still written, until that ends
// or SIGTERM comes.

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <clocale>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include "recorder/compose/archive.h"
#include "recorder/compose/composer.h"
#include "recorder/compose/live_composer.h"
#include "recorder/compose/part_file.h"
#include "recorder/compose/sound_copy.h"
#include "recorder/scene/exports.h"
#include "recorder/storage/key_handover.h"
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

// Killed with whoever started it, so that two never write the same file: the next one begins when
// that is gone. False when it is gone already.
bool EndWith(pid_t parent) { return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent; }

int Fail(const std::string& sentence) {
  std::fprintf(stderr, "parley-compose: %s\n", sentence.c_str());
  return kFailed;
}

bool IsForAPerson() { return isatty(STDOUT_FILENO) == 1; }

// What the work on pictures has stepped down to.
struct Pictures {
  int frame_rate = 0;  // none: no pictures
  const char* preset = "";
  size_t steps_down = 0;
};

void Tell(double done, Duration passed, const Pictures& pictures) {
  const double left = std::ceil(done > 0 ? passed.seconds() * (1 - done) / done : 0);
  if (IsForAPerson()) {
    std::printf("\r%5.1f %%, %.0f s left, %d pictures a second   ", done * 100, left,
                pictures.frame_rate);
  } else {
    std::printf(
        "{\"percent\":%.1f,\"seconds_left\":%.0f,\"frame_rate\":%d,\"preset\":\"%s\","
        "\"steps_down\":%zu}\n",
        done * 100, left, pictures.frame_rate, pictures.preset, pictures.steps_down);
  }
  std::fflush(stdout);
}

void TellDone(const ComposeReport& report) {
  if (IsForAPerson()) {
    const auto damaged = report.frames_damaged + report.packets_damaged + report.files_unreadable;
    std::printf("\rDone; %llu damaged pieces were left out.\n",
                static_cast<unsigned long long>(damaged));
    return;
  }
  std::printf(
      "{\"percent\":100,\"seconds_left\":0,\"done\":true,\"pictures\":%llu,"
      "\"damaged_frames\":%llu,\"damaged_packets\":%llu,\"unreadable_files\":%llu}\n",
      static_cast<unsigned long long>(report.pictures),
      static_cast<unsigned long long>(report.frames_damaged),
      static_cast<unsigned long long>(report.packets_damaged),
      static_cast<unsigned long long>(report.files_unreadable));
}

ComposeReport ReportOf(const Composer& composer) { return composer.report(); }
ComposeReport ReportOf(const Archive& archive) {
  return {.files_unreadable = archive.files_unreadable()};
}
void HandlePassed(Composer& composer, Duration passed) { composer.HandlePassed(passed); }
void HandlePassed(Archive& /*archive*/, Duration /*passed*/) {}
Pictures PicturesOf(const Composer& composer) {
  return {.frame_rate = composer.frame_rate(),
          .preset = composer.preset(),
          .steps_down = composer.steps_down()};
}
Pictures PicturesOf(const Archive& /*archive*/) { return {}; }

// A Composer or an Archive.
template <class Work>
int Do(const std::expected<std::unique_ptr<Work>, std::string>& work) {
  if (!work) return Fail(work.error());
  const auto began = Clock::now();
  auto told = began;
  while (!cancelled) {
    const auto more = (*work)->Step();
    if (!more) return Fail(more.error());
    if (!*more) {
      TellDone(ReportOf(**work));
      return kDone;
    }
    const auto now = Clock::now();
    if (now - told < kTold) continue;
    told = now;
    const auto passed = Duration::Micros(
        std::chrono::duration_cast<std::chrono::microseconds>(now - began).count());
    HandlePassed(**work, passed);
    Tell((*work)->fraction(), passed, PicturesOf(**work));
  }
  return kCancelled;
}

Duration Since(Clock::time_point began) {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  return Duration::Micros(duration_cast<microseconds>(Clock::now() - began).count());
}

void TellLive(const LiveComposer& composer, Duration passed) {
  std::printf(
      "{\"segments\":%llu,\"frame_rate\":%d,\"height\":%d,\"preset\":\"%s\",\"late_ms\":%lld,"
      "\"blind\":%zu}\n",
      static_cast<unsigned long long>(composer.segments_written()), composer.frame_rate(),
      composer.rung().height, composer.rung().preset,
      static_cast<long long>(composer.late(passed).ms()), composer.blind());
  std::fflush(stdout);
}

int ComposeLive(const fs::path& directory, const fs::path& output, const LiveOptions& options) {
  const auto wall = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const auto composer =
      LiveComposer::Open(directory, output, options, WallTime::UnixMicros(wall.count()));
  if (!composer) return Fail(composer.error());
  const auto began = Clock::now();
  Duration worked = Duration::Zero();
  Duration told = Duration::Zero();
  bool more = true;
  while (more && !cancelled) {
    const Duration before = Since(began);
    const auto stepped = (*composer)->Step(before);
    if (!stepped) return Fail(stepped.error());
    more = *stepped;
    const Duration passed = Since(began);
    worked = worked + (passed - before);
    (*composer)->HandleWorked(worked, passed);
    if (passed - told >= Duration::Seconds(1)) {
      told = passed;
      TellLive(**composer, passed);
    }
    std::this_thread::sleep_for(
        std::chrono::microseconds((*composer)->UntilNext(Since(began)).us()));
  }
  const auto finished = (*composer)->Finish();
  return finished ? kDone : Fail(finished.error());
}

int WriteText(const fs::path& output, const std::string& text) {
  PartFile file(output);
  auto out = file.Create();
  if (!out) return Fail(out.error());
  auto error = out->WriteAt(0, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  if (!error) error = out->End();
  if (error) return Fail("cannot write " + output.filename().string() + ": " + error.message());
  const auto committed = file.Commit();
  return committed ? kDone : Fail(committed.error());
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Makes one file of a recording: .mp4, .m4a, .webm (Opus), .vtt, .txt (chat) or .zip.");
  fs::path directory;
  fs::path output;
  ComposeOptions options;
  std::string layout = "gallery";
  std::string preset;
  std::string priority = "idle";
  bool audio_only = false;
  bool live = false;
  pid_t parent = 0;
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
  app.add_option("--preset", preset,
                 "x264's: the faster, the larger the file; without it what the machine can afford")
      ->check(CLI::IsMember({"ultrafast", "superfast", "veryfast", "faster", "medium"}));
  app.add_option("--priority", priority,
                 "idle: only what the machine has left over; low: the recorder's")
      ->check(CLI::IsMember({"idle", "low"}))
      ->capture_default_str();
  app.add_flag("--audio-only", audio_only, "no picture");
  app.add_flag("--live", live, "while the meeting runs, as HLS into the directory OUTPUT");
  app.add_option("--parent", parent, "the process that started it: end when that does");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  const std::string kind = output.extension().string();
  options.container = kind == ".webm" ? Container::kWebm : Container::kMp4;
  options.video = kind == ".mp4" && !audio_only;
  options.layout = layout == "speaker" ? LayoutKind::kSpeaker : LayoutKind::kGallery;
  if (!preset.empty()) options.preset = preset.c_str();

  struct sigaction action{};
  action.sa_handler = [](int) { cancelled = true; };
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);  // who started it may be gone
  // Names in an archive are UTF-8.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  if (parent != 0 && !EndWith(parent)) return kCancelled;
  if (const std::string refused = EnterSandbox(); !refused.empty()) {
    return Fail("no sandbox: " + refused);
  }
  if (priority == "idle") BeIdle();
  av_log_set_level(AV_LOG_QUIET);

  if (auto given = TakeRecordingKey(directory); !given) return Fail(given.error());
  if (live) {
    return ComposeLive(
        directory, output,
        {.layout = options.layout, .height = options.height, .frame_rate = options.frame_rate});
  }
  auto manifest = ReadRecording(directory);
  if (!manifest) return Fail(manifest.error());
  if (kind == ".vtt") return WriteText(output, SpeakersAsWebVtt(*manifest, KeptTime(*manifest)));
  if (kind == ".txt") return WriteText(output, ChatAsText(*manifest, KeptTime(*manifest)));
  if (kind == ".zip") return Do(Archive::Open(directory, *manifest, output));
  if (kind != ".mp4" && kind != ".m4a" && kind != ".webm") {
    return Fail("cannot make \"" + kind + "\" files: .mp4, .m4a, .webm, .vtt, .txt or .zip");
  }
  const RecordedTrack* only = kind == ".webm" ? OnlySound(*manifest) : nullptr;
  if (only == nullptr) {
    return Do(Composer::Open(directory, *std::move(manifest), output, options));
  }
  const auto copied = CopySound(directory / only->file, output, manifest->title);
  if (!copied) return Fail(copied.error());
  TellDone({});
  return kDone;
}

}  // namespace
}  // namespace parley

int main(int argc, char** argv) { return parley::Main(argc, argv); }
