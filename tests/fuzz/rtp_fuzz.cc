// RTP packets, their header extensions and RTX: no read outside the input, and a packet built from
// a view reads as the view did.

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "sfu/wire/packet_kind.h"
#include "sfu/wire/rtp.h"
#include "sfu/wire/rtp_builder.h"
#include "sfu/wire/rtp_extensions.h"
#include "sfu/wire/rtx.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

using Elements = std::vector<std::pair<uint8_t, std::vector<uint8_t>>>;

Elements Collect(const RtpView& view) {
  Elements elements;
  view.ForEachExtension([&](const RtpView::Extension& e) {
    elements.push_back({e.id, {e.data.begin(), e.data.end()}});
    FUZZ_CHECK(view.FindExtension(e.id).has_value());
    bool first = std::ranges::count(elements, e.id, &Elements::value_type::first) == 1;
    FUZZ_CHECK(!first || std::ranges::equal(*view.FindExtension(e.id), e.data));
    ReadMid(e.data);
    ReadAudioLevel(e.data);
    ReadAbsSendTime(e.data);
    ReadTransportSequence(e.data);
    ReadAbsCaptureTime(e.data);
  });
  return elements;
}

void CheckRebuilds(const RtpView& view, const Elements& elements) {
  std::vector<uint32_t> csrcs;
  for (size_t i = 0; i < view.csrc_count(); ++i) csrcs.push_back(view.csrc(i));
  // One-byte elements may grow by a byte each when the block turns to two bytes.
  std::vector<uint8_t> out(view.packet().size() + elements.size() + 8);
  RtpBuilder builder(
      out, {view.payload_type(), view.marker(), view.seq(), view.timestamp(), view.ssrc(), csrcs});
  for (const auto& [id, data] : elements) builder.AddExtension(id, data);
  builder.SetPayload(view.payload());
  builder.SetPadding(static_cast<uint8_t>(view.padding_size()));
  std::span<uint8_t> built = builder.Finish();
  FUZZ_CHECK(!built.empty());
  std::optional<RtpView> again = RtpView::Parse(built);
  FUZZ_CHECK(again.has_value());
  FUZZ_CHECK(again->seq() == view.seq() && again->ssrc() == view.ssrc());
  FUZZ_CHECK(again->timestamp() == view.timestamp() && again->marker() == view.marker());
  FUZZ_CHECK(again->csrc_count() == view.csrc_count());
  FUZZ_CHECK(std::ranges::equal(again->payload(), view.payload()));
  FUZZ_CHECK(again->padding_size() == view.padding_size());
  FUZZ_CHECK(Collect(*again) == elements);
}

void CheckRtx(const RtpView& view) {
  std::vector<uint8_t> out(view.packet().size() + kRtxOsnSize);
  std::span<uint8_t> wrapped = WrapRtx(view, PayloadType(97), Ssrc(1), SeqNum(2), out);
  FUZZ_CHECK(!wrapped.empty());
  std::span<uint8_t> original = UnwrapRtx(wrapped, view.payload_type(), view.ssrc());
  std::optional<RtpView> again = RtpView::Parse(original);
  FUZZ_CHECK(again.has_value());
  FUZZ_CHECK(again->seq() == view.seq() && again->ssrc() == view.ssrc());
  FUZZ_CHECK(std::ranges::equal(again->payload(), view.payload()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::span<const uint8_t> packet(data, size);
  ClassifyPacket(packet);
  std::optional<RtpView> view = RtpView::Parse(packet);
  if (!view) return 0;
  CheckRebuilds(*view, Collect(*view));
  if (size < 65'000) CheckRtx(*view);
  std::vector<uint8_t> copy(packet.begin(), packet.end());
  UnwrapRtx(copy, PayloadType(96), Ssrc(3));
  return 0;
}
