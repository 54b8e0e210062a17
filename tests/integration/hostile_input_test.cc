// Rubbish of every kind, over real sockets, at a server that holds a meeting meanwhile: it is
// counted, nobody gets back more than they sent, and those who meet lose nothing. That it leaves no
// memory behind is seen in tests/memory.

#include <string>
#include <vector>

#include "tests/integration/hostile_input_fixture.h"

namespace parley::test {
namespace {

TEST_F(HostileInputTest, DatagramsOfStrangersAreCountedAndNeverAnsweredAtLength) {
  std::vector<Stranger> strangers = MakeStrangers();
  size_t turn = 0;
  MeetDuring(200, [&] {
    for (int i = 0; i < 4; ++i) {
      Stranger& stranger = strangers[turn++ % strangers.size()];
      for (const uint16_t port : ports_) stranger.Ask(port);
      stranger.CheckAnswers();
    }
  });
  for (const char* counter :
       {"dropped_unknown_kind", "dropped_too_large", "dropped_bad_stun", "dropped_unknown_ufrag",
        "dropped_unauthenticated", "dropped_unknown_address"}) {
    ExpectCounted(counter);
  }
  for (Stranger& stranger : strangers) {
    stranger.CheckAnswers();
    // An error tells who has the name of a transport that its password is wrong; all others
    // hear nothing.
    if (!stranger.kind().starts_with("a check with")) {
      EXPECT_EQ(stranger.answered(), 0u) << stranger.kind();
    }
  }
}

TEST_F(HostileInputTest, AMemberWhoSendsRubbishUnderItsOwnKeysDisturbsNobodyElse) {
  Member& mallory = Joined("Mallory");
  ASSERT_TRUE(EveryoneConnects());
  MeetDuring(200, [&] {
    Bytes bytes(12 + random_.Below(1000));
    random_.Fill(bytes);
    bytes[0] = static_cast<uint8_t>(0x80 | bytes[0] % 64);
    bytes[1] = static_cast<uint8_t>(bytes[1] % 60);  // no payload type that was agreed
    mallory.peer().SendRtp(bytes);
    bytes.resize(8 + bytes.size() % 200);
    bytes[1] = static_cast<uint8_t>(200 + bytes[1] % 8);  // an RTCP packet type
    mallory.peer().SendRtcp(bytes);
  });
  ExpectCounted("router_unknown_ssrc");
  ExpectCounted("router_malformed");
}

TEST_F(HostileInputTest, MalformedHttpSdpAndJsonDisturbNobody) {
  MeetWhile([&] { AttackOverTcp(server_, ports_, room_, token_); }, [] {});
  EXPECT_EQ(Fetch(server_.port(), {.target = "/healthz"}).status, 200);
}

}  // namespace
}  // namespace parley::test
