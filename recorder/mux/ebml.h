#pragma once

// The elements of Matroska that we write (RFC 9559 over RFC 8794) and how they are put together.
// Pure functions, any thread.

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace parley::ebml {

using Bytes = std::vector<uint8_t>;

enum class Id : uint32_t {
  kHeader = 0x1A45DFA3,
  kVersion = 0x4286,
  kReadVersion = 0x42F7,
  kMaxIdLength = 0x42F2,
  kMaxSizeLength = 0x42F3,
  kDocType = 0x4282,
  kDocTypeVersion = 0x4287,
  kDocTypeReadVersion = 0x4285,
  kVoid = 0xEC,
  kSegment = 0x18538067,
  kSeekHead = 0x114D9B74,
  kSeek = 0x4DBB,
  kSeekId = 0x53AB,
  kSeekPosition = 0x53AC,
  kInfo = 0x1549A966,
  kTimestampScale = 0x2AD7B1,
  kDuration = 0x4489,
  kMuxingApp = 0x4D80,
  kWritingApp = 0x5741,
  kTracks = 0x1654AE6B,
  kTrackEntry = 0xAE,
  kTrackNumber = 0xD7,
  kTrackUid = 0x73C5,
  kTrackType = 0x83,
  kFlagLacing = 0x9C,
  kCodecId = 0x86,
  kCodecPrivate = 0x63A2,
  kSeekPreRoll = 0x56BB,
  kVideo = 0xE0,
  kPixelWidth = 0xB0,
  kPixelHeight = 0xBA,
  kAudio = 0xE1,
  kSamplingFrequency = 0xB5,
  kChannels = 0x9F,
  kCluster = 0x1F43B675,
  kTimestamp = 0xE7,
  kSimpleBlock = 0xA3,
  kCues = 0x1C53BB6B,
  kCuePoint = 0xBB,
  kCueTime = 0xB3,
  kCueTrackPositions = 0xB7,
  kCueTrack = 0xF7,
  kCueClusterPosition = 0xF1,
};

// Of Segment while it grows: all eight bytes say that the size is not known.
inline constexpr uint64_t kUnknownSize = 0x01FFFFFFFFFFFFFF;

void AppendBigEndian(Bytes& out, uint64_t value, size_t bytes);
void AppendId(Bytes& out, Id id);
// In as few bytes as hold it.
void AppendSize(Bytes& out, uint64_t size);
void AppendUnsigned(Bytes& out, Id id, uint64_t value);
void AppendFloat(Bytes& out, Id id, double value);
void AppendText(Bytes& out, Id id, std::string_view text);
void AppendBinary(Bytes& out, Id id, std::span<const uint8_t> data);
void AppendMaster(Bytes& out, Id id, std::span<const uint8_t> children);
// A Void element of `whole` bytes, 2 to 100.
void AppendVoid(Bytes& out, size_t whole);

// An element's head, as it is read.
struct Head {
  uint32_t id = 0;
  uint64_t size = 0;  // of the data; kUnknown when it is not known
  size_t length = 0;  // of the head itself; 0: more bytes are needed, or this is none
  static constexpr uint64_t kUnknown = ~uint64_t{0};
};
Head ReadHead(std::span<const uint8_t> bytes);
uint64_t ReadUnsigned(std::span<const uint8_t> data);

}  // namespace parley::ebml
