#include "recorder/mux/track_file.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace parley {
namespace {

using ebml::Bytes;
using ebml::Id;

constexpr std::string_view kApplication = "Parley";
constexpr uint64_t kSeekPreRollNs = 80'000'000;  // RFC 7845 section 4.6

std::string_view CodecName(Codec codec) {
  switch (codec) {
    case Codec::kVp8:
      return "V_VP8";
    case Codec::kVp9:
      return "V_VP9";
    case Codec::kAv1:
      return "V_AV1";
    case Codec::kH264:
      return "V_MPEG4/ISO/AVC";
    default:
      return "A_OPUS";
  }
}

bool IsVideo(Codec codec) { return codec >= Codec::kVp8; }

// RFC 7845 section 5.1: nothing is skipped, for the stream begins in the middle.
Bytes OpusHead(uint8_t channels) {
  return {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, channels, 0, 0, 0x80, 0xBB, 0, 0, 0, 0, 0};
}

void AppendFileHeader(Bytes& out, bool webm) {
  Bytes children;
  ebml::AppendUnsigned(children, Id::kVersion, 1);
  ebml::AppendUnsigned(children, Id::kReadVersion, 1);
  ebml::AppendUnsigned(children, Id::kMaxIdLength, 4);
  ebml::AppendUnsigned(children, Id::kMaxSizeLength, 8);
  ebml::AppendText(children, Id::kDocType, webm ? "webm" : "matroska");
  ebml::AppendUnsigned(children, Id::kDocTypeVersion, 4);
  ebml::AppendUnsigned(children, Id::kDocTypeReadVersion, 2);
  ebml::AppendMaster(out, Id::kHeader, children);
}

void AppendTracks(Bytes& out, const TrackFormat& format) {
  const bool video = IsVideo(format.codec);
  Bytes entry;
  ebml::AppendUnsigned(entry, Id::kTrackNumber, 1);
  ebml::AppendUnsigned(entry, Id::kTrackUid, 1);
  ebml::AppendUnsigned(entry, Id::kTrackType, video ? 1 : 2);
  ebml::AppendUnsigned(entry, Id::kFlagLacing, 0);
  ebml::AppendText(entry, Id::kCodecId, CodecName(format.codec));
  Bytes details;
  if (video) {
    if (!format.codec_private.empty()) {
      ebml::AppendBinary(entry, Id::kCodecPrivate, format.codec_private);
    }
    ebml::AppendUnsigned(details, Id::kPixelWidth, format.width);
    ebml::AppendUnsigned(details, Id::kPixelHeight, format.height);
    ebml::AppendMaster(entry, Id::kVideo, details);
  } else {
    ebml::AppendBinary(entry, Id::kCodecPrivate, OpusHead(format.channels));
    ebml::AppendUnsigned(entry, Id::kSeekPreRoll, kSeekPreRollNs);
    ebml::AppendFloat(details, Id::kSamplingFrequency, 48'000);
    ebml::AppendUnsigned(details, Id::kChannels, format.channels);
    ebml::AppendMaster(entry, Id::kAudio, details);
  }
  Bytes tracks;
  ebml::AppendMaster(tracks, Id::kTrackEntry, entry);
  ebml::AppendMaster(out, Id::kTracks, tracks);
}

// Everything before the first cluster; FileLayout says where the places to be filled are.
Bytes FileHead(const TrackFormat& format) {
  Bytes out;
  AppendFileHeader(out, format.codec != Codec::kH264);
  ebml::AppendId(out, Id::kSegment);
  ebml::AppendBigEndian(out, ebml::kUnknownSize, 8);
  ebml::AppendVoid(out, FileLayout::kSeekHeadRoom);
  Bytes info;
  ebml::AppendUnsigned(info, Id::kTimestampScale, 1'000'000);
  ebml::AppendVoid(info, FileLayout::kDurationRoom);
  ebml::AppendText(info, Id::kMuxingApp, kApplication);
  ebml::AppendText(info, Id::kWritingApp, kApplication);
  ebml::AppendMaster(out, Id::kInfo, info);
  AppendTracks(out, format);
  return out;
}

}  // namespace

std::expected<TrackFile, std::error_code> TrackFile::Create(const std::filesystem::path& path,
                                                            const TrackFormat& format) {
  const Bytes head = FileHead(format);
  auto layout = FileLayout::Parse(head);
  if (!layout) return std::unexpected(std::make_error_code(std::errc::invalid_argument));
  auto stored = StoredFile::Create(path);
  if (!stored) return std::unexpected(stored.error());
  TrackFile file(*std::move(stored), *std::move(layout), IsVideo(format.codec));
  if (auto error = file.Append(head)) return std::unexpected(error);
  return file;
}

std::error_code TrackFile::Add(Duration at, bool key_frame, std::span<const uint8_t> frame) {
  auto ms = static_cast<uint64_t>(std::max<int64_t>(at.us() + 500, 0) / 1000);
  if (any_ && ms <= last_ms_) ms = last_ms_ + 1;
  const bool full =
      !blocks_.empty() &&
      (ms - cluster_ms_ >= static_cast<uint64_t>(kClusterLength.ms()) || (video_ && key_frame));
  if (full) {
    if (auto error = Flush()) return error;
  }
  if (blocks_.empty()) {
    cluster_ms_ = ms;
    starts_with_key_ = key_frame;
  }
  ebml::AppendId(blocks_, Id::kSimpleBlock);
  ebml::AppendSize(blocks_, frame.size() + 4);
  blocks_.push_back(0x81);  // of track 1
  ebml::AppendBigEndian(blocks_, ms - cluster_ms_, 2);
  blocks_.push_back(key_frame ? 0x80 : 0);
  blocks_.insert(blocks_.end(), frame.begin(), frame.end());
  last_ms_ = ms;
  any_ = true;
  return {};
}

std::error_code TrackFile::Flush() {
  if (blocks_.empty()) return {};
  Bytes timestamp;
  ebml::AppendUnsigned(timestamp, Id::kTimestamp, cluster_ms_);
  Bytes cluster;
  cluster.reserve(blocks_.size() + 32);
  ebml::AppendId(cluster, Id::kCluster);
  ebml::AppendSize(cluster, timestamp.size() + blocks_.size());
  cluster.insert(cluster.end(), timestamp.begin(), timestamp.end());
  cluster.insert(cluster.end(), blocks_.begin(), blocks_.end());
  blocks_.clear();
  const uint64_t position = size_;
  if (auto error = Append(cluster)) return error;
  if (starts_with_key_) AddCue(cues_, {cluster_ms_, position});
  return {};
}

std::error_code TrackFile::Finish(Duration end) {
  if (auto error = Flush()) return error;
  return FinishFile(file_, layout_, size_, end, cues_);
}

std::error_code TrackFile::Append(std::span<const uint8_t> bytes) {
  if (auto error = file_.WriteAt(size_, bytes)) {
    // What was begun goes: the file ends with a whole cluster.
    if (file_.Truncate(size_)) return error;
    return error;
  }
  size_ += bytes.size();
  return {};
}

}  // namespace parley
