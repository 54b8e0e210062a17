#pragma once

// The numbering of one outgoing stream that is fed from changing sources: output sequence numbers
// run without a gap of our own making over switches and dropped packets, while losses and
// reordering of the source show through as they are. Remembers, for about the last kMaxRuns
// interruptions, which source packet every output number stands for, so that a NACK can be answered
// with the rewrite that was in force then. Belongs to one Slot. Nothing allocates.

#include <array>
#include <cstdint>
#include <optional>

namespace parley {

class SequenceRewriter {
 public:
  static constexpr size_t kMaxRuns = 64;

  struct Origin {
    int64_t source_seq = 0;
    uint32_t segment = 0;
    uint16_t skipped = 0;  // see Drop
  };

  // `first_output` is the number of the first packet.
  explicit SequenceRewriter(uint16_t first_output) : next_output_(first_output) {}

  // From here on source numbers are those of another stream, beginning with `source_seq`, which
  // takes the next output number. Returns the segment's number, which counts up from 1.
  uint32_t StartSegment(int64_t source_seq);

  // The output number of a packet of the present segment; nothing for one from before its start,
  // one that was dropped, or one too old to remember.
  std::optional<int64_t> Map(int64_t source_seq);
  // The packet is not forwarded: what follows moves up. A late one leaves a gap.
  // `new_picture`: it is the first seen of a picture that is left out, counted from the segment's
  // start for what follows.
  void Drop(int64_t source_seq, bool new_picture = false);
  // How many pictures were left out before a packet of the present segment.
  uint16_t SkippedAt(int64_t source_seq) const;

  // The output numbers from `output` on were never sent: they are given out again, to the segment
  // that must now be started.
  void Rewind(uint16_t output);

  // What an output number (16 bits, of the last 32,768) stood for.
  std::optional<Origin> Find(uint16_t output) const;

  // Above all numbers of the segment so far.
  bool IsNewest(int64_t source_seq) const { return source_seq >= next_source_; }
  // At least `width` numbers would be missing before it.
  bool IsHole(int64_t source_seq, int64_t width) const {
    return source_seq - next_source_ >= width;
  }
  bool started() const { return segment_ != 0; }
  int64_t next_output() const { return next_output_; }

 private:
  // Consecutive output numbers that stand for consecutive source numbers.
  struct Run {
    int64_t output = 0;
    int64_t source = 0;
    uint32_t segment = 0;
    uint16_t skipped = 0;
  };

  Run& newest() { return runs_[(count_ - 1) % kMaxRuns]; }
  void Append(Run run) { runs_[count_++ % kMaxRuns] = run; }
  size_t oldest() const { return count_ > kMaxRuns ? count_ - kMaxRuns : 0; }

  size_t count_ = 0;  // runs ever made
  uint32_t segment_ = 0;
  int64_t next_source_ = 0;  // one past the highest seen in this segment
  int64_t next_output_;      // one past the highest given out
  std::array<Run, kMaxRuns> runs_;
};

}  // namespace parley
