#include "recorder/mux/cluster_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "recorder/mux/ebml.h"
#include "recorder/mux/file_layout.h"

namespace parley {
namespace {

using ebml::Id;

// Of a cluster: its head, and the timestamp that stands first in it.
constexpr size_t kPeek = 32;
// A cluster of 200 ms holds one frame of at most 16 MiB and some more.
constexpr uint64_t kMostCluster = uint64_t{64} << 20;
// A day and more in one recording is a clock that jumped.
constexpr uint64_t kMostMs = uint64_t{7} * 24 * 3600 * 1000;

bool Is(const ebml::Head& head, Id id) {
  return head.length != 0 && head.id == static_cast<uint32_t>(id);
}

}  // namespace

std::optional<ClusterReader> ClusterReader::Open(const std::filesystem::path& file,
                                                 int64_t from_us) {
  auto stored = StoredFile::Open(file);
  if (!stored) return std::nullopt;
  const auto layout = FileLayout::Read(*stored);
  if (!layout) return std::nullopt;
  return ClusterReader(*std::move(stored), layout->clusters_at, from_us);
}

std::optional<TrackBlock> ClusterReader::Next() {
  while (true) {
    if (read_ == cluster_.size() && !ReadCluster()) return std::nullopt;
    const auto rest = std::span<const uint8_t>(cluster_).subspan(read_);
    const ebml::Head head = ebml::ReadHead(rest);
    if (head.length == 0 || head.size > rest.size() - head.length) {
      read_ = cluster_.size();  // damage: the next cluster stands for itself
      continue;
    }
    const auto data = rest.subspan(head.length, static_cast<size_t>(head.size));
    read_ += head.length + data.size();
    if (Is(head, Id::kTimestamp)) {
      cluster_ms_ = std::min(data.size() > 8 ? 0 : ebml::ReadUnsigned(data), kMostMs);
    }
    if (!Is(head, Id::kSimpleBlock) || data.size() < 4) continue;
    const uint64_t ms = cluster_ms_ + ebml::ReadUnsigned(data.subspan(1, 2));
    return TrackBlock{.at_us = static_cast<int64_t>(ms) * 1000,
                      .key_frame = (data[3] & 0x80) != 0,
                      .bytes = data.subspan(4)};
  }
}

bool ClusterReader::ReadCluster() {
  while (true) {
    std::array<uint8_t, kPeek> buffer;
    const auto peek = std::span<const uint8_t>(buffer).first(file_.ReadAt(at_, buffer));
    const ebml::Head head = ebml::ReadHead(peek);
    if (!Is(head, Id::kCluster) || head.size > kMostCluster) return false;
    const ebml::Head first = ebml::ReadHead(peek.subspan(head.length));
    if (!Is(first, Id::kTimestamp) || first.size > 8 ||
        head.length + first.length + first.size > peek.size()) {
      return false;
    }
    const uint64_t ms = ebml::ReadUnsigned(
        peek.subspan(head.length + first.length, static_cast<size_t>(first.size)));
    if (ms > kMostMs) return false;
    const uint64_t next = at_ + head.length + head.size;
    if (static_cast<int64_t>(ms) * 1000 < from_us_) {
      at_ = next;
      continue;
    }
    std::vector<uint8_t> cluster(static_cast<size_t>(head.size));
    if (file_.ReadAt(at_ + head.length, cluster) != cluster.size()) return false;
    cluster_ = std::move(cluster);
    read_ = 0;
    at_ = next;
    return true;
  }
}

}  // namespace parley
