// RTP of any kind on its way into a track: every packet comes out of the reorder buffer once and in
// order, and the first frame out of an assembler, as the first after damage, is a key frame. Input:
// packets, each behind a byte of milliseconds that pass, two of sequence number and one of size.

#include <array>
#include <optional>

#include "recorder/track/av1_assembler.h"
#include "recorder/track/h264_assembler.h"
#include "recorder/track/opus_packet.h"
#include "recorder/track/reorder_buffer.h"
#include "recorder/track/vp8_assembler.h"
#include "recorder/track/vp9_assembler.h"
#include "sfu/base/bytes.h"
#include "sfu/wire/rtp.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

template <class Assembler>
void Assemble(Assembler& assembler, const RtpView& view, bool gap_before) {
  bool needs_key_frame = assembler.needs_key_frame();
  std::optional<MediaFrame> frame = assembler.Add(view, gap_before);
  if (frame) {
    FUZZ_CHECK(!frame->data.empty() && frame->data.size() <= FrameBuilder::kMaxFrame);
    FUZZ_CHECK(!needs_key_frame || (frame->key_frame && frame->width > 0));
    FUZZ_CHECK(!assembler.needs_key_frame());
  }
}

struct Assemblers {
  Vp8Assembler vp8;
  Vp9Assembler vp9;
  H264Assembler h264;
  Av1Assembler av1;

  void Add(const ReorderBuffer::Packet& packet) {
    const std::optional<RtpView> view = RtpView::Parse(packet.bytes);
    if (!view) return;
    Assemble(vp8, *view, packet.gap_before);
    Assemble(vp9, *view, packet.gap_before);
    Assemble(h264, *view, packet.gap_before);
    Assemble(av1, *view, packet.gap_before);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  OpusPacketDuration({data, size});
  ReorderBuffer buffer(Duration::Millis(200));
  Assemblers assemblers;
  Timestamp now = Timestamp::Seconds(1);
  uint64_t in = 0;
  uint64_t out = 0;
  ByteReader reader({data, size});
  while (reader.remaining() >= 4) {
    now = now + Duration::Millis(reader.U8());
    SeqNum seq(reader.U16());
    size_t length = reader.U8();
    buffer.Insert(seq, reader.Bytes(length < reader.remaining() ? length : reader.remaining()),
                  now);
    ++in;
    while (std::optional<ReorderBuffer::Packet> packet = buffer.Pop(now)) {
      ++out;
      assemblers.Add(*packet);
    }
  }
  while (std::optional<ReorderBuffer::Packet> packet = buffer.Pop(now + Duration::Seconds(1))) {
    ++out;
    assemblers.Add(*packet);
  }
  FUZZ_CHECK(in == out + buffer.dropped());
  return 0;
}
