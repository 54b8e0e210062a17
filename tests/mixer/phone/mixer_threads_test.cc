// Rooms on several threads, with calls over loopback: what is said in one is heard there and
// nowhere else, whichever thread mixes it, and a call may go from one thread's room into another's.

#include "mixer/phone/mixer_threads.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "mixer/audio/g711.h"
#include "mixer/net/asio_address.h"
#include "mixer/phone/phone_call.h"
#include "sfu/transport/dtls_certificate.h"
#include "sfu/transport/dtls_context.h"
#include "sfu/wire/rtp_builder.h"

namespace parley {
namespace {

using boost::asio::ip::udp;

constexpr size_t kThreads = 3;
constexpr size_t kRooms = 6;
constexpr uint8_t kPcmu = 0;

// What the room would get of its callers' voices, counted.
class CountedMedia final : public LocalMediaPort {
 public:
  PacketPool& pool() override { return pool_; }
  bool Send(WorkerIndex, LocalPacket packet) override {
    ++sent[packet.transport];
    return true;
  }
  void Flush() override {}
  void Receive(const std::function<void(LocalPacket)>&) override {}

  std::map<TransportId, int> sent;

 private:
  PacketPool pool_{64};
};

class Telephone {
 public:
  explicit Telephone(boost::asio::io_context& io) : socket_(io, udp::endpoint(udp::v4(), 0)) {
    socket_.non_blocking(true);
  }
  SocketAddress address() const {
    return SocketAddress::V4({127, 0, 0, 1}, socket_.local_endpoint().port());
  }
  // The next 20 ms of a tone of 300 Hz, or of silence.
  void Speak(int amplitude, uint16_t to) {
    std::array<int16_t, 160> frame;
    for (size_t i = 0; i < frame.size(); ++i) {
      frame[i] = static_cast<int16_t>(amplitude * std::sin(6.283185307 * 300 * phase_++ / 8000));
    }
    std::array<uint8_t, 160> payload;
    G711Encode(G711Law::kMu, frame, payload);
    RtpHeader header;
    header.payload_type = PayloadType(kPcmu);
    header.ssrc = Ssrc(to);
    header.seq = SeqNum(seq_);
    header.timestamp = RtpTimestamp(160u * seq_++);
    std::array<uint8_t, 200> packet;
    RtpBuilder builder(packet, header);
    builder.SetPayload(payload);
    const auto bytes = builder.Finish();
    socket_.send_to(boost::asio::buffer(bytes.data(), bytes.size()),
                    udp::endpoint(boost::asio::ip::address_v4::loopback(), to));
  }
  // The loudest sample of what has come since the last call.
  int Hear() {
    int loudest = 0;
    std::array<uint8_t, 1500> packet;
    boost::system::error_code error;
    while (true) {
      const size_t size = socket_.receive(boost::asio::buffer(packet), 0, error);
      if (error) return loudest;
      if (size != 172) continue;
      std::array<int16_t, 160> frame;
      G711Decode(G711Law::kMu, std::span(packet).subspan<12, 160>(), frame);
      for (const int16_t sample : frame) loudest = std::max(loudest, std::abs(int{sample}));
    }
  }

 private:
  udp::socket socket_;
  uint16_t seq_ = 0;
  int phase_ = 0;
};

class MixerThreadsTest : public testing::Test {
 protected:
  struct Caller {
    explicit Caller(boost::asio::io_context& io) : telephone(io) {}
    Telephone telephone;
    std::unique_ptr<PhoneCall> call;
  };

  MixerThreadsTest() {
    PromptLibraryConfig none;
    none.recorded.clear();
    none.music.clear();
    prompts_ = PromptLibrary::Load(none);
    mixers_.Add(lobby_);
    for (auto& room : rooms_) {
      room = std::make_unique<PhoneRoom>(std::array{Ssrc(1), Ssrc(2), Ssrc(3)});
      mixers_.Add(*room);
    }
  }
  ~MixerThreadsTest() override { callers_.clear(); }

  std::unique_ptr<sip::RtpSocket> OpenSocket() {
    for (; port_ < 64'000; port_ += 2) {
      auto socket = sip::RtpSocket::Open(SocketAddress::V4({127, 0, 0, 1}, port_));
      if (socket) return std::move(*socket);
    }
    return nullptr;
  }
  // Answered, and at once in that room.
  Caller& Call(PhoneRoom& room) {
    Caller& caller = *callers_.emplace_back(std::make_unique<Caller>(io_));
    PhoneCallInfo info;
    info.id = PhoneCallId(callers_.size());
    info.room = "a room of its own number";
    caller.call = std::make_unique<PhoneCall>(std::move(info), context_);
    caller.call->SetSocket(OpenSocket());
    sip::AudioStream stream;
    stream.remote_rtp = stream.remote_rtcp = caller.telephone.address();
    stream.send = {sip::AudioCodec::kPcmu, kPcmu};
    stream.receive = {stream.send};
    caller.call->Establish(stream, now_);
    Admit(caller, room);
    return caller;
  }
  void Admit(Caller& caller, PhoneRoom& room) {
    caller.call->Admit({.call = caller.call->id(),
                        .request = 1,
                        .room = RoomId(1),
                        .worker = WorkerIndex(0),
                        .transport = TransportId(caller.call->id().value()),
                        .source = SourceId(static_cast<uint32_t>(caller.call->id().value())),
                        .ssrc = Ssrc(77),
                        .payload_type = PayloadType(111)},
                       room, now_);
    ASSERT_EQ(caller.call->room(), &room);
  }
  // Ticks with everybody sending, who is named a tone; afterwards how loud each heard it at the
  // end.
  std::vector<int> Talk(const std::vector<const Caller*>& speakers) {
    constexpr int kTicks = 60;
    std::vector<int> heard(callers_.size());
    for (int tick = 0; tick < kTicks; ++tick) {
      for (const auto& caller : callers_) {
        const bool speaks = std::ranges::find(speakers, caller.get()) != speakers.end();
        caller->telephone.Speak(speaks ? 6000 : 0, caller->call->port());
      }
      now_ = now_ + kAudioFrame;
      mixers_.Tick(now_,
                   WallTime::UnixMicros(std::chrono::duration_cast<std::chrono::microseconds>(
                                            std::chrono::system_clock::now().time_since_epoch())
                                            .count()));
      std::vector<PhoneCall*> noted;
      mixers_.TakeNoted(noted);
      for (PhoneCall* call : noted) call->HandleNoted(now_);
      for (size_t i = 0; i < callers_.size(); ++i) heard[i] = callers_[i]->telephone.Hear();
    }
    return heard;
  }

  boost::asio::io_context io_;
  SystemRandom random_;
  Lockout lockout_;
  PromptLibrary prompts_;
  CountedMedia media_;
  const DtlsIdentity identity_ =
      *DtlsIdentity::Generate(DtlsCertificate::Kind::kEcdsaP256, time(nullptr));
  DtlsContext dtls_{identity_};
  PhoneRoom lobby_;
  PhoneRoom waiting_room_{prompts_};
  PhoneCallContext context_{prompts_, lockout_, media_, random_, dtls_, lobby_, waiting_room_};
  std::array<std::unique_ptr<PhoneRoom>, kRooms> rooms_;
  MixerThreads mixers_{kThreads};
  std::vector<std::unique_ptr<Caller>> callers_;
  Timestamp now_ = Timestamp::Seconds(1000);
  uint16_t port_ = static_cast<uint16_t>(54'000 + 4 * (getpid() % 1000));
};

constexpr int kLoud = 2000;  // above what comfort noise is

TEST_F(MixerThreadsTest, WhatIsSaidInARoomIsHeardThereAlone) {
  std::vector<const Caller*> speakers;
  for (size_t room = 0; room < kRooms; ++room) {
    const Caller& one = Call(*rooms_[room]);
    Call(*rooms_[room]);
    if (room % 2 == 1) speakers.push_back(&one);
  }
  const std::vector<int> heard = Talk(speakers);
  for (size_t room = 0; room < kRooms; ++room) {
    EXPECT_LT(heard[2 * room], kLoud) << "nobody hears themselves, room " << room;
    if (room % 2 == 1) {
      EXPECT_GT(heard[2 * room + 1], kLoud) << "room " << room;
    } else {
      EXPECT_LT(heard[2 * room + 1], kLoud) << "room " << room;
    }
    EXPECT_EQ(media_.sent[TransportId(2 * room + 1)] > 0, room % 2 == 1) << "room " << room;
    EXPECT_EQ(media_.sent[TransportId(2 * room + 2)], 0) << "room " << room;
  }
}

TEST_F(MixerThreadsTest, ACallGoesFromOneThreadsRoomIntoAnothers) {
  const Caller& speaker = Call(*rooms_[1]);
  Caller& moved = Call(*rooms_[0]);
  EXPECT_LT(Talk({&speaker})[1], kLoud);
  Admit(moved, *rooms_[1]);
  EXPECT_GT(Talk({&speaker})[1], kLoud);
  moved.call->LeaveRoom();
  EXPECT_LT(Talk({&speaker})[1], kLoud);
}

TEST_F(MixerThreadsTest, ARoomThatIsRemovedHasNoMoreTicks) {
  const Caller& speaker = Call(*rooms_[2]);
  Call(*rooms_[2]);
  EXPECT_GT(Talk({&speaker})[1], kLoud);
  mixers_.Remove(*rooms_[2]);
  EXPECT_EQ(Talk({&speaker})[1], 0);
}

}  // namespace
}  // namespace parley
