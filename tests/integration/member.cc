#include "tests/integration/member.h"

#include <chrono>

#include "tests/client/json_text.h"

namespace parley::test {
namespace {

// What only a fault takes.
constexpr std::chrono::seconds kPatience{30};

}  // namespace

Member::Member(const TestIdentity& identity, TestPeerLoop& loop, uint32_t seed)
    : loop_(loop),
      peer_(identity, seed),
      offer_(TestOffer::Meeting(true, false, 1, 3, 2, seed * 1000)) {
  offer_.capture_time = true;
  peer_.on_rtp = [this](std::span<const uint8_t>, Timestamp) { ++heard_; };
}

Member::~Member() { loop_.Remove(peer_); }

bool Member::Open(uint16_t port, bool tls) {
  auto socket = WebSocketClient::Connect({.port = port, .tls = tls});
  if (!socket) return false;
  socket_ = *std::move(socket);
  return true;
}

std::string Member::Join(uint16_t port, bool tls, const std::string& room,
                         const std::string& invite, const std::string& name) {
  return Open(port, tls) ? JoinWith(room, "\"invite\":" + Quoted(invite), name) : "";
}

std::string Member::JoinByToken(uint16_t port, const std::string& room, const std::string& token,
                                const std::string& name) {
  return Open(port, false) ? JoinWith(room, "\"token\":" + Quoted(token), name) : "";
}

std::string Member::JoinWith(const std::string& room, const std::string& credential,
                             const std::string& name) {
  const std::string offer = offer_.ToSdp(peer_.local_ice(), peer_.fingerprints()[0]);
  std::string result = Ask("join", "{\"room\":" + Quoted(room) + "," + credential +
                                       ",\"name\":" + Quoted(name) + ",\"offer\":" + Quoted(offer) +
                                       ",\"publish\":[\"microphone\"],\"client\":\"test\"}");
  id_ = JsonText(result, "data.participant");
  resume_ = JsonText(result, "data.resume");
  const auto answer = TestAnswer::Parse(JsonText(result, "data.answer"));
  if (!answer || answer->udp_candidates.empty()) return result;
  media_port_ = answer->udp_candidates[0].port();
  server_ice_ = answer->ice;
  loop_.AddUdp(peer_, SocketAddress::V4({127, 0, 0, 1}, 0));
  TestPeer::Remote remote = answer->ToRemote();
  std::erase_if(remote.candidates, [](const SocketAddress& a) { return !a.is_v4(); });
  peer_.Connect(std::move(remote), TestPeerLoop::Now());
  return result;
}

std::string Member::Resume(uint16_t port) {
  if (!Open(port, false)) return {};
  return Ask("resume", "{\"resume\":" + Quoted(resume_) + "}");
}

std::string Member::Ask(const std::string& type, const std::string& data) {
  const std::string id = std::to_string(++last_request_);
  socket_->Send("{\"id\":" + id + ",\"type\":\"" + type + "\",\"data\":" + data + "}");
  while (const auto message = socket_->Receive(kPatience)) {
    if (message->find("\"id\":" + id + ",") == 1) return *message;
  }
  return {};
}

std::string Member::Await(const std::string& type) {
  while (const auto message = socket_->Receive(kPatience)) {
    if (JsonText(*message, "type") == type) return *message;
  }
  return {};
}

void Member::Sound(Timestamp now) {
  if (!peer_.connected()) return;
  if (!microphone_) {
    TestStreamConfig config;
    config.ssrc = *offer_.media[0].ssrc;
    config.payload_type = kOpusPayload;
    config.mid = "0";
    config.extensions = kTestExtensions;
    config.extensions.abs_capture_time = kTestCaptureTime;
    microphone_.emplace(config, now);
  }
  while (const auto packet = microphone_->Next(now)) peer_.SendRtp(*packet);
}

}  // namespace parley::test
