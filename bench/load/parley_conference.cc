#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "bench/load/conference.h"
#include "tests/client/json_text.h"
#include "tests/client/web_client.h"

namespace parley::bench {
namespace {

using namespace std::chrono_literals;
using test::JsonText;
using test::Quoted;

class ParleyConference final : public Conference {
 public:
  ParleyConference(uint16_t port, std::string room, std::string invite, bool feedback)
      : port_(port), room_(std::move(room)), invite_(std::move(invite)), feedback_(feedback) {}

  test::TestAnswer Publish(const test::TestPeer& peer, const SocketAddress& /*local*/,
                           const test::TestOffer& offer) override {
    std::string result;
    test::TestAnswer answer = Join(peer, offer, R"(["microphone","camera"])", &result);
    for (const char* source : {"data.sources.microphone", "data.sources.camera"}) {
      const std::string id = JsonText(result, source);
      if (id.empty()) Refused("no source", result);
      sources_.insert(static_cast<uint32_t>(std::stoul(id)));
    }
    return answer;
  }

  test::TestAnswer Watch(const test::TestPeer& peer, const SocketAddress& /*local*/) override {
    test::TestOffer offer = test::TestOffer::Meeting(false, false, 1, 3, 1, 1);
    offer.transport_cc = feedback_;
    std::string result;
    return Join(peer, offer, "[]", &result);
  }

  std::unordered_set<uint32_t> Sources() const override { return sources_; }

 private:
  test::TestAnswer Join(const test::TestPeer& peer, const test::TestOffer& offer,
                        const std::string& publish, std::string* result) {
    auto socket = test::WebSocketClient::Connect({.port = port_});
    if (!socket) Refused("no WebSocket", std::to_string(socket.error()));
    const std::string name = "Client " + std::to_string(sockets_.size());
    (*socket)->Send(R"({"id":1,"type":"join","data":{"room":)" + Quoted(room_) +
                    ",\"invite\":" + Quoted(invite_) + ",\"name\":" + Quoted(name) +
                    ",\"publish\":" + publish + R"(,"client":"load","offer":)" +
                    Quoted(offer.ToSdp(peer.local_ice(), peer.fingerprints()[0])) + "}}");
    do {
      auto message = (*socket)->Receive(10s);
      if (!message) Refused("no answer to join", "");
      *result = std::move(*message);
    } while (!result->starts_with("{\"id\":1,"));
    auto answer = test::TestAnswer::Parse(JsonText(*result, "data.answer"));
    if (!answer) Refused("join", *result);
    sockets_.push_back(*std::move(socket));
    return *std::move(answer);
  }

  [[noreturn]] static void Refused(const char* what, const std::string& why) {
    std::fprintf(stderr, "load: Parley: %s %s\n", what, why.c_str());
    std::exit(1);
  }

  const uint16_t port_;
  const std::string room_;
  const std::string invite_;
  const bool feedback_;
  std::unordered_set<uint32_t> sources_;
  std::vector<std::unique_ptr<test::WebSocketClient>> sockets_;
};

}  // namespace

std::unique_ptr<Conference> MakeParleyConference(uint16_t port, std::string room,
                                                 std::string invite, bool feedback) {
  return std::make_unique<ParleyConference>(port, std::move(room), std::move(invite), feedback);
}

}  // namespace parley::bench
