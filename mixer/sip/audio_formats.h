#pragma once

// Codecs as m-lines name them (RFC 3551, RFC 7587, RFC 4733): payload types to codecs and back.
// Pure, any thread.

#include <optional>
#include <span>
#include <vector>

#include "mixer/sip/audio_stream.h"
#include "sfu/wire/sdp_session.h"

namespace parley::sip {

// The m-line's codecs that are among `codecs`, in the m-line's order.
std::vector<AudioFormat> SharedFormats(const SdpMedia& media, std::span<const AudioCodec> codecs);
// The telephone-event that goes with the codec's clock, or any.
std::optional<uint8_t> FindTelephoneEvent(const SdpMedia& media, AudioCodec codec);
// Writes the payload type with its a=rtpmap and a=fmtp.
void AddFormat(SdpMedia& media, const AudioFormat& format);
void AddTelephoneEvent(SdpMedia& media, uint8_t payload_type, uint32_t clock_rate);
// The payload type of our own offers.
uint8_t OwnPayloadType(AudioCodec codec);
uint32_t RtpClockRate(AudioCodec codec);
// a=ptime within a=maxptime, as far as we make such packets: 10 to 60 ms; else 20.
Duration PtimeOf(const SdpMedia& media);

}  // namespace parley::sip
