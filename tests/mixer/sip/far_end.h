#pragma once

// A user agent against a peer that the test plays by hand: raw requests and responses go in, what
// comes out is looked at one by one.

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>

#include "mixer/sip/user_agent.h"
#include "tests/mixer/sip/sip_test_util.h"

namespace parley::sip {

class FarEnd {
 public:
  FarEnd() { config.local.host = "198.51.100.1"; }

  UserAgent& agent() {
    if (!agent_) agent_ = std::make_unique<UserAgent>(config, random_);
    return *agent_;
  }

  void Say(const std::string& bytes) { agent().HandleMessage(bytes, flow, now); }
  void Say(const Message& message) { Say(message.ToString()); }

  // A request of ours with a branch of its own; `more` are further header lines.
  std::string Request(std::string_view method, std::string_view more = "",
                      std::string_view body = "", std::string_view to_tag = "") {
    const std::string name(method);
    ++branch_;
    const std::string content(body);
    return Crlf(name +
                " sip:room@198.51.100.1 SIP/2.0\nVia: SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bK" +
                std::to_string(branch_) +
                ";rport\nMax-Forwards: 70\nFrom: <sip:alice@example.org>;tag=far\n" +
                "To: <sip:room@198.51.100.1>" +
                (to_tag.empty() ? "" : ";tag=" + std::string(to_tag)) + "\nCall-ID: " + call_id +
                "\nCSeq: " + std::to_string(++cseq) + ' ' + name + '\n' + std::string(more)) +
           "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content;
  }
  std::string Invite(std::string_view more = "") {
    return Request("INVITE",
                   "Contact: <sip:alice@203.0.113.5:5060>\nContent-Type: application/sdp\n" +
                       std::string(more),
                   Sdp());
  }
  static std::string Sdp(
      std::string_view media = "m=audio 4000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\n") {
    return Crlf("v=0\no=- 1 1 IN IP4 203.0.113.5\ns=-\nc=IN IP4 203.0.113.5\nt=0 0\n" +
                std::string(media));
  }

  // The next message that goes out; a Message with status 0 and no method when there is none.
  Message Next() {
    last = agent().PollOutput();
    if (!last) return {};
    auto message = ParseText(last->bytes);
    if (!message) {
      ADD_FAILURE() << message.error().reason << "\n" << last->bytes;
      return {};
    }
    return std::move(*message);
  }
  // The next that is no 100.
  Message NextFinal() {
    Message message = Next();
    while (message.status == 100) message = Next();
    return message;
  }
  template <class Event>
  std::optional<Event> Take() {
    while (auto event = agent().PollEvent()) {
      if (auto* wanted = std::get_if<Event>(&*event)) return std::move(*wanted);
    }
    return std::nullopt;
  }
  void Pass(Duration duration) {
    const Timestamp end = now + duration;
    for (Timestamp next = agent().NextTimeout(); next <= end; next = agent().NextTimeout()) {
      now = std::max(now, next);
      agent().HandleTimeout(now);
    }
    now = end;
  }
  // A call from the far end that stands; its tag of ours is kept.
  CallId Establish(std::string_view more = "") {
    Say(Invite(more));
    const auto incoming = Take<IncomingCall>();
    if (!incoming) {
      ADD_FAILURE() << "no call came in";
      return {};
    }
    agent().Accept(incoming->call, Audio(), now);
    const Message ok = NextFinal();
    EXPECT_EQ(ok.status, 200);
    tag = ok.to.tag();
    --cseq;
    Say(Request("ACK", "", "", tag));
    EXPECT_TRUE(Take<CallEstablished>().has_value());
    return incoming->call;
  }
  static AudioOptions Audio() {
    AudioOptions audio;
    audio.rtp = SocketAddress::V4({198, 51, 100, 1}, 20'000);
    return audio;
  }

  AgentConfig config;  // before the first use of agent()
  Flow flow{TransportKind::kUdp, SocketAddress::V4({203, 0, 113, 5}, 5060), ""};
  Timestamp now = Timestamp::Seconds(500);
  std::optional<Outgoing> last;
  std::string call_id = "far-call";
  std::string tag;  // ours, as the user agent gave it
  uint32_t cseq = 0;

 private:
  SeededRandom random_{1};
  std::unique_ptr<UserAgent> agent_;
  int branch_ = 0;
};

}  // namespace parley::sip
