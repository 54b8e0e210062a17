#include "mixer/audio/rtp_leg.h"

#include <algorithm>

#include "mixer/audio/e_model.h"
#include "sfu/base/check.h"
#include "sfu/base/prefetch.h"
#include "sfu/wire/rtcp_bye.h"
#include "sfu/wire/rtcp_receiver_report.h"
#include "sfu/wire/rtcp_sdes.h"

namespace parley {
namespace {

// RFC 3550 section 6.2: five seconds, between half and one and a half of them.
constexpr uint32_t kLeastReportMs = 2500;
constexpr uint32_t kReportSpreadMs = 5000;
constexpr uint32_t kFirstReportMs = 1000;

}  // namespace

RtpLeg::RtpLeg(RtpLegConfig config, RandomSource& random, Timestamp now)
    : config_(std::move(config)),
      random_(random),
      latch_(config_.remote, config_.learn_remote),
      ssrc_(random.U32()),
      last_packet_at_(now),
      dtmf_receiver_(config_.telephone_event_rate),
      dtmf_sender_(config_.telephone_event_rate),
      seq_(static_cast<uint16_t>(random.U32())),
      timestamp_(random.U32()),
      event_timestamp_(timestamp_) {
  PARLEY_CHECK(!config_.payloads.empty());
  for (const RtpLegConfig::Payload& payload : config_.payloads) {
    receivers_.push_back(std::make_unique<AudioReceiver>(MakeAudioDecoder(payload.codec)));
  }
  resampled_.resize(FrameSamples(sample_rate()));
  if (!config_.telephone_event) dtmf_detector_.emplace(sample_rate());
  if (config_.packet != kAudioFrame && codec() != AudioCodec::kOpus) {
    packetizer_.emplace(config_.packet);
  }
  next_report_ = now + Duration::Millis(kFirstReportMs + random_.Below(kReportSpreadMs));
}

std::optional<size_t> RtpLeg::FindPayload(PayloadType type) const {
  for (size_t i = 0; i < config_.payloads.size(); ++i) {
    if (config_.payloads[i].type == type) return i;
  }
  return std::nullopt;
}

void RtpLeg::HandleRtp(std::span<const uint8_t> packet, const SocketAddress& from, Timestamp now) {
  const auto rtp = RtpView::Parse(packet);
  if (!rtp) {
    ++stats_.bad_packets;
    return;
  }
  const PayloadType type = rtp->payload_type();
  const auto payload = FindPayload(type);
  if (!payload && type != config_.telephone_event && type != config_.comfort_noise) {
    ++stats_.bad_packets;
    return;
  }
  if (!latch_.HandleRtp(from, rtp->ssrc(), rtp->seq(), now)) {
    ++stats_.foreign_packets;
    return;
  }
  ++stats_.received_packets;
  last_packet_at_ = now;
  FollowSsrc(rtp->ssrc());
  if (payload) {
    HandleSound(*payload, *rtp, now);
  } else if (type == config_.telephone_event) {
    HandleEvent(*rtp, now);
  } else {
    remote_seq_.Unwrap(rtp->seq().value());
    reception_.HandleRecovered();
    receivers_[active_]->HandleOtherPacket(rtp->seq());
    if (!rtp->payload().empty()) {
      receivers_[active_]->HandleComfortNoise(rtp->payload()[0] & 0x7F);
    }
  }
}

void RtpLeg::FollowSsrc(Ssrc ssrc) {
  if (remote_ssrc_ == ssrc) return;
  if (remote_ssrc_) {
    receivers_[active_]->Restart();
    reception_.Reset();
    remote_seq_.Reset();
    dtmf_receiver_ = DtmfReceiver(config_.telephone_event_rate);
  }
  remote_ssrc_ = ssrc;
}

void RtpLeg::HandleSound(size_t payload, const RtpView& rtp, Timestamp now) {
  if (payload != active_) {
    receivers_[payload]->Restart();
    active_ = payload;
    resampler_.reset();
    const SampleRate rate = receivers_[active_]->sample_rate();
    if (rate != sample_rate()) resampler_.emplace(rate, sample_rate());
  }
  reception_.HandlePacket(remote_seq_.Unwrap(rtp.seq().value()), rtp.timestamp(),
                          RtpClockRate(config_.payloads[payload].codec), now);
  receivers_[active_]->HandlePacket(rtp.seq(), rtp.timestamp(), rtp.payload(), now);
}

// Its timestamp stands still while a key is held, so it says nothing about jitter.
void RtpLeg::HandleEvent(const RtpView& rtp, Timestamp now) {
  remote_seq_.Unwrap(rtp.seq().value());
  reception_.HandleRecovered();
  receivers_[active_]->HandleOtherPacket(rtp.seq());
  const auto event = TelephoneEvent::Parse(rtp.payload());
  if (!event) {
    ++stats_.bad_packets;
    return;
  }
  const auto key = dtmf_receiver_.HandlePacket(rtp.timestamp(), rtp.marker(), *event);
  if (key) AddKey(keypad_.HandleKey(KeypadInput::Source::kRtpEvent, *key, now));
}

void RtpLeg::HandleInfoKey(char key, Timestamp now) {
  if (!TelephoneEvent::CodeOf(key)) return;
  AddKey(keypad_.HandleKey(KeypadInput::Source::kInfo, key, now));
}

// A flood of keys loses the newest: those before them were meant first.
void RtpLeg::AddKey(std::optional<char> key) {
  if (!key || key_count_ == kMostKeysWaiting) return;
  keys_[(first_key_ + key_count_++) % kMostKeysWaiting] = *key;
}

std::optional<char> RtpLeg::PollKey() {
  if (key_count_ == 0) return std::nullopt;
  const char key = keys_[first_key_];
  first_key_ = (first_key_ + 1) % kMostKeysWaiting;
  --key_count_;
  return key;
}

std::span<const int16_t> RtpLeg::Tick(Timestamp now) {
  const bool listens_for_keys = dtmf_detector_ && keypad_.wants_in_band();
  receivers_[active_]->SetDecoding(heard_ || listens_for_keys);
  std::span<const int16_t> frame = receivers_[active_]->Tick(now);
  if (resampler_) {
    resampler_->Process(frame, resampled_);
    frame = resampled_;
  }
  if (listens_for_keys) {
    if (const auto key = dtmf_detector_->HandleFrame(frame)) {
      AddKey(keypad_.HandleKey(KeypadInput::Source::kInBand, *key, now));
    }
  }
  return frame;
}

std::span<const uint8_t> RtpLeg::Send(std::span<const uint8_t> payload) {
  const RtpTimestamp timestamp = timestamp_;
  timestamp_ = timestamp_ + RtpClockRate(codec()) / 50;
  const RtpTimestamp event_timestamp = event_timestamp_;
  event_timestamp_ = event_timestamp_ + config_.telephone_event_rate / 50;

  std::array<uint8_t, TelephoneEvent::kSize> event_payload;
  if (const auto packet = dtmf_sender_.Tick(event_timestamp)) {
    RtpHeader header;
    header.payload_type = *config_.telephone_event;
    header.marker = packet->marker;
    header.timestamp = packet->timestamp;
    packet->event.Write(event_payload);
    Pause();
    return Build(header, event_payload);
  }
  if (dtmf_sender_.active() || payload.empty()) {
    Pause();
    return {};
  }
  if (!packetizer_) return SendSound(payload, timestamp);
  packetizer_->Add(payload);
  return SendWaiting();
}

void RtpLeg::Pause() {
  talking_ = false;
  if (packetizer_) packetizer_->Clear();
}

std::span<const uint8_t> RtpLeg::SendWaiting() {
  const std::span<const uint8_t> payload = packetizer_->Next();
  if (payload.empty()) return {};
  const size_t until_now = payload.size() + packetizer_->waiting();
  return SendSound(payload, RtpTimestamp(timestamp_.value() - static_cast<uint32_t>(until_now)));
}

std::span<const uint8_t> RtpLeg::SendSound(std::span<const uint8_t> payload,
                                           RtpTimestamp timestamp) {
  RtpHeader header;
  header.payload_type = config_.payloads.front().type;
  // RFC 3551 section 4.1: the first packet after a pause.
  header.marker = !talking_;
  header.timestamp = timestamp;
  talking_ = true;
  return Build(header, payload);
}

std::span<const uint8_t> RtpLeg::Build(RtpHeader header, std::span<const uint8_t> payload) {
  header.ssrc = ssrc_;
  header.seq = seq_;
  seq_ = seq_ + 1;
  RtpBuilder builder(rtp_, header);
  builder.SetPayload(payload);
  const std::span<const uint8_t> packet = builder.Finish();
  PARLEY_CHECK(!packet.empty());
  ++stats_.sent_packets;
  octets_ += static_cast<uint32_t>(payload.size());
  return packet;
}

void RtpLeg::PrefetchAhead(int turns) const {
  switch (turns) {
    case 2:
      Prefetch(config_.payloads.data());
      return Prefetch(receivers_.data());
    case 1:
      return receivers_[active_]->PrefetchState();
    default:
      return receivers_[active_]->PrefetchSound();
  }
}

bool RtpLeg::SendKey(char key) { return config_.telephone_event && dtmf_sender_.Send(key); }

void RtpLeg::HandleRtcp(std::span<const uint8_t> datagram, const SocketAddress& from, Timestamp now,
                        WallTime wall) {
  if (!latch_.MayBeRtcp(from)) {
    ++stats_.foreign_packets;
    return;
  }
  const auto compound = RtcpCompound::Parse(datagram);
  if (!compound) {
    ++stats_.bad_packets;
    return;
  }
  for (const RtcpPacket packet : *compound) {
    if (const auto sr = SenderReportView::Parse(packet)) {
      if (remote_ssrc_ == sr->ssrc()) reception_.HandleSenderReport(sr->info().ntp, now);
      for (size_t i = 0; i < sr->block_count(); ++i) HandleReport(sr->block(i), wall);
    } else if (const auto rr = ReceiverReportView::Parse(packet)) {
      for (size_t i = 0; i < rr->block_count(); ++i) HandleReport(rr->block(i), wall);
    } else if (const auto bye = ByeView::Parse(packet)) {
      for (size_t i = 0; i < bye->source_count(); ++i) {
        if (remote_ssrc_ == bye->source(i)) peer_left_ = true;
      }
    }
  }
}

void RtpLeg::HandleReport(const ReportBlock& block, WallTime wall) {
  if (block.source != ssrc_) return;
  stats_.remote_loss = static_cast<float>(block.fraction_lost) / 256;
  if (block.last_sr == 0) return;
  // Section 6.4.1: A - LSR - DLSR. A peer that answers before it was asked has broken clocks.
  const uint32_t away = NtpTime::From(wall).compact() - block.last_sr;
  if (away < block.delay_since_last_sr) return;
  const Duration round_trip = CompactNtpToDuration(away - block.delay_since_last_sr);
  if (round_trip < Duration::Seconds(10)) stats_.round_trip = round_trip;
}

std::span<const uint8_t> RtpLeg::PollRtcp(Timestamp now, WallTime wall) {
  if (now < next_report_) return {};
  next_report_ = now + Duration::Millis(kLeastReportMs + random_.Below(kReportSpreadMs));
  ByteWriter out(rtcp_);
  WriteReport(out, now, wall);
  return out.written();
}

std::span<const uint8_t> RtpLeg::SayBye(Timestamp now, WallTime wall) {
  ByteWriter out(rtcp_);
  WriteReport(out, now, wall);
  PARLEY_CHECK(WriteBye(out, std::span(&ssrc_, 1)));
  return out.written();
}

void RtpLeg::WriteReport(ByteWriter& out, Timestamp now, WallTime wall) {
  std::array<ReportBlock, 1> blocks;
  size_t count = 0;
  if (remote_ssrc_ && reception_.started()) {
    blocks[count++] = reception_.MakeReportBlock(*remote_ssrc_, now);
    UpdateStats(blocks[0]);
  }
  const std::span<const ReportBlock> reported = std::span(blocks).first(count);
  if (stats_.sent_packets > 0) {
    const SenderInfo info{.ntp = NtpTime::From(wall),
                          .rtp_timestamp = timestamp_,
                          .packet_count = static_cast<uint32_t>(stats_.sent_packets),
                          .octet_count = octets_};
    PARLEY_CHECK(WriteSenderReport(out, ssrc_, info, reported));
  } else {
    PARLEY_CHECK(WriteReceiverReport(out, ssrc_, reported));
  }
  PARLEY_CHECK(WriteSdesCname(out, ssrc_, config_.cname));
}

void RtpLeg::UpdateStats(const ReportBlock& block) {
  const AudioCodec codec = config_.payloads[active_].codec;
  stats_.loss = static_cast<float>(block.fraction_lost) / 256;
  stats_.jitter =
      Duration::Micros(static_cast<int64_t>(block.jitter) * 1'000'000 / RtpClockRate(codec));
  const AudioReceiver::Stats& heard = receivers_[active_]->stats();
  // Another codec's receiver begins its own count.
  if (heard.played_samples < reported_.played_samples) reported_ = {};
  const auto played = static_cast<double>(heard.played_samples - reported_.played_samples +
                                          heard.mended_samples - reported_.mended_samples);
  const auto concealed = static_cast<double>(heard.concealed_samples - reported_.concealed_samples);
  reported_ = heard;
  if (played + concealed == 0) return;
  const Duration network = stats_.round_trip.value_or(Duration::Zero()) / 2;
  const CallImpairments impairments{
      .one_way_delay = network + receivers_[active_]->target_delay() + kAudioFrame * 2,
      .loss = concealed / (played + concealed)};
  stats_.mean_opinion_score = MeanOpinionScore(TransmissionRating(codec, impairments));
  stats_.score_sum += stats_.mean_opinion_score;
  ++stats_.scored_intervals;
}

}  // namespace parley
