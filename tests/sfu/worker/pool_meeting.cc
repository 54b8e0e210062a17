#include "tests/sfu/worker/pool_meeting.h"

#include <ctime>

#include "sfu/base/check.h"

namespace parley {
namespace {

constexpr Duration kPatience = Duration::Seconds(30);

DtlsIdentity MakeIdentity() {
  auto identity = DtlsIdentity::Generate(DtlsCertificate::Kind::kEcdsaP256, time(nullptr));
  PARLEY_CHECK(identity.has_value());
  return std::move(*identity);
}

}  // namespace

PoolMeeting::PoolMeeting(const Options& options)
    : identity_(MakeIdentity()),
      local_(*SocketAddress::Parse(options.v6 ? "::1" : "127.0.0.1", 0)) {
  WorkerPoolConfig config;
  config.workers = options.workers;
  config.bind = {local_};
  auto pool = WorkerPool::Start(config, identity_, [this] { woken_ = true; });
  PARLEY_CHECK(pool.has_value());
  pool_ = std::move(*pool);
  loop_.on_tick = [this](Timestamp now) { Tick(now); };
  SendToAll(OpenRoom{kRoom});
}

PoolMeeting::~PoolMeeting() {
  for (const auto& member : members_) loop_.Remove(member->peer);
}

void PoolMeeting::SendToAll(const Command& command) {
  for (int i = 0; i < pool_->worker_count(); ++i) {
    pool_->Send(WorkerIndex(static_cast<uint8_t>(i)), command);
  }
}

PoolMeeting::Member& PoolMeeting::Join(const test::MemberShape& shape, int worker, bool tcp) {
  const auto number = static_cast<uint32_t>(members_.size() + 1);
  members_.push_back(std::make_unique<Member>(number, shape, client_identity_, random_));
  Member& member = *members_.back();
  member.home = WorkerIndex(static_cast<uint8_t>(worker));
  for (const AddSource& source : member.plan.Sources(kRoom, member.home)) SendToAll(source);
  pool_->Send(member.home, member.plan.Create(kRoom));
  if (shape.microphone) pool_->Send(member.home, EnableSource{member.plan.microphone(), true});
  if (shape.camera) pool_->Send(member.home, EnableSource{member.plan.camera(), true});
  std::vector<SocketAddress> candidates;
  for (const MediaPort::Candidate& candidate : pool_->candidates(member.home)) {
    if (candidate.tcp == tcp) candidates.push_back(candidate.address);
  }
  PARLEY_CHECK(tcp ? loop_.AddTcp(member.peer, candidates.front())
                   : loop_.AddUdp(member.peer, local_));
  member.peer.Connect(member.plan.Remote(pool_->fingerprints(), candidates),
                      test::TestPeerLoop::Now());
  return member;
}

void PoolMeeting::Show(Member& viewer, int slot, const Member& shown) {
  pool_->Send(viewer.home, SetSlot{viewer.plan.transport(), viewer.plan.VideoSlot(slot),
                                   shown.plan.camera(), 0, 1, next_epoch_++});
}

void PoolMeeting::Close(Member& member) {
  for (const AddSource& source : member.plan.Sources(kRoom, member.home)) {
    SendToAll(RemoveSource{kRoom, source.source});
  }
  pool_->Send(member.home, CloseTransport{member.plan.transport()});
}

void PoolMeeting::Tick(Timestamp now) {
  if (woken_.exchange(false)) PumpEvents();
  for (const auto& m : members_) {
    if (!m->connected || m->ended) continue;
    const test::MemberShape& shape = m->plan.shape();
    if (shape.microphone && !m->audio) {
      m->audio.emplace(m->plan.MicrophoneStream(&m->sequence), now);
    }
    if (shape.camera && !m->video) {
      m->video.emplace(m->plan.CameraStream(0, &m->sequence), test::TestVideoSource::Format{}, now);
      m->peer.on_rtcp = [video = &*m->video](std::span<const uint8_t>, Timestamp) {
        // Close enough for these tests: every feedback packet is answered with a key frame.
        video->RequestKeyFrame();
      };
    }
    if (m->audio) {
      while (const auto packet = m->audio->Next(now)) m->peer.SendRtp(*packet);
    }
    if (m->video) {
      while (const auto packet = m->video->Next(now)) m->peer.SendRtp(*packet);
    }
  }
}

void PoolMeeting::PumpEvents() {
  pool_->PollEvents(events_);
  for (; events_seen_ < events_.size(); ++events_seen_) {
    const Event& event = events_[events_seen_];
    if (const auto* c = std::get_if<TransportConnected>(&event)) {
      members_[c->transport.value() - 1]->connected = true;
    } else if (const auto* d = std::get_if<TransportDisconnected>(&event)) {
      members_[d->transport.value() - 1]->ended = d->reason;
    }
  }
}

bool PoolMeeting::RunUntil(const std::function<bool()>& done) {
  return loop_.RunUntil(done, kPatience);
}

void PoolMeeting::Run(Duration duration) { loop_.Run(duration); }

const SocketAddress& PoolMeeting::udp_address(int worker) const {
  return pool_->candidates(WorkerIndex(static_cast<uint8_t>(worker))).front().address;
}

uint64_t PoolMeeting::Sum(const Counter WorkerMetrics::* counter) const {
  uint64_t sum = 0;
  for (int i = 0; i < pool_->worker_count(); ++i) {
    sum += (pool_->metrics(WorkerIndex(static_cast<uint8_t>(i))).*counter).value();
  }
  return sum;
}

}  // namespace parley
