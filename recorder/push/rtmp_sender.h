#pragma once

// One connection to an RTMP server, over which FLV goes (H.264 and AAC as they come). Names are
// resolved here and their addresses judged, and it connects to no other: a name that leads
// elsewhere the next time gains nothing. One thread; every call ends within kTimeout.

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "recorder/live/rtmp_url.h"
#include "recorder/push/segment_reader.h"

namespace parley {

// Why nothing is sent; PROTOCOL.md has them.
enum class PushTrouble : uint8_t {
  kNameUnknown,     // the host's name leads nowhere
  kAddressRefused,  // it leads to where this server sends nothing; for good
  kUnreachable,     // nobody answers there
  kRefused,         // the server there does not take the stream
  kLost,            // the connection broke
};
std::string_view ToString(PushTrouble trouble);

class RtmpSender {
 public:
  static constexpr std::chrono::seconds kTimeout{10};

  // Ready for packets of streams like these.
  static std::expected<std::unique_ptr<RtmpSender>, PushTrouble> Connect(const RtmpUrl& url,
                                                                         bool may_be_private,
                                                                         const Segment& like);
  ~RtmpSender();
  RtmpSender(const RtmpSender&) = delete;
  RtmpSender& operator=(const RtmpSender&) = delete;

  // Times in microseconds since the connection began, growing per stream. `like`: of another
  // encoder than the packet before; null else. False when the connection is lost.
  bool Send(AVPacket& packet, const Segment* like);
  // Says that this is the end.
  void Finish();
  uint64_t bytes() const { return bytes_; }

 private:
  RtmpSender() = default;
  static int IsOver(void* sender);
  void Start() { deadline_ = std::chrono::steady_clock::now() + kTimeout; }
  std::expected<void, PushTrouble> Open(const RtmpUrl& url, const std::string& address,
                                        const Segment& like);

  AVFormatContext* context_ = nullptr;
  bool has_header_ = false;
  std::chrono::steady_clock::time_point deadline_;
  uint64_t bytes_ = 0;
};

}  // namespace parley
