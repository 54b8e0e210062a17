#pragma once

// Offer and answer (RFC 3264) for the one audio stream of a call; other m-lines are declined and
// kept in their places. Holds the local description, its version and our SDES keys for the call's
// life. Sans-IO; owned by its call.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/sip/audio_stream.h"
#include "sfu/base/random.h"

namespace parley::sip {

// Why a description cannot be used, as a response says it.
struct SdpRefusal {
  int status = 488;
  int warning = 305;  // RFC 3261 section 20.43
  std::string text;
};

class AudioNegotiation {
 public:
  AudioNegotiation(AudioOptions options, RandomSource& random);

  // Whether an offer could be answered with these options; the address in them does not matter.
  static std::optional<SdpRefusal> Judge(std::string_view offer, const AudioOptions& options);

  // Our description as an offer: all we can do at first, then what is in force.
  std::string MakeOffer();
  // The answer to our last offer. Both keep what was in force when they fail.
  std::optional<SdpRefusal> TakeAnswer(std::string_view answer);
  std::expected<std::string, SdpRefusal> TakeOffer(std::string_view offer);

  // From the next offer or answer on.
  void Hold(bool hold) { hold_ = hold; }
  void Move(const SocketAddress& rtp) { options_.rtp = rtp; }

  // Nothing before the first answer.
  const std::optional<AudioStream>& stream() const { return stream_; }

 private:
  SdpMedia OfferedAudio() const;
  void AddSecurity(SdpMedia& media) const;
  std::string Describe(std::vector<SdpMedia> media);
  const SdesCrypto& OwnKey(SrtpSuite suite) const;

  AudioOptions options_;
  std::vector<SdesCrypto> keys_;  // one a suite, in order of preference
  std::string session_id_;
  uint64_t version_ = 0;
  bool hold_ = false;
  std::vector<SdpMedia> media_;  // of the local description
  std::optional<SdpConnection> connection_;
  size_t audio_ = 0;  // which of them
  std::optional<AudioStream> stream_;
};

}  // namespace parley::sip
