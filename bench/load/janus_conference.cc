// Janus's REST interface: a session, a handle of the plugin in it, messages to the handle, and
// what they lead to fetched as the session's events.

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "bench/load/conference.h"
#include "tests/client/json_text.h"
#include "tests/client/web_client.h"

namespace parley::bench {
namespace {

using test::JsonText;
using test::Quoted;

constexpr std::string_view kRoom = "4711";

// Its ICE agent pairs only what it was told of, even as the lite one.
std::string Candidate(const SocketAddress& local) {
  const std::string text = local.ToString();
  const size_t colon = text.rfind(':');
  return "a=candidate:1 1 udp 2130706431 " + text.substr(0, colon) + ' ' + text.substr(colon + 1) +
         " typ host\r\na=end-of-candidates\r\n";
}

// An answer that takes all that is offered: the offer with our own transport and direction.
std::string AnswerTo(std::string_view offer, const test::TestPeer& peer,
                     const SocketAddress& local) {
  constexpr std::string_view kTheirs[] = {
      "a=candidate:", "a=ice-",          "a=fingerprint:", "a=setup:", "a=ssrc",
      "a=msid",       "a=end-of-candid", "a=sendonly",     "a=rtcp:"};
  const std::string ours = "a=ice-ufrag:" + peer.local_ice().ufrag +
                           "\r\na=ice-pwd:" + peer.local_ice().pwd +
                           "\r\na=fingerprint:" + test::FingerprintText(peer.fingerprints()[0]) +
                           "\r\na=setup:active\r\na=recvonly\r\n" + Candidate(local);
  std::string answer;
  bool in_media = false;
  while (!offer.empty()) {
    const std::string_view line = offer.substr(0, offer.find('\n') + 1);
    if (line.empty()) break;
    offer.remove_prefix(line.size());
    bool theirs = false;
    for (const std::string_view prefix : kTheirs) theirs = theirs || line.starts_with(prefix);
    if (theirs) continue;
    if (line.starts_with("m=") && std::exchange(in_media, true)) answer += ours;
    answer += line;
  }
  return answer + ours;
}

class JanusConference final : public Conference {
 public:
  explicit JanusConference(uint16_t port) : port_(port) {
    const Handle handle = Attach();
    const std::string made = Post(handle.Path(), R"("janus":"message","body":{"request":"create",)"
                                                 R"("bitrate":0,"publishers":4,"room":)" +
                                                     std::string(kRoom) + "}");
    if (JsonText(made, "plugindata.data.videoroom") != "created") Refused("create", made);
  }

  test::TestAnswer Publish(const test::TestPeer& peer, const SocketAddress& local,
                           const test::TestOffer& offer) override {
    const Handle handle = Attach();
    std::string sdp = offer.ToSdp(peer.local_ice(), peer.fingerprints()[0]);
    sdp += Candidate(local);  // of the last m-line: all share one transport
    Post(handle.Path(), R"("janus":"message","body":{"request":"joinandconfigure",)"
                        R"("ptype":"publisher","room":)" +
                            std::string(kRoom) + R"(},"jsep":{"type":"offer","sdp":)" +
                            Quoted(sdp) + "}");
    const std::string event = EventWithSdp(handle);
    feed_ = JsonText(event, "plugindata.data.id");
    return Read(event);
  }

  test::TestAnswer Watch(const test::TestPeer& peer, const SocketAddress& local) override {
    const Handle handle = Attach();
    Post(handle.Path(), R"("janus":"message","body":{"request":"join","ptype":"subscriber",)"
                        R"("room":)" +
                            std::string(kRoom) + R"(,"streams":[{"feed":)" + feed_ + "}]}");
    const std::string event = EventWithSdp(handle);
    Post(handle.Path(), R"("janus":"message","body":{"request":"start"},)"
                        R"("jsep":{"type":"answer","sdp":)" +
                            Quoted(AnswerTo(JsonText(event, "jsep.sdp"), peer, local)) + "}");
    return Read(event);
  }

  std::unordered_set<uint32_t> Sources() const override { return {}; }

 private:
  struct Handle {
    std::string session;
    std::string id;
    std::string Path() const { return session + '/' + id; }
  };

  Handle Attach() {
    const std::string session =
        "/janus/" + JsonText(Post("/janus", R"("janus":"create")"), "data.id");
    const std::string attached =
        Post(session, R"("janus":"attach","plugin":"janus.plugin.videoroom")");
    return {session, JsonText(attached, "data.id")};
  }

  std::string Post(const std::string& path, const std::string& fields) {
    const std::string body =
        R"({"transaction":")" + std::to_string(++transaction_) + "\"," + fields + "}";
    return test::Fetch(port_, {.method = "POST", .target = path, .body = body}).body;
  }

  std::string EventWithSdp(const Handle& handle) {
    for (int i = 0; i < 20; ++i) {
      std::string event = test::Fetch(port_, {.target = handle.session + "?maxev=1"}).body;
      if (!JsonText(event, "jsep.sdp").empty()) return event;
      if (event.empty() || event.find("\"error") != std::string::npos) Refused("event", event);
    }
    Refused("no SDP", "");
  }

  static test::TestAnswer Read(const std::string& event) {
    auto answer = test::TestAnswer::Parse(JsonText(event, "jsep.sdp"));
    if (!answer || answer->udp_candidates.empty()) Refused("SDP", event);
    return *std::move(answer);
  }

  [[noreturn]] static void Refused(const char* what, const std::string& why) {
    std::fprintf(stderr, "load: Janus: %s %s\n", what, why.c_str());
    std::exit(1);
  }

  const uint16_t port_;
  std::string feed_;
  int transaction_ = 0;
};

}  // namespace

std::unique_ptr<Conference> MakeJanusConference(uint16_t port) {
  return std::make_unique<JanusConference>(port);
}

}  // namespace parley::bench
