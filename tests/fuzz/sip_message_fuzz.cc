// SIP messages from a datagram and from a stream: what was understood survives being written and
// parsed again, and a refusal is itself a message.

#include <algorithm>
#include <string>
#include <string_view>

#include "mixer/sip/message.h"
#include "mixer/sip/stream_framer.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley::sip;

namespace {

void CheckDatagram(std::string_view bytes) {
  const auto raw = RawMessage::Parse(bytes);
  if (!raw) return;
  FUZZ_CHECK(raw->headers.size() <= kMaxHeaders);
  const auto message = Message::Parse(*raw);
  if (!message) {
    const auto answer = RawMessage::Parse(raw->Reject(message.error(), "tag"));
    // What was refused for its size may make an answer that is as large.
    if (answer) FUZZ_CHECK(answer->status == message.error().status);
    return;
  }
  const std::string written = message->ToString();
  if (written.size() > kMaxMessageBytes) return;
  const auto raw_again = RawMessage::Parse(written);
  FUZZ_CHECK(raw_again.has_value());
  // Lists become a line each, and quotes may be added: only then may a bound be passed.
  if (raw_again->fault) {
    FUZZ_CHECK(written.size() > kMaxHeaderBytes || raw_again->headers.size() >= kMaxHeaders);
    return;
  }
  const auto again = Message::Parse(*raw_again);
  FUZZ_CHECK(again.has_value());
  FUZZ_CHECK(again->ToString() == written);
}

void CheckStream(std::string_view bytes) {
  StreamFramer framer;
  bool broken = false;
  while (!bytes.empty()) {
    const size_t n = std::min<size_t>(bytes.size(), 1 + static_cast<unsigned char>(bytes[0]));
    framer.Append(bytes.substr(0, n));
    bytes.remove_prefix(n);
    for (auto next = framer.Poll(); next != StreamFramer::Next::kNothing; next = framer.Poll()) {
      FUZZ_CHECK(!broken);
      FUZZ_CHECK(framer.message().size() <= kMaxMessageBytes);
      broken = next == StreamFramer::Next::kBroken;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckDatagram(text);
  CheckStream(text);
  return 0;
}
