#include "recorder/mux/file_layout.h"

#include <algorithm>
#include <array>
#include <utility>

#include "recorder/mux/ebml.h"

namespace parley {
namespace {

using ebml::Bytes;
using ebml::Id;

constexpr size_t kPeek = 64;
constexpr uint64_t kCueDistanceMs = 2000;
// A cluster of 200 ms holds one frame of at most 16 MiB and some more.
constexpr uint64_t kMaxCluster = uint64_t{64} << 20;

bool Is(const ebml::Head& head, Id id) { return head.id == static_cast<uint32_t>(id); }

// Calls `visit` with each child of `data` that is whole: its head, and its data.
template <class Visit>
void ForEachChild(std::span<const uint8_t> data, Visit visit) {
  size_t at = 0;
  while (at < data.size()) {
    const ebml::Head head = ebml::ReadHead(data.subspan(at));
    if (head.length == 0 || head.size > data.size() - at - head.length) return;
    visit(head, at, data.subspan(at + head.length, static_cast<size_t>(head.size)));
    at += head.length + static_cast<size_t>(head.size);
  }
}

void ReadTrack(std::span<const uint8_t> entry, FileLayout& layout) {
  ForEachChild(entry, [&](const ebml::Head& head, size_t, std::span<const uint8_t> data) {
    if (Is(head, Id::kCodecId)) layout.codec.assign(data.begin(), data.end());
    if (!Is(head, Id::kVideo)) return;
    ForEachChild(data, [&](const ebml::Head& detail, size_t, std::span<const uint8_t> value) {
      const auto number = static_cast<uint16_t>(ebml::ReadUnsigned(value));
      if (Is(detail, Id::kPixelWidth)) layout.width = number;
      if (Is(detail, Id::kPixelHeight)) layout.height = number;
    });
  });
}

struct Cluster {
  std::optional<uint64_t> first_ms;
  uint64_t last_ms = 0;  // of the last block
  bool starts_with_key = false;
};

// Nothing when the cluster is not what it says.
std::optional<Cluster> ReadCluster(std::span<const uint8_t> bytes) {
  Cluster cluster;
  size_t read = 0;
  bool first = true;
  ForEachChild(bytes, [&](const ebml::Head& head, size_t at, std::span<const uint8_t> data) {
    read = at + head.length + data.size();
    if (Is(head, Id::kTimestamp)) cluster.first_ms = ebml::ReadUnsigned(data);
    if (!Is(head, Id::kSimpleBlock) || data.size() < 4) return;
    cluster.last_ms = cluster.first_ms.value_or(0) + ebml::ReadUnsigned(data.subspan(1, 2));
    if (std::exchange(first, false)) cluster.starts_with_key = (data[3] & 0x80) != 0;
  });
  if (!cluster.first_ms || read != bytes.size()) return std::nullopt;
  return cluster;
}

}  // namespace

std::optional<FileLayout> FileLayout::Read(StoredFile& file) {
  std::array<uint8_t, kMostHead> buffer;
  return Parse(std::span(buffer).first(file.ReadAt(0, buffer)));
}

std::optional<FileLayout> FileLayout::Parse(std::span<const uint8_t> bytes) {
  const ebml::Head header = ebml::ReadHead(bytes);
  if (header.length == 0 || !Is(header, Id::kHeader) || header.size > 256) return std::nullopt;
  size_t at = header.length + static_cast<size_t>(header.size);
  if (at >= bytes.size()) return std::nullopt;
  const ebml::Head segment = ebml::ReadHead(bytes.subspan(at));
  if (segment.length != 12 || !Is(segment, Id::kSegment)) return std::nullopt;
  FileLayout layout;
  layout.segment_size_at = at + 4;
  layout.segment_data = at + 12;
  layout.seek_head_at = layout.segment_data;
  at = static_cast<size_t>(layout.segment_data) + kSeekHeadRoom;
  while (at < bytes.size()) {
    const ebml::Head head = ebml::ReadHead(bytes.subspan(at));
    if (head.length == 0 || head.size > bytes.size() - at - head.length) return std::nullopt;
    const size_t data_at = at + head.length;
    const auto data = bytes.subspan(data_at, static_cast<size_t>(head.size));
    at = data_at + data.size();
    if (Is(head, Id::kInfo)) {
      ForEachChild(data, [&](const ebml::Head& child, size_t offset, std::span<const uint8_t>) {
        if (Is(child, Id::kVoid) || Is(child, Id::kDuration)) layout.duration_at = data_at + offset;
      });
    } else if (Is(head, Id::kTracks)) {
      ForEachChild(data, [&](const ebml::Head& child, size_t, std::span<const uint8_t> entry) {
        if (Is(child, Id::kTrackEntry)) ReadTrack(entry, layout);
      });
      layout.clusters_at = at;
      if (layout.duration_at == 0 || layout.codec.empty()) return std::nullopt;
      return layout;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

void AddCue(std::vector<CuePoint>& cues, const CuePoint& cue) {
  if (cues.empty() || cue.ms >= cues.back().ms + kCueDistanceMs) cues.push_back(cue);
}

ClusterScan ScanClusters(StoredFile& file, uint64_t from) {
  ClusterScan scan;
  scan.whole_size = from;
  std::vector<uint8_t> cluster;
  for (;;) {
    std::array<uint8_t, kPeek> buffer;
    const std::span<const uint8_t> peek =
        std::span(buffer).first(file.ReadAt(scan.whole_size, buffer));
    const ebml::Head head = ebml::ReadHead(peek);
    if (head.length == 0) return scan;
    if (Is(head, Id::kCues)) {
      scan.finished = true;
      return scan;
    }
    if (!Is(head, Id::kCluster) || head.size > kMaxCluster) return scan;
    cluster.resize(static_cast<size_t>(head.size));
    if (file.ReadAt(scan.whole_size + head.length, cluster) != cluster.size()) return scan;
    const auto read = ReadCluster(cluster);
    if (!read) return scan;
    if (scan.clusters++ == 0) scan.first_ms = *read->first_ms;
    scan.last_ms = read->last_ms;
    if (read->starts_with_key) AddCue(scan.cues, {*read->first_ms, scan.whole_size});
    scan.whole_size += head.length + head.size;
  }
}

std::error_code FinishFile(StoredFile& file, const FileLayout& layout, uint64_t size, Duration end,
                           std::span<const CuePoint> cues) {
  Bytes points;
  for (const CuePoint& cue : cues) {
    Bytes positions;
    ebml::AppendUnsigned(positions, Id::kCueTrack, 1);
    ebml::AppendUnsigned(positions, Id::kCueClusterPosition, cue.position - layout.segment_data);
    Bytes point;
    ebml::AppendUnsigned(point, Id::kCueTime, cue.ms);
    ebml::AppendMaster(point, Id::kCueTrackPositions, positions);
    ebml::AppendMaster(points, Id::kCuePoint, point);
  }
  Bytes tail;
  ebml::AppendMaster(tail, Id::kCues, points);
  if (auto error = file.Truncate(size)) return error;
  if (auto error = file.WriteAt(size, tail)) return error;

  Bytes duration;
  ebml::AppendFloat(duration, Id::kDuration, static_cast<double>(end.us()) / 1000);
  if (auto error = file.WriteAt(layout.duration_at, duration)) return error;

  Bytes id;
  ebml::AppendId(id, Id::kCues);
  Bytes seek;
  ebml::AppendBinary(seek, Id::kSeekId, id);
  ebml::AppendUnsigned(seek, Id::kSeekPosition, size - layout.segment_data);
  Bytes seeks;
  ebml::AppendMaster(seeks, Id::kSeek, seek);
  Bytes head;
  ebml::AppendMaster(head, Id::kSeekHead, seeks);
  ebml::AppendVoid(head, FileLayout::kSeekHeadRoom - head.size());
  if (auto error = file.WriteAt(layout.seek_head_at, head)) return error;

  Bytes segment;
  const uint64_t data = size + tail.size() - layout.segment_data;
  ebml::AppendBigEndian(segment, data | uint64_t{1} << 56, 8);
  if (auto error = file.WriteAt(layout.segment_size_at, segment)) return error;
  return file.End();
}

}  // namespace parley
