#include "mixer/phone/room_speakers.h"

#include <algorithm>

#include "sfu/wire/rtp.h"

namespace parley {

static_assert(kSpeakerSeats <= MixRoom::kInputs);

RoomSpeakers::RoomSpeakers(const std::array<Ssrc, kSpeakerSeats>& seats) : seats_(seats) {
  for (auto& receiver : receivers_) {
    receiver = std::make_unique<AudioReceiver>(MakeAudioDecoder(AudioCodec::kOpus));
  }
}

void RoomSpeakers::HandleRtp(std::span<const uint8_t> packet, std::span<const SourceId> phones,
                             Timestamp at) {
  const auto rtp = RtpView::Parse(packet);
  if (!rtp) return;
  const auto seat = std::ranges::find(seats_, rtp->ssrc());
  if (seat == seats_.end()) return;
  AudioReceiver& receiver = *receivers_[static_cast<size_t>(seat - seats_.begin())];
  const bool phone =
      rtp->csrc_count() > 0 && std::ranges::find(phones, SourceId(rtp->csrc(0))) != phones.end();
  if (phone) {
    receiver.HandleOtherPacket(rtp->seq());
  } else {
    receiver.HandlePacket(rtp->seq(), rtp->timestamp(), rtp->payload(), at);
  }
}

void RoomSpeakers::Tick(MixRoom& room, Timestamp now) {
  for (size_t seat = 0; seat < receivers_.size(); ++seat) {
    AudioReceiver& receiver = *receivers_[seat];
    const std::span<const int16_t> frame = receiver.Tick(now);
    if (receiver.playing()) room.SetInput(seat, frame, receiver.sample_rate());
  }
}

}  // namespace parley
