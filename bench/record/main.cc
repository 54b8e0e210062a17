// What recording and composing cost: RTP in and files out, a recording in and an MP4 out, and what
// composing does to a meeting beside it. Prints one JSON row per figure; see bench/README.md.

#include <sched.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "bench/forward/meeting.h"
#include "bench/record/composing.h"
#include "bench/record/limits.h"
#include "bench/record/meeting_files.h"
#include "recorder/compose/composer.h"
#include "recorder/storage/recording_key.h"
#include "recorder/write/recording_writer.h"
#include "sfu/base/check.h"
#include "sfu/transport/srtp_session.h"
#include "tests/recorder/write/meeting.h"

namespace parley::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kRecordedPerCore = 300;
constexpr double kLargePerCore = 2;  // compositions at 720p30
constexpr double kSmallPerCore = 6;  // at 540p15
constexpr uint32_t kWatching = 50;   // beside a composition

// `at_least`: the target is a lower bound.
void Row(const std::string& name, std::string_view metric, double value, std::string_view unit,
         std::optional<double> limit, std::optional<double> target, bool at_least = false) {
  const auto number = [](std::optional<double> v) {
    char text[32];
    snprintf(text, sizeof text, "%.4g", v.value_or(0));
    return v ? std::string(text) : std::string("null");
  };
  const bool ok = !target || (at_least ? value >= *target : value <= *target);
  printf(
      "{\"bench\": \"record\", \"case\": \"%s\", \"metric\": \"%.*s\", \"value\": %.6g, "
      "\"unit\": \"%.*s\", \"limit\": %s, \"target\": %s, \"ok\": %s}\n",
      name.c_str(), static_cast<int>(metric.size()), metric.data(), value,
      static_cast<int>(unit.size()), unit.data(), number(limit).c_str(), number(target).c_str(),
      ok ? "true" : "false");
  fflush(stdout);
}

class Bench {
 public:
  explicit Bench(bool quick) : quick_(quick) {
    directory_ = fs::temp_directory_path() / ("parley-record-bench-" + std::to_string(getpid()));
    fs::create_directories(directory_);
    av_log_set_level(AV_LOG_QUIET);
  }
  ~Bench() { fs::remove_all(directory_); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void RunAll() {
    const double plain = Record("record, sound and picture", Storage::kPlain);
    const double sealed = Record("record, sound and picture, encrypted", Storage::kSealed);
    Row("record, sound and picture, encrypted", "cpu against plain", sealed / plain, "", {}, {});
    Compose("3 x 3, 720p30 veryfast", {.people = 9}, {}, kLargePerCore);
    Compose("3 x 3 of 180p, 540p15 superfast",
            {.people = 9, .width = 320, .height = 180, .frame_rate = 15},
            {.height = 540, .frame_rate = 15, .preset = "superfast"}, kSmallPerCore);
    Beside();
  }

 private:
  enum class Storage : uint8_t { kPlain, kSealed };

  // One participant's packets, given to a writer as those of many. CPU seconds of a
  // participant-minute.
  double Record(const std::string& name, Storage storage) {
    const int people = quick_ ? 10 : 30;
    testing::MeetingOptions options;
    options.length = Duration::Seconds(quick_ ? 20 : 60);
    const auto packets = testing::MakeMeeting(options);
    const fs::path place = directory_ / (storage == Storage::kSealed ? "sealed" : "recorded");
    fs::create_directories(place);
    UseKeys({});
    if (storage == Storage::kSealed) {
      UseKeys(*OperatorKeys::Parse(SecretKey::Random().ToHex()));
      PARLEY_CHECK(!RecordingKey::Make(place));
    }
    RecordingWriter writer(place);
    std::vector<std::vector<testing::Message>> messages;
    for (const testing::FeedPacket& packet : packets) messages.push_back(Copies(packet, people));
    const double before = CpuSeconds();
    Timestamp tick = options.start;
    for (size_t i = 0; i < packets.size(); ++i) {
      for (const testing::Message& message : messages[i]) writer.HandleMessage(message);
      if (packets[i].at - tick < Duration::Millis(50)) continue;
      tick = packets[i].at;
      writer.HandleTimeout(tick);
      writer.TakeAnswers();
    }
    writer.Finish(options.start + options.length, true);
    const double spent = CpuSeconds() - before;
    PARLEY_CHECK(writer.messages_refused() == 0);

    uint64_t bytes = 0;
    double limit = 0;
    for (const auto& entry : fs::directory_iterator(place)) {
      if (entry.path().extension() != ".webm") continue;
      limit += WriteBytes(directory_ / "bytes", entry.file_size(), options.length);
      bytes += entry.file_size();
    }
    const double minutes = people * options.length.seconds() / 60;
    Row(name, "cpu per participant-minute", spent / minutes, "s", limit / minutes,
        60 / kRecordedPerCore);
    Row(name, "participants per core", 60 * minutes / spent, "", {}, kRecordedPerCore, true);
    Row(name, "written", static_cast<double>(bytes) / 1e6 / minutes, "MB", {}, {});
    return spent / minutes;
  }

  // The same packet from `people` participants, each with a source of their own; of what concerns
  // everybody, one.
  static std::vector<testing::Message> Copies(const testing::FeedPacket& packet, int people) {
    std::vector<testing::Message> copies = {packet.message};
    const bool of_source = packet.message[4] != 0;
    for (int i = 1; of_source && i < people; ++i) {
      testing::Message copy = packet.message;
      copy[5] = static_cast<uint8_t>(i);  // of the source, little endian
      copies.push_back(std::move(copy));
    }
    return copies;
  }

  void Compose(const std::string& name, PeopleOptions people, const ComposeOptions& options,
               double per_core) {
    people.length = Duration::Seconds(quick_ ? 6 : 30);
    const fs::path place = directory_ / "meeting";
    MakeRecording(place, people);
    auto manifest = ReadRecording(place);
    PARLEY_CHECK(manifest.has_value());
    const fs::path file = directory_ / "out.mp4";
    const double before = CpuSeconds();
    auto composer = Composer::Open(place, *std::move(manifest), file, options);
    PARLEY_CHECK(composer.has_value());
    for (bool more = true; more;) {
      const auto step = (*composer)->Step();
      PARLEY_CHECK(step.has_value());
      more = *step;
    }
    const double minutes = people.length.seconds() / 60;
    const double spent = (CpuSeconds() - before) / minutes;
    const ComposeReport report = (*composer)->report();
    PARLEY_CHECK(report.frames_damaged == 0 && report.files_unreadable == 0);
    const double decode = DecodeAll(place) / minutes;
    const double encode = EncodeAgain(file, options, 90) / minutes;
    Row(name, "cpu per minute", spent, "s", decode + encode, 60 / per_core);
    Row(name, "compositions per core", 60 / spent, "", 60 / (decode + encode), per_core, true);
    Row(name, "of it decoding, alone", decode, "s", {}, {});
    Row(name, "of it encoding, alone", encode, "s", {}, {});
    Row(name, "pictures encoded", static_cast<double>(report.pictures) / minutes / 60, "1/s", {},
        {});
  }

  // One who shows a picture to many, on all cores but that of the clients: alone, then while a
  // recording is composed with what the machine has left over, and alone once more.
  void Beside() {
    InitSrtp();
    auto identity = DtlsIdentity::Generate(DtlsCertificate::Kind::kEcdsaP256, time(nullptr));
    PARLEY_CHECK(identity.has_value());
    const test::TestIdentity clients;
    cpu_set_t all;
    sched_getaffinity(0, sizeof all, &all);
    const fs::path place = directory_ / "beside";
    MakeRecording(place, {.people = 9, .length = Duration::Seconds(quick_ ? 6 : 30)});
    Meeting meeting({}, clients, *identity);
    meeting.Join(1 + kWatching);
    const Duration each = Duration::Seconds(quick_ ? 3 : 15);
    const Phase before = meeting.Publish(Media::kPacedVideo, each);
    const auto beside = [&] {
      cpu_set_t own;
      sched_getaffinity(0, sizeof own, &own);
      // Whoever is started has all cores, as in a server.
      sched_setaffinity(0, sizeof all, &all);
      const Composing composing(place, directory_ / "beside.mp4");
      sched_setaffinity(0, sizeof own, &own);
      return meeting.Publish(Media::kPacedVideo, each);
    }();
    const Phase after = meeting.Publish(Media::kPacedVideo, each);
    const std::string name = "1 -> " + std::to_string(kWatching);
    Row(name + ", nothing composed", "delay p99", before.p99_us, "us", {}, {});
    Row(name + ", nothing composed, again", "delay p99", after.p99_us, "us", {}, {});
    const double alone = (before.p99_us + after.p99_us) / 2;
    Row(name + " beside a composition", "delay p50", beside.p50_us, "us",
        (before.p50_us + after.p50_us) / 2, {});
    Row(name + " beside a composition", "delay p99", beside.p99_us, "us", alone, {});
    Row(name + " beside a composition", "packets lost",
        static_cast<double>(beside.sent * kWatching) - static_cast<double>(beside.received), "", {},
        0);
  }

  bool quick_;
  fs::path directory_;
};

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  parley::bench::Bench(argc > 1 && std::string_view(argv[1]) == "--quick").RunAll();
}
