#include "sfu/forward/sequence_rewriter.h"

namespace parley {

uint32_t SequenceRewriter::StartSegment(int64_t source_seq) {
  Append({next_output_, source_seq, ++segment_});
  next_source_ = source_seq;
  return segment_;
}

std::optional<int64_t> SequenceRewriter::Map(int64_t source_seq) {
  if (segment_ == 0) return std::nullopt;
  if (source_seq >= next_source_) {
    next_source_ = source_seq + 1;
    next_output_ = newest().output + (source_seq - newest().source) + 1;
    return next_output_ - 1;
  }
  int64_t end = next_output_;
  for (size_t i = count_; i-- > oldest();) {
    const Run& run = runs_[i % kMaxRuns];
    if (run.segment != segment_) return std::nullopt;
    if (source_seq >= run.source) {
      int64_t output = run.output + (source_seq - run.source);
      return output < end ? std::optional(output) : std::nullopt;
    }
    end = run.output;
  }
  return std::nullopt;
}

void SequenceRewriter::Drop(int64_t source_seq) {
  if (segment_ == 0 || source_seq < next_source_) return;
  next_source_ = source_seq + 1;
  Run& run = newest();
  if (source_seq == run.source) {
    ++run.source;
    return;
  }
  next_output_ = run.output + (source_seq - run.source);
  Append({next_output_, source_seq + 1, segment_});
}

void SequenceRewriter::Rewind(uint16_t output) {
  auto behind = static_cast<int16_t>(static_cast<uint16_t>(next_output_) - output);
  if (behind <= 0) return;
  next_output_ -= behind;
  // Whoever looks further back than the table reaches finds what was overwritten by runs that are
  // gone now: their outputs are larger than any that can be looked for there.
  while (count_ > 1 && newest().output >= next_output_) --count_;
}

std::optional<SequenceRewriter::Origin> SequenceRewriter::Find(uint16_t output) const {
  auto behind = static_cast<int16_t>(static_cast<uint16_t>(next_output_) - output);
  if (behind <= 0) return std::nullopt;
  int64_t wanted = next_output_ - behind;
  for (size_t i = count_; i-- > oldest();) {
    const Run& run = runs_[i % kMaxRuns];
    if (wanted >= run.output) {
      return Origin{run.source + (wanted - run.output), run.segment};
    }
  }
  return std::nullopt;
}

}  // namespace parley
