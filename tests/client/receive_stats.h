#pragma once

// What arrived of one SSRC: packets, bytes, losses by sequence number, and whose it was by the CSRC
// list. Value, one thread.

#include <cstdint>

#include "sfu/base/seq_num.h"
#include "sfu/wire/rtp.h"

namespace parley::test {

class ReceiveStats {
 public:
  void Count(const RtpView& packet);

  uint64_t packets() const { return packets_; }
  uint64_t bytes() const { return bytes_; }  // of payload
  // Expected by sequence number so far, minus received (RFC 3550 appendix A.3); 0 when duplicates
  // outnumber losses.
  uint64_t lost() const;
  // Packets with a sequence number below the highest seen.
  uint64_t reordered() const { return reordered_; }
  // The first entry of the last packet's CSRC list; 0 without one.
  uint32_t source() const { return source_; }
  SeqNum last_seq() const { return last_seq_; }
  RtpTimestamp last_timestamp() const { return last_timestamp_; }

 private:
  SeqUnwrapper unwrapper_;
  int64_t first_ = 0;
  int64_t highest_ = -1;
  uint64_t packets_ = 0;
  uint64_t bytes_ = 0;
  uint64_t reordered_ = 0;
  uint32_t source_ = 0;
  SeqNum last_seq_;
  RtpTimestamp last_timestamp_;
};

}  // namespace parley::test
