#pragma once

// What a TestPeer offers: m-lines to send and slots to receive, and the SDP text a browser would
// write for them. Pure; payload types and extension ids are fixed and told below.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/port/media_params.h"
#include "sfu/wire/codec.h"

namespace parley::test {

inline constexpr PayloadType kOpusPayload{111};
inline constexpr PayloadType kRedPayload{63};
inline constexpr PayloadType kVp8Payload{96};
inline constexpr PayloadType kVp9Payload{98};
inline constexpr PayloadType kH264Payload{102};
inline constexpr PayloadType kAv1Payload{45};
// RTX is the video payload type plus one.
PayloadType RtxOf(PayloadType video);

inline constexpr HeaderExtensionIds kTestExtensions = {.mid = 4,
                                                       .rid = 10,
                                                       .repaired_rid = 11,
                                                       .audio_level = 1,
                                                       .abs_send_time = 2,
                                                       .transport_cc = 3,
                                                       .abs_capture_time = 0,
                                                       .dependency_descriptor = 0};

// Of those who offer it.
inline constexpr uint8_t kTestCaptureTime = 5;

struct OfferMedia {
  MediaKind kind = MediaKind::kAudio;
  bool send = false;              // else a slot
  std::vector<std::string> rids;  // simulcast, lowest first; empty: one stream with an SSRC
  std::optional<Ssrc> ssrc;       // of a sending m-line without RIDs
  std::optional<Ssrc> rtx_ssrc;
  std::vector<Codec> codecs;  // most wanted first; empty: Opus, or VP8, VP9, H.264, AV1
};

// As behind `a=fingerprint:`.
std::string FingerprintText(const DtlsFingerprint& fingerprint);

struct TestOffer {
  std::vector<OfferMedia> media;  // the mid of each is its place
  bool transport_cc = true;       // transport-wide numbers and feedback
  bool capture_time = false;      // abs-capture-time

  // Microphone and camera (with `layers` RIDs when more than one), then slots. SSRCs count up from
  // `first_ssrc`.
  static TestOffer Meeting(bool microphone, bool camera, int layers, int audio_slots,
                           int video_slots, uint32_t first_ssrc);

  std::string ToSdp(const IceParams& ice, const DtlsFingerprint& fingerprint,
                    const std::string& setup = "actpass") const;
};

}  // namespace parley::test
