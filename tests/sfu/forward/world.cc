#include "tests/sfu/forward/world.h"

#include <algorithm>
#include <cstring>

#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_feedback_pli_fir.h"

namespace parley::testing {
namespace {

constexpr RoomId kRoom{1};
constexpr WallTime kWallStart = WallTime::UnixMicros(1'760'000'000'000'000);

CodecParams Video(Codec codec) {
  CodecParams c;
  c.codec = codec;
  c.clock_rate = 90000;
  c.nack = c.pli = c.remb = c.transport_cc = true;
  c.payload_type = codec == Codec::kVp8   ? kVp8Pt
                   : codec == Codec::kVp9 ? kVp9Pt
                   : codec == Codec::kAv1 ? kAv1Pt
                                          : kH264Pt;
  if (codec != Codec::kH264) c.rtx_payload_type = PayloadType(c.payload_type.value() + 1);
  return c;
}

CodecParams Audio(Codec codec) {
  CodecParams c;
  c.codec = codec;
  c.payload_type = codec == Codec::kRed ? kRedPt : kOpusPt;
  return c;
}

}  // namespace

World::World(int workers, size_t outbox, size_t arrivals, Bitrate max_uplink) : pool_(8192) {
  for (int w = 0; w < workers; ++w) {
    auto core = std::make_unique<Core>(outbox, arrivals);
    RouterConfig config;
    config.worker = WorkerIndex(static_cast<uint8_t>(w));
    config.worker_count = workers;
    config.max_uplink = max_uplink;
    core->router = std::make_unique<Router>(kRoom, config, core->output, 4711 + w);
    cores_.push_back(std::move(core));
  }
}

void World::Join(int peer, const PeerOptions& options) {
  Member& member = members_[peer];
  member = Member();
  member.worker = options.worker;
  TransportParams params;
  if (options.publishes) {
    ProducerParams microphone;
    microphone.source = Microphone(peer);
    microphone.mid = *Mid::From("0");
    microphone.codecs = {Audio(Codec::kOpus), Audio(Codec::kRed)};
    microphone.encodings = {{Rid(), MicrophoneSsrc(peer), std::nullopt}};
    microphone.extensions = AllExtensions();
    ProducerParams camera;
    camera.source = Camera(peer);
    camera.kind = MediaKind::kVideo;
    camera.mid = *Mid::From("1");
    camera.codecs = {Video(Codec::kVp8), Video(Codec::kVp9), Video(Codec::kH264),
                     Video(Codec::kAv1)};
    for (CodecParams& codec : camera.codecs) codec.remb = options.remb;
    for (int e = 0; e < options.encodings; ++e) {
      Rid rid = options.encodings > 1 ? *Rid::From(std::string(1, "qhf"[e])) : Rid();
      auto ssrc = options.encodings > 1 ? std::nullopt : std::optional(CameraSsrc(peer));
      camera.encodings.push_back({rid, ssrc, std::nullopt});
    }
    camera.extensions = AllExtensions();
    params.producers = {microphone, camera};
  }
  for (int i = 0; i < options.audio_slots; ++i) {
    SlotParams slot;
    slot.index = static_cast<uint8_t>(i);
    slot.follows = options.audio_slots == 1 ? SlotFollows::kDominant : SlotFollows::kSeat;
    slot.seat = slot.index;
    slot.mid = *Mid::From("a" + std::to_string(i));
    slot.ssrc = SlotSsrc(peer, i);
    if (options.red) slot.codecs.push_back(Audio(Codec::kRed));
    slot.codecs.push_back(Audio(Codec::kOpus));
    slot.extensions = AllExtensions();
    if (!options.transport_cc) slot.extensions.transport_cc = 0;
    params.slots.push_back(slot);
  }
  for (int i = 4; i < 4 + options.video_slots; ++i) {
    SlotParams slot;
    slot.index = static_cast<uint8_t>(i);
    slot.kind = MediaKind::kVideo;
    slot.mid = *Mid::From("v" + std::to_string(i));
    slot.ssrc = SlotSsrc(peer, i);
    slot.rtx_ssrc = SlotRtxSsrc(peer, i);
    for (Codec codec : options.video_codecs) slot.codecs.push_back(Video(codec));
    slot.extensions = AllExtensions();
    if (!options.transport_cc) slot.extensions.transport_cc = 0;
    params.slots.push_back(slot);
  }
  params.feed = options.feed;
  Router& home = *CoreOf(peer).router;
  home.AddTransport(Transport(peer), TransportHandle(static_cast<uint32_t>(peer)), params, now_);
  for (auto& core : cores_) {
    if (!options.publishes) break;
    WorkerIndex worker(static_cast<uint8_t>(options.worker));
    core->router->AddSource(
        {kRoom, Microphone(peer), MediaKind::kAudio, true, worker, Transport(peer)}, now_);
    core->router->AddSource(
        {kRoom, Camera(peer), MediaKind::kVideo, false, worker, Transport(peer)}, now_);
  }
  home.EnableSource(Microphone(peer), true, now_);
  home.EnableSource(Camera(peer), true, now_);
  home.SetConnected(Transport(peer), true, now_);
  Drain();
}

void World::Leave(int peer) {
  CoreOf(peer).router->RemoveTransport(Transport(peer), now_);
  for (auto& core : cores_) {
    core->router->RemoveSource(Microphone(peer), now_);
    core->router->RemoveSource(Camera(peer), now_);
  }
  Drain();
}

void World::Readdress(int peer) {
  CoreOf(peer).router->HandleNewPath(Transport(peer), now_);
  Drain();
}

void World::Enable(int peer, SourceId source, bool enabled) {
  CoreOf(peer).router->EnableSource(source, enabled, now_);
  Drain();
}

void World::Show(int peer, int slot, SourceId source, uint16_t max_height, uint8_t priority) {
  CoreOf(peer).router->SetSlot({Transport(peer), static_cast<uint8_t>(slot), source, max_height,
                                priority, ++members_[peer].epoch},
                               now_);
  Drain();
}

PacketRef World::Pooled(const Bytes& bytes) {
  PacketRef packet = pool_.Allocate();
  PARLEY_CHECK(static_cast<bool>(packet));
  std::memcpy(packet.MutableData(), bytes.data(), bytes.size());
  packet.SetSize(bytes.size());
  return packet;
}

void World::Rtp(int peer, const Bytes& packet) {
  PacketRef pooled = Pooled(packet);
  Router& router = *CoreOf(peer).router;
  Counted([&] { router.HandleRtp(Transport(peer), std::move(pooled), now_); });
  Drain();
}

void World::RtpTurn(int peer, const std::vector<Bytes>& packets, bool end) {
  Core& core = CoreOf(peer);
  for (const Bytes& packet : packets) {
    PacketRef pooled = Pooled(packet);
    Counted([&] { core.router->HandleRtp(Transport(peer), std::move(pooled), now_); });
    CarryOn(core);
  }
  if (end) Drain();
}

void World::Rtcp(int peer, const Bytes& packet) {
  Router& router = *CoreOf(peer).router;
  Counted([&] { router.HandleRtcp(Transport(peer), packet, now_); });
  Drain();
}

void World::Advance(Duration d) {
  Timestamp end = now_ + d;
  while (true) {
    Timestamp next = end;
    for (auto& core : cores_) next = std::min(next, core->router->NextTimeout());
    now_ = std::max(now_, next);
    for (auto& core : cores_) {
      WallTime wall = kWallStart + (now_ - Timestamp());
      Counted([&] { core->router->HandleTimeout(now_, wall); });
    }
    Drain();
    if (now_ >= end) return;
  }
}

void World::DrainOutbox(Core& core) {
  for (const OutPacket& packet : core.output.outbox.packets()) {
    Member& member = members_[static_cast<int>(packet.transport.value())];
    Bytes bytes(packet.bytes().begin(), packet.bytes().end());
    if (packet.is_rtcp()) {
      member.rtcp.push_back(std::move(bytes));
      continue;
    }
    ++received_total_;
    departures_.push_back(static_cast<int>(packet.transport.value()));
    uint32_t ssrc = RtpView::Parse(bytes)->ssrc().value();
    member.rtp[ssrc].push_back({std::move(bytes), now_});
  }
  core.output.outbox.Clear();
}

// With a fan-out that did not fit the outbox and cannot wait.
void World::CarryOn(Core& core) {
  DrainOutbox(core);
  while (core.router->MustContinue()) {
    Counted([&] { core.router->Continue(now_); });
    DrainOutbox(core);
  }
}

// The end of a turn.
void World::Finish(Core& core) {
  CarryOn(core);
  Counted([&] { core.router->FanOut(now_); });
  DrainOutbox(core);
  while (core.router->HasMore()) {
    Counted([&] { core.router->Continue(now_); });
    DrainOutbox(core);
  }
}

void World::BeginFanOut(int peer) {
  Core& core = CoreOf(peer);
  Counted([&] { core.router->FanOut(now_); });
  DrainOutbox(core);
}

void World::Drain() {
  bool busy = true;
  while (busy) {
    busy = false;
    for (auto& core : cores_) {
      Finish(*core);
      for (Event& e : core->output.events) events_.push_back(e);
      core->output.events.clear();
      std::vector<RelayMessage> messages;
      for (RelayMessage& m : core->output.relay.messages()) messages.push_back(std::move(m));
      core->output.relay.Clear();
      for (RelayMessage& m : messages) {
        if (relay_lost_) continue;
        for (size_t w = 0; w < cores_.size(); ++w) {
          if ((m.workers >> w & 1) == 0) continue;
          busy = true;
          Counted([&] { cores_[w]->router->HandleRelay(m.Copy(), now_); });
          Finish(*cores_[w]);
        }
      }
    }
  }
}

std::vector<Received> World::Take(int peer, int slot) {
  return std::exchange(members_[peer].rtp[SlotSsrc(peer, slot).value()], {});
}

std::vector<Received> World::TakeRtx(int peer, int slot) {
  return std::exchange(members_[peer].rtp[SlotRtxSsrc(peer, slot).value()], {});
}

std::vector<Bytes> World::TakeRtcp(int peer) { return std::exchange(members_[peer].rtcp, {}); }

int World::TakeKeyFrameRequests(int peer) {
  int count = 0;
  for (const Bytes& datagram : TakeRtcp(peer)) {
    auto compound = RtcpCompound::Parse(datagram);
    if (!compound) continue;
    for (const RtcpPacket& packet : *compound) count += PliView::Parse(packet) ? 1 : 0;
  }
  return count;
}

std::vector<int> World::TakeDepartures() { return std::exchange(departures_, {}); }

std::vector<Event> World::TakeEvents() { return std::exchange(events_, {}); }

}  // namespace parley::testing
