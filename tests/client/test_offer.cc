#include "tests/client/test_offer.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <utility>

#include "sfu/base/check.h"
#include "sfu/wire/rtp_extensions.h"

namespace parley::test {
namespace {

struct OfferedCodec {
  Codec codec;
  PayloadType payload_type;
  std::string_view rtpmap;
  std::string_view fmtp;  // may be empty
};

constexpr OfferedCodec kCodecs[] = {
    {Codec::kOpus, kOpusPayload, "opus/48000/2", "minptime=10;useinbandfec=1"},
    {Codec::kRed, kRedPayload, "red/48000/2", "111/111"},
    {Codec::kVp8, kVp8Payload, "VP8/90000", ""},
    {Codec::kVp9, kVp9Payload, "VP9/90000", "profile-id=0"},
    {Codec::kH264, kH264Payload, "H264/90000",
     "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"},
    {Codec::kAv1, kAv1Payload, "AV1/90000", "level-idx=5;profile=0;tier=0"},
};

const OfferedCodec& Describe(Codec codec) {
  for (const OfferedCodec& c : kCodecs) {
    if (c.codec == codec) return c;
  }
  PARLEY_CHECK(false && "a codec that the test client does not offer");
}

std::vector<Codec> CodecsOf(const OfferMedia& media) {
  if (!media.codecs.empty()) return media.codecs;
  if (media.kind == MediaKind::kAudio) return {Codec::kOpus};
  return {Codec::kVp8, Codec::kVp9, Codec::kH264, Codec::kAv1};
}

void WriteCodec(std::string& sdp, const OfferedCodec& c, bool video, bool transport_cc) {
  auto out = std::back_inserter(sdp);
  int pt = c.payload_type.value();
  fmt::format_to(out, "a=rtpmap:{} {}\r\n", pt, c.rtpmap);
  if (transport_cc) fmt::format_to(out, "a=rtcp-fb:{} transport-cc\r\n", pt);
  if (video) {
    for (std::string_view feedback : {"goog-remb", "ccm fir", "nack", "nack pli"}) {
      fmt::format_to(out, "a=rtcp-fb:{} {}\r\n", pt, feedback);
    }
  }
  if (!c.fmtp.empty()) fmt::format_to(out, "a=fmtp:{} {}\r\n", pt, c.fmtp);
  if (video) {
    int rtx = RtxOf(c.payload_type).value();
    fmt::format_to(out, "a=rtpmap:{} rtx/90000\r\na=fmtp:{} apt={}\r\n", rtx, rtx, pt);
  }
}

void WriteExtensions(std::string& sdp, const OfferMedia& media, const TestOffer& offer) {
  auto extmap = [&](uint8_t id, HeaderExtension kind) {
    if (id != 0) {
      fmt::format_to(std::back_inserter(sdp), "a=extmap:{} {}\r\n", id, HeaderExtensionUri(kind));
    }
  };
  if (media.kind == MediaKind::kAudio)
    extmap(kTestExtensions.audio_level, HeaderExtension::kAudioLevel);
  extmap(kTestExtensions.abs_send_time, HeaderExtension::kAbsSendTime);
  if (offer.transport_cc) extmap(kTestExtensions.transport_cc, HeaderExtension::kTransportCc);
  if (offer.capture_time) extmap(kTestCaptureTime, HeaderExtension::kAbsCaptureTime);
  extmap(kTestExtensions.mid, HeaderExtension::kMid);
  if (media.kind == MediaKind::kVideo) {
    extmap(kTestExtensions.rid, HeaderExtension::kRid);
    extmap(kTestExtensions.repaired_rid, HeaderExtension::kRepairedRid);
  }
}

}  // namespace

std::string FingerprintText(const DtlsFingerprint& fingerprint) {
  std::string text = fingerprint.algorithm;
  for (char separator = ' '; const uint8_t byte : fingerprint.digest) {
    fmt::format_to(std::back_inserter(text), "{}{:02X}", std::exchange(separator, ':'), byte);
  }
  return text;
}

PayloadType RtxOf(PayloadType video) {
  return PayloadType(static_cast<uint8_t>(video.value() + 1));
}

TestOffer TestOffer::Meeting(bool microphone, bool camera, int layers, int audio_slots,
                             int video_slots, uint32_t first_ssrc) {
  TestOffer offer;
  uint32_t ssrc = first_ssrc;
  if (microphone) {
    OfferMedia& m = offer.media.emplace_back();
    m.send = true;
    m.ssrc = Ssrc(ssrc++);
  }
  if (camera) {
    OfferMedia& m = offer.media.emplace_back();
    m.kind = MediaKind::kVideo;
    m.send = true;
    if (layers > 1) {
      constexpr std::string_view kRids[] = {"q", "h", "f"};
      for (int i = 0; i < layers; ++i) m.rids.emplace_back(kRids[i]);
    } else {
      m.ssrc = Ssrc(ssrc++);
      m.rtx_ssrc = Ssrc(ssrc++);
    }
  }
  for (int i = 0; i < audio_slots; ++i) offer.media.emplace_back();
  for (int i = 0; i < video_slots; ++i) offer.media.emplace_back().kind = MediaKind::kVideo;
  return offer;
}

std::string TestOffer::ToSdp(const IceParams& ice, const DtlsFingerprint& fingerprint,
                             const std::string& setup) const {
  std::string sdp =
      "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE";
  auto out = std::back_inserter(sdp);
  for (size_t i = 0; i < media.size(); ++i) fmt::format_to(out, " {}", i);
  fmt::format_to(out, "\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n");
  for (size_t i = 0; i < media.size(); ++i) {
    const OfferMedia& m = media[i];
    const bool video = m.kind == MediaKind::kVideo;
    fmt::format_to(out, "m={} 9 UDP/TLS/RTP/SAVPF", video ? "video" : "audio");
    for (Codec codec : CodecsOf(m)) {
      PayloadType pt = Describe(codec).payload_type;
      fmt::format_to(out, " {}", pt.value());
      if (video) fmt::format_to(out, " {}", RtxOf(pt).value());
    }
    fmt::format_to(out,
                   "\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\n"
                   "a=ice-pwd:{}\r\na=ice-options:trickle\r\na=fingerprint:{}\r\na=setup:{}\r\n"
                   "a=mid:{}\r\n",
                   ice.ufrag, ice.pwd, FingerprintText(fingerprint), setup, i);
    WriteExtensions(sdp, m, *this);
    fmt::format_to(out, "a={}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n", m.send ? "sendonly" : "recvonly");
    if (m.send) fmt::format_to(out, "a=msid:- track{}\r\n", i);
    for (Codec codec : CodecsOf(m)) WriteCodec(sdp, Describe(codec), video, transport_cc);
    if (!m.rids.empty()) {
      for (const std::string& rid : m.rids) fmt::format_to(out, "a=rid:{} send\r\n", rid);
      fmt::format_to(out, "a=simulcast:send {}\r\n", fmt::join(m.rids, ";"));
    } else if (m.send && m.ssrc) {
      if (m.rtx_ssrc) {
        fmt::format_to(out, "a=ssrc-group:FID {} {}\r\n", m.ssrc->value(), m.rtx_ssrc->value());
      }
      fmt::format_to(out, "a=ssrc:{} cname:test\r\n", m.ssrc->value());
      if (m.rtx_ssrc) fmt::format_to(out, "a=ssrc:{} cname:test\r\n", m.rtx_ssrc->value());
    }
  }
  return sdp;
}

}  // namespace parley::test
