#pragma once

// What offer and answer say about a call's audio: what this end can do, and what both agreed on.
// Values, any thread.

#include <cstdint>
#include <optional>
#include <vector>

#include "mixer/sip/sdes.h"
#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"
#include "sfu/wire/sdp_session.h"

namespace parley::sip {

// The names of RFC 3551 and RFC 7587.
enum class AudioCodec : uint8_t { kPcmu, kPcma, kG722, kOpus };

enum class MediaSecurity : uint8_t { kNone, kSdes, kDtls };

// This end of a call.
struct AudioOptions {
  // Where RTP is received; RTCP on the next port where the peer has no rtcp-mux.
  SocketAddress rtp;
  // In order of preference.
  std::vector<AudioCodec> codecs = {AudioCodec::kOpus, AudioCodec::kG722, AudioCodec::kPcmu,
                                    AudioCodec::kPcma};
  // Of our DTLS certificate; without it DTLS-SRTP is neither offered nor accepted.
  std::optional<SdpFingerprint> fingerprint;
  MediaSecurity offer = MediaSecurity::kNone;  // what our offers say
  bool require_srtp = false;                   // plain RTP is refused
};

struct AudioFormat {
  AudioCodec codec = AudioCodec::kPcmu;
  uint8_t payload_type = 0;
  bool operator==(const AudioFormat&) const = default;
};

// The outcome for the media.
struct AudioStream {
  SocketAddress remote_rtp;
  SocketAddress remote_rtcp;
  bool rtcp_mux = false;
  AudioFormat send;
  std::vector<AudioFormat> receive;  // what the peer may send
  // RFC 4733.
  std::optional<uint8_t> dtmf_send;
  std::optional<uint8_t> dtmf_receive;
  Duration ptime = Duration::Millis(20);  // of the packets that the peer wants
  // False either way while a side holds the call.
  bool we_send = true;
  bool we_receive = true;
  MediaSecurity security = MediaSecurity::kNone;
  SdesCrypto local_key;                             // kSdes
  SdesCrypto remote_key;                            // kSdes
  std::vector<SdpFingerprint> remote_fingerprints;  // kDtls
  bool dtls_client = false;                         // kDtls: we begin the handshake
  bool operator==(const AudioStream&) const = default;
};

}  // namespace parley::sip
