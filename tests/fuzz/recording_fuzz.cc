// What is read back of a recording: a track's file cut and changed at will is scanned and completed
// and can then be read; feed messages of any kind leave a directory that verifies. Input: a byte
// that says which, then the file, or messages each behind two bytes of size.

#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>

#include "recorder/library/repair.h"
#include "recorder/mux/cluster_reader.h"
#include "recorder/mux/file_layout.h"
#include "recorder/storage/stored_file.h"
#include "recorder/write/recording_writer.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

namespace fs = std::filesystem;

const fs::path& Directory() {
  static const fs::path directory = [] {
    std::string name = (fs::temp_directory_path() / "parley-recording-fuzz-XXXXXX").string();
    FUZZ_CHECK(mkdtemp(name.data()) != nullptr);
    static const std::string kept = name;
    std::atexit([] { fs::remove_all(kept); });
    return fs::path(name);
  }();
  return directory;
}

// As whoever shows a meeting live reads it.
void FollowFile(std::span<const uint8_t> bytes) {
  const fs::path path = Directory() / "track.webm";
  for (const int64_t from_us : {0, 1'000'000}) {
    auto reader = ClusterReader::Open(path, from_us);
    if (!reader) return;
    size_t read = 0;
    while (const auto block = reader->Next()) {
      FUZZ_CHECK(block->at_us >= 0);
      read += block->bytes.size();
    }
    FUZZ_CHECK(read <= bytes.size());
  }
}

void ReadFile(std::span<const uint8_t> bytes) {
  const fs::path path = Directory() / "track.webm";
  fs::remove(path);
  auto file = StoredFile::Create(path);
  FUZZ_CHECK(file.has_value());
  FUZZ_CHECK(!file->WriteAt(0, bytes));
  FollowFile(bytes);
  if (const auto layout = FileLayout::Read(*file)) {
    const ClusterScan scan = ScanClusters(*file, layout->clusters_at);
    FUZZ_CHECK(scan.whole_size <= bytes.size() || scan.clusters == 0);
    if (!scan.finished) {
      FUZZ_CHECK(!FinishFile(*file, *layout, scan.whole_size, Duration::Zero(), scan.cues));
      const auto again = FileLayout::Read(*file);
      FUZZ_CHECK(again && again->clusters_at == layout->clusters_at);
      const ClusterScan rescan = ScanClusters(*file, again->clusters_at);
      FUZZ_CHECK(rescan.finished && rescan.clusters == scan.clusters);
    }
  }
}

void WriteMessages(std::span<const uint8_t> bytes) {
  const fs::path directory = Directory() / "recording";
  fs::remove_all(directory);
  fs::create_directories(directory);
  RecordingWriter writer(directory);
  const std::string begin = R"({"type":"begin","id":"r","room":"r","title":"t","wall_us":1000000})";
  const FeedHeader header = WriteFeedHeader(FeedMessage::kEvent, Ssrc(), Timestamp::Seconds(10));
  std::vector<uint8_t> message(header.begin(), header.end());
  message.insert(message.end(), begin.begin(), begin.end());
  writer.HandleMessage(message);
  while (bytes.size() > 2) {
    const size_t size = std::min<size_t>(bytes[0] | bytes[1] << 8, bytes.size() - 2);
    writer.HandleMessage(bytes.subspan(2, size));
    bytes = bytes.subspan(2 + size);
  }
  writer.HandleTimeout(Timestamp::Seconds(20));
  writer.Finish(Timestamp::Seconds(21), true);
  FUZZ_CHECK(VerifyRecording(directory).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::span<const uint8_t> rest = std::span(data, size).subspan(1);
  if (data[0] % 2 == 0) {
    ReadFile(rest);
  } else {
    WriteMessages(rest);
  }
  return 0;
}
