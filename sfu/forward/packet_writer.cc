#include "sfu/forward/packet_writer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "sfu/wire/av1_dependency_descriptor.h"
#include "sfu/wire/ntp.h"
#include "sfu/wire/rtp_builder.h"
#include "sfu/wire/rtp_extensions.h"
#include "sfu/wire/rtx.h"

namespace parley {
namespace {

// abs-send-time is written first, behind the fixed header, one CSRC and the block's own header.
constexpr size_t kFirstElement = kRtpFixedHeaderSize + 4 + 4;

// The number that a field shows after a switch: its own, moved on, in as many bits as it has.
uint16_t Moved(const CounterField& field, uint16_t offset) {
  return static_cast<uint16_t>(field.value + offset);
}

void AddStamp(RtpBuilder& builder, const HeaderExtensionIds& ids, const SendStamp& stamp) {
  if (ids.abs_send_time != 0) {
    std::array<uint8_t, kAbsSendTimeSize> time;
    WriteAbsSendTime(AbsSendTimeFrom(stamp.now), time);
    builder.AddExtension(ids.abs_send_time, time);
  }
  if (ids.transport_cc != 0 && stamp.transport_seq) {
    std::array<uint8_t, kTransportSequenceSize> seq;
    WriteTransportSequence(*stamp.transport_seq, seq);
    builder.AddExtension(ids.transport_cc, seq);
  }
}

// As it came. The first packet of all always has it, where its sender has told of its clock before.
void AddCaptureTime(RtpBuilder& builder, const Slot& slot, const PacketMeta& meta,
                    std::span<const uint8_t> packet) {
  const uint8_t id = slot.params().extensions.abs_capture_time;
  if (meta.abs_capture_time_size != 0) {
    builder.AddExtension(id, meta.AbsCaptureTimeIn(packet));
  } else if (slot.packets_sent() == 0 && meta.capture_us != 0) {
    std::array<uint8_t, kAbsCaptureTimeWithOffsetSize> out;
    const NtpTime captured = NtpTime::From(WallTime::UnixMicros(meta.capture_us));
    builder.AddExtension(id, WriteAbsCaptureTime({captured.value(), {}}, out));
  }
}

void AddExtensions(RtpBuilder& builder, const Slot& slot, const Rewrite& rewrite,
                   const PacketMeta& meta, std::span<const uint8_t> packet,
                   const SendStamp& stamp) {
  const HeaderExtensionIds& ids = slot.params().extensions;
  AddStamp(builder, ids, stamp);
  if (!slot.mid_known()) builder.AddExtension(ids.mid, slot.params().mid.view());
  if (meta.audio_level) {
    std::array<uint8_t, kAudioLevelSize> level;
    WriteAudioLevel(*meta.audio_level, level);
    builder.AddExtension(ids.audio_level, level);
  }
  if (ids.abs_capture_time != 0) AddCaptureTime(builder, slot, meta, packet);
  if (meta.dependency_descriptor_size != 0 && ids.dependency_descriptor != 0) {
    std::array<uint8_t, 256> copy;
    auto descriptor = std::span(copy).first(meta.dependency_descriptor_size);
    std::memcpy(copy.data(), packet.data() + meta.dependency_descriptor_offset, descriptor.size());
    meta.frame_number.Write(descriptor, Moved(meta.frame_number, rewrite.frame_number_offset));
    std::array<uint8_t, 256> renamed;
    std::span<const uint8_t> out = descriptor;
    if (rewrite.active_targets != 0) {
      const DecodeTargets& targets = meta.decode_targets;
      const auto named =
          DependencyDescriptor::WithActiveTargets(descriptor, targets.mask_at, targets.has_mask,
                                                  targets.count, rewrite.active_targets, renamed);
      if (!named.empty() && named.size() < renamed.size()) out = named;
    }
    builder.AddExtension(ids.dependency_descriptor, out);
  }
}

// RFC 2198: the block headers name Opus by the sender's payload type.
void RenameRedBlocks(std::span<uint8_t> payload, PayloadType opus) {
  size_t at = 0;
  while (at < payload.size()) {
    bool more = (payload[at] & 0x80) != 0;
    payload[at] = static_cast<uint8_t>((payload[at] & 0x80) | opus.value());
    if (!more) return;
    at += 4;
  }
}

void CopyPayload(const Rewrite& rewrite, const PacketMeta& meta, std::span<const uint8_t> payload,
                 std::span<uint8_t> out) {
  std::memcpy(out.data(), payload.data(), payload.size());
  switch (meta.codec.codec) {
    case Codec::kVp8:
    case Codec::kVp9:
      meta.picture.Write(out, Moved(meta.picture, rewrite.picture_offset));
      meta.tl0.Write(out, Moved(meta.tl0, rewrite.tl0_offset));
      break;
    case Codec::kRed:
      if (!rewrite.strip_red) RenameRedBlocks(out, rewrite.opus_payload_type);
      break;
    default:
      break;
  }
}

std::span<const uint8_t> PayloadOf(const Rewrite& rewrite, const PacketMeta& meta,
                                   std::span<const uint8_t> packet) {
  size_t skip = rewrite.strip_red ? meta.red_primary_offset : 0;
  return packet.subspan(meta.payload_offset + skip, meta.payload_size - skip);
}

WrittenPacket Finish(RtpBuilder& builder, const Slot& slot) {
  std::span<uint8_t> done = builder.Finish();
  WrittenPacket written{done.size(), 0};
  if (!done.empty() && slot.params().extensions.abs_send_time != 0) {
    bool one_byte = LoadBe16(done.data() + kRtpFixedHeaderSize + 4) == kRtpOneByteProfile;
    written.abs_send_time_offset = static_cast<uint16_t>(kFirstElement + (one_byte ? 1 : 2));
  }
  return written;
}

}  // namespace

WrittenPacket WriteForwarded(const Slot& slot, const Rewrite& rewrite, const PacketMeta& meta,
                             std::span<const uint8_t> packet, std::span<const RedBlock> redundant,
                             const SendStamp& stamp, std::span<uint8_t> out) {
  const std::array<uint32_t, 1> csrc{rewrite.source.value()};
  const PayloadType opus = rewrite.codec->payload_type;
  const PayloadType payload_type = redundant.empty() ? opus : slot.red()->payload_type;
  RtpBuilder builder(out, {payload_type, rewrite.marker, rewrite.seq, rewrite.timestamp,
                           slot.params().ssrc, csrc});
  AddExtensions(builder, slot, rewrite, meta, packet, stamp);
  std::span<const uint8_t> payload = PayloadOf(rewrite, meta, packet);
  const size_t prefix = redundant.empty() ? 0 : RedPrefixSize(redundant);
  std::span<uint8_t> room = builder.ReservePayload(prefix + payload.size());
  if (room.size() != prefix + payload.size()) return {};
  if (prefix != 0) WriteRedPrefix(redundant, opus, room.first(prefix));
  CopyPayload(rewrite, meta, payload, room.subspan(prefix));
  return Finish(builder, slot);
}

WrittenPacket WriteRetransmission(const Slot& slot, const Rewrite& rewrite, const PacketMeta& meta,
                                  std::span<const uint8_t> packet, SeqNum rtx_seq,
                                  const SendStamp& stamp, std::span<uint8_t> out) {
  const std::array<uint32_t, 1> csrc{rewrite.source.value()};
  RtpBuilder builder(out, {*rewrite.codec->rtx_payload_type, rewrite.marker, rtx_seq,
                           rewrite.timestamp, *slot.params().rtx_ssrc, csrc});
  AddExtensions(builder, slot, rewrite, meta, packet, stamp);
  std::span<const uint8_t> payload = PayloadOf(rewrite, meta, packet);
  std::span<uint8_t> room = builder.ReservePayload(payload.size() + kRtxOsnSize);
  if (room.size() != payload.size() + kRtxOsnSize) return {};
  StoreBe16(room.data(), rewrite.seq.value());
  CopyPayload(rewrite, meta, payload, room.subspan(kRtxOsnSize));
  return Finish(builder, slot);
}

WrittenPacket WritePadding(const Slot& slot, PayloadType rtx_payload_type, SeqNum rtx_seq,
                           const SendStamp& stamp, uint8_t padding, std::span<uint8_t> out) {
  RtpBuilder builder(
      out,
      {rtx_payload_type, false, rtx_seq, slot.TimestampAt(stamp.now), *slot.params().rtx_ssrc, {}});
  AddStamp(builder, slot.params().extensions, stamp);
  builder.SetPadding(padding);
  return {builder.Finish().size(), 0};
}

}  // namespace parley
