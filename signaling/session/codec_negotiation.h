#pragma once

// Which codecs of an m-line both sides can, with the offerer's payload types, and the feedback that
// goes with them (RFC 9429 section 5.3.1, RFC 3264 section 6.1). Pure; signaling thread.

#include <span>
#include <string>
#include <vector>

#include "sfu/wire/codec.h"
#include "sfu/wire/sdp_session.h"

namespace parley {

// What an accepted m-line is to the server.
enum class StreamRole : uint8_t { kProducer, kSlot };

struct AgreedCodec {
  CodecParams params;
  SdpRtpMap map;     // as offered
  std::string fmtp;  // of the answer; may be empty
};

// Every codec that both can, most wanted first: video by `video_preference`, audio as the offerer
// ordered it (RED before Opus means that RED shall be used). Empty: nothing in common.
std::vector<AgreedCodec> CommonCodecs(const SdpMedia& offer, MediaKind kind, StreamRole role,
                                      std::span<const Codec> video_preference);

// What a producer shall send: the first video codec; Opus, and RED where it stands before Opus.
std::vector<AgreedCodec> ProducerCodecs(std::vector<AgreedCodec> common);

// Puts the payload types, a=rtpmap, a=fmtp and a=rtcp-fb into an answer's m-line.
void WriteCodecs(std::span<const AgreedCodec> codecs, SdpMedia& answer);

std::vector<CodecParams> ParamsOf(std::span<const AgreedCodec> codecs);

}  // namespace parley
