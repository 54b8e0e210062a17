#pragma once

// What one transport sends us: which producer each packet belongs to, and everything that is told
// back to the publisher: NACKs, transport-wide feedback, reception reports, what it may send,
// key-frame requests. One per transport, on its worker. Nothing allocates per packet.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sfu/base/bytes.h"
#include "sfu/base/packet_pool.h"
#include "sfu/base/units.h"
#include "sfu/forward/producer.h"
#include "sfu/forward/rate_meter.h"
#include "sfu/forward/stream_demux.h"
#include "sfu/forward/twcc_receiver.h"
#include "sfu/wire/rtcp_report_block.h"

namespace parley {

class Uplink {
 public:
  // `sender_ssrc` names us in feedback.
  Uplink(const std::vector<ProducerParams>& producers, size_t max_ssrcs, Ssrc sender_ssrc);

  struct Received {
    Producer* producer = nullptr;  // none: nobody's packet
    Producer::Result result;
  };
  Received HandleRtp(PacketRef& packet, const RtpView& view, Timestamp now);
  void HandleSenderReport(Ssrc ssrc, const SenderInfo& info, Timestamp now);
  struct Stream {
    SourceId source;
    uint8_t encoding = 0;
  };
  // Whose stream an SSRC is, retransmissions apart.
  std::optional<Stream> FindStream(Ssrc ssrc) const;
  void HandleBye(Ssrc ssrc);

  std::vector<std::unique_ptr<Producer>>& producers() { return producers_; }

  // All NACKs that are due. Calls give_up(Producer&, encoding) where something was given up.
  template <class GiveUp>
  void WriteNacks(ByteWriter& out, Duration round_trip, Timestamp now, GiveUp&& give_up);
  [[nodiscard]] bool WriteTwcc(ByteWriter& out, Timestamp now) { return twcc_.Write(out, now); }
  // Closes the reporting interval of every stream.
  size_t MakeReportBlocks(std::span<ReportBlock> out, Timestamp now);
  // That all of the transport may send no more than `limit`, to the streams that agreed to REMB.
  // False when none of them has begun.
  [[nodiscard]] bool WriteLimit(ByteWriter& out, Bitrate limit);
  // False when the encoding has no SSRC yet or the peer takes no such requests.
  [[nodiscard]] bool WriteKeyFrameRequest(ByteWriter& out, Producer& producer, uint8_t encoding,
                                          uint8_t fir_seq);

  // Of NACKs and transport-wide feedback.
  Timestamp NextTimeout() const;
  Bitrate Rate(Timestamp now) { return rate_.Rate(now); }
  // Share lost on the way here since the last call.
  float TakeLoss();

 private:
  void WriteNackOf(ByteWriter& out, Ssrc ssrc, std::span<const SeqNum> seqs) const;

  Ssrc sender_ssrc_;
  StreamDemux demux_;
  std::vector<std::unique_ptr<Producer>> producers_;
  TwccReceiver twcc_;
  RateMeter rate_;
};

template <class GiveUp>
void Uplink::WriteNacks(ByteWriter& out, Duration round_trip, Timestamp now, GiveUp&& give_up) {
  std::array<SeqNum, 64> seqs;
  for (auto& producer : producers_) {
    for (uint8_t e = 0; e < producer->encoding_count(); ++e) {
      RtpStream& stream = producer->stream(e);
      if (stream.nack().NextTimeout() <= now) {
        size_t count = stream.nack().Collect(now, round_trip, seqs);
        if (count != 0) WriteNackOf(out, *stream.ssrc(), std::span(seqs).first(count));
      }
      if (stream.nack().TakeGaveUp()) give_up(*producer, e);
    }
  }
}

}  // namespace parley
