#pragma once

// Which producer and encoding an incoming SSRC of one transport belongs to (RFC 8843 section 9.2):
// by a=ssrc, else by the MID and RID extensions of its packets, else by the payload type when only
// one m-line can be meant. What was learned is kept; a new SSRC for an encoding takes the place of
// the old one. Bounded by `max_ssrcs`; nothing allocates after construction.

#include <cstdint>
#include <optional>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/port/media_params.h"
#include "sfu/wire/rtp.h"

namespace parley {

class StreamDemux {
 public:
  struct Binding {
    uint8_t producer = 0;  // index into the ProducerParams
    uint8_t encoding = 0;
    bool rtx = false;
    bool operator==(const Binding&) const = default;
  };

  StreamDemux(const std::vector<ProducerParams>& producers, size_t max_ssrcs);

  // Nothing when no producer, or more than one, can be meant, or the table is full.
  std::optional<Binding> Find(const RtpView& packet);
  // Only what is known already: for RTCP.
  std::optional<Binding> Find(Ssrc ssrc) const;
  // BYE: the SSRC may be used for something else.
  void Forget(Ssrc ssrc);

  // The SSRC that carries an encoding now.
  std::optional<Ssrc> SsrcOf(const Binding& binding) const;

 private:
  struct PayloadRole {
    uint8_t producer = 0;
    bool rtx = false;
  };

  std::optional<Binding> Deduce(const RtpView& packet) const;
  std::optional<Binding> DeduceByMid(const RtpView& packet) const;
  std::optional<Binding> DeduceByPayloadType(const RtpView& packet) const;
  std::optional<bool> IsRtxPayload(uint8_t producer, PayloadType pt) const;
  void Bind(Ssrc ssrc, const Binding& binding);

  struct Line {
    Mid mid;
    std::vector<Rid> rids;  // by encoding
    std::vector<CodecParams> codecs;
  };

  size_t max_ssrcs_;
  HeaderExtensionIds extensions_;  // the same on every m-line of a bundle
  std::vector<Line> lines_;
  std::vector<Ssrc> ssrcs_;  // parallel to bindings_
  std::vector<Binding> bindings_;
};

}  // namespace parley
