// RTCP datagrams: no read outside the input by any packet type, and reports, NACKs and
// transport-wide feedback that were read can be written and read again.

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_bye.h"
#include "sfu/wire/rtcp_feedback_nack.h"
#include "sfu/wire/rtcp_feedback_pli_fir.h"
#include "sfu/wire/rtcp_receiver_report.h"
#include "sfu/wire/rtcp_remb.h"
#include "sfu/wire/rtcp_sdes.h"
#include "sfu/wire/rtcp_sender_report.h"
#include "sfu/wire/rtcp_twcc.h"
#include "sfu/wire/rtcp_twcc_builder.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

std::array<uint8_t, 300'000> buffer;

RtcpPacket Only(const ByteWriter& out) {
  std::optional<RtcpCompound> compound = RtcpCompound::Parse(out.written());
  FUZZ_CHECK(compound.has_value());
  return *compound->begin();
}

void CheckReports(const RtcpPacket& packet) {
  std::vector<ReportBlock> blocks;
  ByteWriter out(buffer);
  if (auto sr = SenderReportView::Parse(packet)) {
    for (size_t i = 0; i < sr->block_count(); ++i) blocks.push_back(sr->block(i));
    FUZZ_CHECK(WriteSenderReport(out, sr->ssrc(), sr->info(), blocks));
    auto again = SenderReportView::Parse(Only(out));
    FUZZ_CHECK(again && again->info() == sr->info() && again->block_count() == blocks.size());
    for (size_t i = 0; i < blocks.size(); ++i) FUZZ_CHECK(again->block(i) == blocks[i]);
  }
  if (auto rr = ReceiverReportView::Parse(packet)) {
    for (size_t i = 0; i < rr->block_count(); ++i) blocks.push_back(rr->block(i));
    FUZZ_CHECK(WriteReceiverReport(out, rr->ssrc(), blocks));
    auto again = ReceiverReportView::Parse(Only(out));
    FUZZ_CHECK(again && again->block_count() == blocks.size());
    for (size_t i = 0; i < blocks.size(); ++i) FUZZ_CHECK(again->block(i) == blocks[i]);
  }
}

void CheckNack(const RtcpPacket& packet) {
  auto nack = NackView::Parse(packet);
  if (!nack) return;
  std::vector<SeqNum> ascending;
  nack->ForEach([&](SeqNum seq) {
    if (ascending.empty() || seq - ascending.back() > 0) ascending.push_back(seq);
  });
  ByteWriter out(buffer);
  FUZZ_CHECK(WriteNack(out, nack->sender_ssrc(), nack->media_ssrc(), ascending) ==
             ascending.size());
  std::vector<SeqNum> again;
  NackView::Parse(Only(out))->ForEach([&](SeqNum seq) { again.push_back(seq); });
  FUZZ_CHECK(again == ascending);
}

void CheckTwcc(const RtcpPacket& packet) {
  auto twcc = TwccView::Parse(packet);
  if (!twcc) return;
  // An epoch that keeps every time, deltas into the past included, above zero.
  constexpr Timestamp kEpoch = Timestamp::Seconds(1 << 22);
  auto builder = std::make_unique<TwccBuilder>(twcc->sender_ssrc(), twcc->media_ssrc());
  std::vector<std::pair<uint16_t, int64_t>> arrivals;
  size_t statuses = 0;
  twcc->ForEach([&](SeqNum seq, std::optional<Duration> at) {
    FUZZ_CHECK(seq == twcc->base_seq() + static_cast<int>(statuses));
    ++statuses;
    // Within one packet's reach, so that no gap is taken for a new beginning.
    if (!at || builder->full() || statuses > 30'000) return;
    Timestamp arrival = kEpoch + *at;
    FUZZ_CHECK(builder->Add(seq, arrival));
    arrivals.push_back({seq.value(), arrival.us()});
  });
  FUZZ_CHECK(statuses == twcc->packet_count());

  std::vector<std::pair<uint16_t, int64_t>> again;
  while (!builder->empty()) {
    ByteWriter out({buffer.data(), 400});
    FUZZ_CHECK(builder->Write(out));
    auto view = TwccView::Parse(Only(out));
    FUZZ_CHECK(view.has_value());
    view->ForEach([&](SeqNum seq, std::optional<Duration> at) {
      if (at) again.push_back({seq.value(), at->us()});
    });
  }
  FUZZ_CHECK(again.size() == arrivals.size());
  // The 24 bits of the reference time wrap every 2^24 * 64 ms.
  constexpr int64_t kWrap = (int64_t{1} << 24) * kTwccReferenceUnit.us();
  for (size_t i = 0; i < again.size(); ++i) {
    FUZZ_CHECK(again[i].first == arrivals[i].first);
    FUZZ_CHECK((again[i].second - arrivals[i].second) % kWrap == 0);
  }
}

void CheckTheRest(const RtcpPacket& packet) {
  size_t sum = 0;
  if (auto sdes = SdesView::Parse(packet)) {
    sdes->ForEachItem([&](const SdesView::Item& item) {
      for (char c : item.text) sum += static_cast<uint8_t>(c);
    });
  }
  if (auto bye = ByeView::Parse(packet)) {
    for (size_t i = 0; i < bye->source_count(); ++i) sum += bye->source(i).value();
    sum += bye->reason().size();
  }
  if (auto pli = PliView::Parse(packet)) sum += pli->media_ssrc().value();
  if (auto fir = FirView::Parse(packet)) {
    for (size_t i = 0; i < fir->entry_count(); ++i) sum += fir->entry(i).seq;
  }
  if (auto remb = RembView::Parse(packet)) {
    std::vector<Ssrc> ssrcs;
    for (size_t i = 0; i < remb->ssrc_count(); ++i) ssrcs.push_back(remb->ssrc(i));
    ByteWriter out(buffer);
    FUZZ_CHECK(WriteRemb(out, remb->sender_ssrc(), remb->bitrate(), ssrcs));
    auto again = RembView::Parse(Only(out));
    FUZZ_CHECK(again && again->bitrate() <= remb->bitrate());
  }
  // Keeps the reads above alive.
  FUZZ_CHECK(sum != SIZE_MAX);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::optional<RtcpCompound> compound = RtcpCompound::Parse({data, size});
  if (!compound) return 0;
  for (RtcpPacket packet : *compound) {
    CheckReports(packet);
    CheckNack(packet);
    CheckTwcc(packet);
    CheckTheRest(packet);
  }
  return 0;
}
