// The input as a byte stream, cut into pieces by its first byte: the same packets come out as when
// it is read by the book, and nothing after a frame that is too large.

#include <algorithm>
#include <vector>

#include "sfu/base/bytes.h"
#include "sfu/transport/tcp_framing.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece = data[0] + size_t{1};
  std::span<const uint8_t> stream = std::span(data, size).subspan(1);

  std::vector<std::vector<uint8_t>> expected;
  bool too_large = false;
  for (ByteReader in(stream); in.remaining() >= kTcpFrameHeader;) {
    size_t n = in.U16();
    too_large = n > TcpDeframer::kMaxFrame;
    if (too_large || n > in.remaining()) break;
    auto frame = in.Bytes(n);
    if (n > 0) expected.emplace_back(frame.begin(), frame.end());
  }

  TcpDeframer deframer;
  std::vector<std::vector<uint8_t>> packets;
  while (!stream.empty() && !deframer.failed()) {
    std::span<uint8_t> space = deframer.WriteSpace();
    FUZZ_CHECK(!space.empty());
    size_t n = std::min({piece, space.size(), stream.size()});
    std::copy_n(stream.begin(), n, space.begin());
    stream = stream.subspan(n);
    deframer.Wrote(n);
    while (auto packet = deframer.Next()) packets.emplace_back(packet->begin(), packet->end());
  }
  FUZZ_CHECK(packets == expected);
  FUZZ_CHECK(deframer.failed() == too_large);
  return 0;
}
