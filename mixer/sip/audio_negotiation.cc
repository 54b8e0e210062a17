#include "mixer/sip/audio_negotiation.h"

#include <algorithm>

#include "mixer/sip/audio_formats.h"
#include "mixer/sip/random_text.h"
#include "sfu/base/check.h"
#include "sfu/wire/sdp_parser.h"
#include "sfu/wire/sdp_tokens.h"
#include "sfu/wire/sdp_writer.h"

namespace parley::sip {
namespace {

// Of our own offers.
constexpr uint8_t kOwnTelephoneEvent = 101;
constexpr uint8_t kOwnTelephoneEvent48 = 102;

SdpRefusal Refusal(int warning, std::string_view text, int status = 488) {
  return {status, warning, std::string(text)};
}

// RTP/AVP, RTP/AVPF, RTP/SAVP, RTP/SAVPF and the DTLS forms of the last two (RFC 5764).
bool IsRtpProtocol(std::string_view protocol) {
  if (protocol.starts_with("UDP/TLS/")) protocol.remove_prefix(8);
  return protocol == "RTP/AVP" || protocol == "RTP/AVPF" || protocol == "RTP/SAVP" ||
         protocol == "RTP/SAVPF";
}

bool IsSecure(std::string_view protocol) { return protocol.contains("SAVP"); }

// The far side of one audio m-line, read but not yet judged against ours.
struct FarAudio {
  size_t index = 0;
  const SdpMedia* media = nullptr;
  SdpTransport transport;
  SocketAddress rtp;
  SocketAddress rtcp;
  SdpDirection direction = SdpDirection::kSendRecv;
};

std::optional<SocketAddress> AddressOf(const SdpConnection& connection, uint16_t port) {
  if (connection.net_type != "IN") return std::nullopt;
  // A multicast address may carry "/ttl"; it is no address for a call.
  return SocketAddress::Parse(connection.address, port);
}

bool IsUnspecified(const SocketAddress& address) {
  return std::ranges::all_of(address.ip(), [](uint8_t byte) { return byte == 0; });
}

// RFC 3605: "53020" or "53020 IN IP4 126.16.64.4".
SocketAddress RtcpOf(const SdpMedia& media, const SocketAddress& rtp) {
  const auto same_host = [&](uint16_t port) { return *SocketAddress::Parse(rtp.IpString(), port); };
  auto found = std::ranges::find(media.others, "rtcp", &SdpAttribute::name);
  if (found != media.others.end() && found->value) {
    std::string_view value = *found->value;
    if (const auto port = ParseDecimal<uint16_t>(NextWord(value))) return same_host(*port);
  }
  return same_host(static_cast<uint16_t>(rtp.port() + 1));
}

bool ReadAudio(const SdpSession& session, size_t index, FarAudio& far) {
  const SdpMedia& media = session.media[index];
  if (media.type != "audio" || media.port == 0 || !IsRtpProtocol(media.protocol)) return false;
  const auto& connection = media.connection ? media.connection : session.connection;
  const auto rtp = connection ? AddressOf(*connection, media.port) : std::nullopt;
  if (!rtp) return false;
  far = {index,
         &media,
         session.TransportOf(media),
         *rtp,
         RtcpOf(media, *rtp),
         session.DirectionOf(media)};
  return true;
}

std::vector<SdesCrypto> CryptosOf(const SdpMedia& media) {
  std::vector<SdesCrypto> cryptos;
  for (const SdpAttribute& attribute : media.others) {
    if (attribute.name != "crypto" || !attribute.value) continue;
    if (auto crypto = SdesCrypto::Parse(*attribute.value)) cryptos.push_back(std::move(*crypto));
  }
  return cryptos;
}

// How an offered m-line may be protected; nothing when it may not be used as it is.
std::optional<MediaSecurity> SecurityOf(const FarAudio& far, const AudioOptions& options) {
  if (!IsSecure(far.media->protocol)) {
    return options.require_srtp ? std::nullopt : std::optional(MediaSecurity::kNone);
  }
  const bool dtls = !far.transport.fingerprints.empty() && options.fingerprint;
  if (dtls) return MediaSecurity::kDtls;
  if (far.media->protocol.starts_with("UDP/TLS/")) return std::nullopt;
  return CryptosOf(*far.media).empty() ? std::nullopt : std::optional(MediaSecurity::kSdes);
}

// The first m-line that both can use.
std::expected<FarAudio, SdpRefusal> ChooseAudio(const SdpSession& session,
                                                const AudioOptions& options) {
  SdpRefusal refusal = Refusal(304, "No audio stream");
  for (size_t i = 0; i < session.media.size(); ++i) {
    FarAudio far;
    if (!ReadAudio(session, i, far)) continue;
    if (!SecurityOf(far, options)) {
      refusal = Refusal(302, "Incompatible transport protocol");
    } else if (SharedFormats(*far.media, options.codecs).empty()) {
      refusal = Refusal(305, "Incompatible media format");
    } else {
      return far;
    }
  }
  return std::unexpected(std::move(refusal));
}

// Without the attributes of m-lines that will be declined: what is wrong with them harms nobody.
std::string WithoutForeignAttributes(std::string_view text) {
  std::string kept;
  bool foreign = false;
  while (!text.empty()) {
    const std::string_view line = CutUntil(text, '\n');
    if (line.starts_with("m=")) foreign = !line.starts_with("m=audio ");
    if (foreign && !line.starts_with("m=")) continue;
    kept += line;
    kept += '\n';
  }
  return kept;
}

std::expected<SdpSession, SdpRefusal> Parse(std::string_view text) {
  auto session = ParseSdp(WithoutForeignAttributes(text));
  if (!session) return std::unexpected(Refusal(399, "Malformed session description", 400));
  return std::move(*session);
}

SdpDirection DirectionFrom(bool sends, bool receives) {
  if (sends) return receives ? SdpDirection::kSendRecv : SdpDirection::kSendOnly;
  return receives ? SdpDirection::kRecvOnly : SdpDirection::kInactive;
}

// RFC 3264 section 6: declined, in its place.
SdpMedia Declined(const SdpMedia& offered) {
  SdpMedia media;
  media.type = offered.type;
  media.port = 0;
  media.protocol = offered.protocol;
  media.payload_types = offered.payload_types;
  media.formats = offered.formats;
  media.mid = offered.mid;
  return media;
}

// What both directions of negotiation read alike.
AudioStream StreamFrom(const FarAudio& far) {
  AudioStream stream;
  stream.remote_rtp = far.rtp;
  stream.rtcp_mux = far.media->rtcp_mux;
  stream.remote_rtcp = stream.rtcp_mux ? far.rtp : far.rtcp;
  stream.ptime = PtimeOf(*far.media);
  stream.remote_fingerprints = far.transport.fingerprints;
  // RFC 3264 section 8.4: the old way to hold.
  const bool reachable = !IsUnspecified(far.rtp);
  stream.we_send = Receives(far.direction) && reachable;
  stream.we_receive = Sends(far.direction);
  return stream;
}

}  // namespace

AudioNegotiation::AudioNegotiation(AudioOptions options, RandomSource& random)
    : options_(std::move(options)),
      keys_{SdesCrypto::Make(1, SrtpSuite::kAeadAes128Gcm, random),
            SdesCrypto::Make(2, SrtpSuite::kAesCm128HmacSha1_80, random)},
      session_id_(std::to_string(random.U64() >> 2)) {}

std::optional<SdpRefusal> AudioNegotiation::Judge(std::string_view offer,
                                                  const AudioOptions& options) {
  const auto session = Parse(offer);
  if (!session) return session.error();
  const auto far = ChooseAudio(*session, options);
  if (!far) return far.error();
  return std::nullopt;
}

std::string AudioNegotiation::MakeOffer() {
  std::vector<SdpMedia> media = media_;
  if (media.empty()) media.push_back(OfferedAudio());
  SdpMedia& audio = media[audio_];
  audio.port = options_.rtp.port();
  audio.direction = DirectionFrom(true, !hold_);
  // A new offer leaves the roles open again (RFC 5763 section 5); the association stays.
  if (audio.transport.setup) audio.transport.setup = SdpSetup::kActpass;
  return Describe(std::move(media));
}

SdpMedia AudioNegotiation::OfferedAudio() const {
  SdpMedia media;
  media.type = "audio";
  media.rtcp_mux = true;
  bool any_48 = false;
  for (AudioCodec codec : options_.codecs) {
    AddFormat(media, {codec, OwnPayloadType(codec)});
    any_48 |= RtpClockRate(codec) == 48000;
  }
  AddTelephoneEvent(media, kOwnTelephoneEvent, 8000);
  if (any_48) AddTelephoneEvent(media, kOwnTelephoneEvent48, 48000);
  media.others.push_back({"ptime", "20"});
  AddSecurity(media);
  return media;
}

void AudioNegotiation::AddSecurity(SdpMedia& media) const {
  switch (options_.offer) {
    case MediaSecurity::kNone:
      media.protocol = "RTP/AVP";
      return;
    case MediaSecurity::kSdes:
      media.protocol = "RTP/SAVP";
      for (const SdesCrypto& key : keys_) media.others.push_back({"crypto", key.ToString()});
      return;
    case MediaSecurity::kDtls:
      PARLEY_CHECK(options_.fingerprint.has_value());
      media.protocol = "UDP/TLS/RTP/SAVPF";
      media.transport.fingerprints = {*options_.fingerprint};
      media.transport.setup = SdpSetup::kActpass;
      return;
  }
}

std::optional<SdpRefusal> AudioNegotiation::TakeAnswer(std::string_view text) {
  const auto answer = Parse(text);
  if (!answer) return answer.error();
  FarAudio far;
  if (answer->media.size() != media_.size() || !ReadAudio(*answer, audio_, far)) {
    return Refusal(304, "No audio stream");
  }
  const SdpMedia& own = media_[audio_];
  if (far.media->protocol != own.protocol) return Refusal(302, "Incompatible transport protocol");
  const auto formats = SharedFormats(*far.media, options_.codecs);
  if (formats.empty()) return Refusal(305, "Incompatible media format");

  AudioStream stream = StreamFrom(far);
  stream.send = formats.front();
  // RFC 3264 section 6.1: the answerer may send what it has answered, numbered as we offered it.
  for (const AudioFormat& ours : SharedFormats(own, options_.codecs)) {
    if (std::ranges::find(formats, ours.codec, &AudioFormat::codec) != formats.end()) {
      stream.receive.push_back(ours);
    }
  }
  if (stream.receive.empty()) return Refusal(305, "Incompatible media format");
  stream.dtmf_send = FindTelephoneEvent(*far.media, stream.send.codec);
  if (stream.dtmf_send) stream.dtmf_receive = FindTelephoneEvent(own, stream.send.codec);
  stream.we_receive = stream.we_receive && !hold_;
  if (!own.transport.fingerprints.empty()) {
    const auto setup = far.transport.setup;
    if (far.transport.fingerprints.empty()) return Refusal(302, "Incompatible transport protocol");
    stream.security = MediaSecurity::kDtls;
    stream.dtls_client = setup == SdpSetup::kPassive;
  } else if (IsSecure(own.protocol)) {
    const auto cryptos = CryptosOf(*far.media);
    if (cryptos.size() != 1) return Refusal(302, "Incompatible transport protocol");
    stream.security = MediaSecurity::kSdes;
    stream.remote_key = cryptos.front();
    stream.local_key = OwnKey(stream.remote_key.suite);
    stream.local_key.tag = stream.remote_key.tag;
  }
  stream_ = std::move(stream);
  return std::nullopt;
}

std::expected<std::string, SdpRefusal> AudioNegotiation::TakeOffer(std::string_view text) {
  const auto offer = Parse(text);
  if (!offer) return std::unexpected(offer.error());
  const auto far = ChooseAudio(*offer, options_);
  if (!far) return std::unexpected(far.error());

  AudioStream stream = StreamFrom(*far);
  stream.send = SharedFormats(*far->media, options_.codecs).front();
  stream.receive = {stream.send};
  stream.dtmf_send = stream.dtmf_receive = FindTelephoneEvent(*far->media, stream.send.codec);
  stream.we_receive = stream.we_receive && !hold_;
  stream.security = *SecurityOf(*far, options_);

  SdpMedia own;
  own.type = "audio";
  own.port = options_.rtp.port();
  own.protocol = far->media->protocol;
  own.mid = far->media->mid;
  own.rtcp_mux = stream.rtcp_mux;
  own.direction = DirectionFrom(Receives(far->direction), stream.we_receive);
  AddFormat(own, stream.send);
  if (stream.dtmf_send) {
    const SdpRtpMap* map = far->media->FindRtpMap(*stream.dtmf_send);
    AddTelephoneEvent(own, *stream.dtmf_send, map->clock_rate);
  }
  own.others.push_back({"ptime", "20"});
  if (stream.security == MediaSecurity::kSdes) {
    stream.remote_key = CryptosOf(*far->media).front();
    stream.local_key = OwnKey(stream.remote_key.suite);
    stream.local_key.tag = stream.remote_key.tag;
    own.others.push_back({"crypto", stream.local_key.ToString()});
  } else if (stream.security == MediaSecurity::kDtls) {
    // Passive where we may choose: a handshake that a stranger's offer aims somewhere is not ours
    // to begin.
    stream.dtls_client = far->transport.setup == SdpSetup::kPassive;
    own.transport.fingerprints = {*options_.fingerprint};
    own.transport.setup = stream.dtls_client ? SdpSetup::kActive : SdpSetup::kPassive;
  }

  std::vector<SdpMedia> media;
  for (const SdpMedia& offered : offer->media) media.push_back(Declined(offered));
  media[far->index] = std::move(own);
  audio_ = far->index;
  stream_ = std::move(stream);
  return Describe(std::move(media));
}

std::string AudioNegotiation::Describe(std::vector<SdpMedia> media) {
  SdpSession session;
  session.origin.session_id = session_id_;
  session.origin.address_type = options_.rtp.is_v4() ? "IP4" : "IP6";
  session.origin.address = options_.rtp.IpString();
  session.connection = SdpConnection{"IN", session.origin.address_type, session.origin.address};
  // RFC 3264 section 8: the version moves with the description, and only then.
  if (media != media_ || session.connection != connection_) ++version_;
  connection_ = session.connection;
  session.origin.session_version = version_;
  media_ = media;
  session.media = std::move(media);
  return WriteSdp(session);
}

const SdesCrypto& AudioNegotiation::OwnKey(SrtpSuite suite) const {
  auto found = std::ranges::find(keys_, suite, &SdesCrypto::suite);
  PARLEY_CHECK(found != keys_.end());
  return *found;
}

}  // namespace parley::sip
