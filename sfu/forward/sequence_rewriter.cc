#include "sfu/forward/sequence_rewriter.h"

namespace parley {

uint32_t SequenceRewriter::StartSegment(int64_t source_seq) {
  Append({next_output_, source_seq, ++segment_, 0});
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

uint16_t SequenceRewriter::SkippedAt(int64_t source_seq) const {
  for (size_t i = count_; i-- > oldest();) {
    const Run& run = runs_[i % kMaxRuns];
    if (run.segment != segment_) break;
    if (source_seq >= run.source) return run.skipped;
  }
  return 0;
}

void SequenceRewriter::Drop(int64_t source_seq, bool new_picture) {
  if (segment_ == 0 || source_seq < next_source_) return;
  next_source_ = source_seq + 1;
  Run& run = newest();
  const auto skipped = static_cast<uint16_t>(run.skipped + (new_picture ? 1 : 0));
  if (source_seq == run.source) {
    ++run.source;
    run.skipped = skipped;
    return;
  }
  next_output_ = run.output + (source_seq - run.source);
  Append({next_output_, source_seq + 1, segment_, skipped});
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
      return Origin{run.source + (wanted - run.output), run.segment, run.skipped};
    }
  }
  return std::nullopt;
}

}  // namespace parley
