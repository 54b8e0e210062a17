#include "mixer/sip/dialog.h"

#include <gtest/gtest.h>

#include "tests/mixer/sip/sip_test_util.h"

namespace parley::sip {
namespace {

const Flow kFlow{TransportKind::kUdp, SocketAddress::V4({203, 0, 113, 5}, 5070), ""};

Message Invite(std::string_view contact, std::string_view more = "") {
  return ParseText(
             Crlf("INVITE sip:room@h SIP/2.0\nVia: SIP/2.0/UDP 203.0.113.5;branch=z9hG4bKa\n"
                  "From: \"A\" <sip:a@b>;tag=far\nTo: <sip:room@h>\nCall-ID: c\nCSeq: 5 INVITE\n"
                  "Contact: <" +
                  std::string(contact) + ">\n" + std::string(more) + "Content-Length: 0\n\n"))
      .value();
}

TEST(DialogTest, TheCalledSideTurnsTheInviteRound) {
  Dialog dialog = Dialog::OfRequest(
      Invite("sip:a@203.0.113.9:5090", "Record-Route: <sip:p1;lr>,<sip:p2;lr>\n"), kFlow, "us");
  const Message bye = dialog.Request("BYE");
  EXPECT_EQ(bye.request_uri.ToString(), "sip:a@203.0.113.9:5090");
  EXPECT_EQ(bye.from.tag(), "us");
  EXPECT_EQ(bye.to.ToString(), "\"A\" <sip:a@b>;tag=far");
  ASSERT_EQ(bye.routes.size(), 2u);
  EXPECT_EQ(bye.routes[0].uri.host, "p1");
  EXPECT_EQ(bye.cseq, (CSeq{1, "BYE"}));
  EXPECT_EQ(dialog.Request("INFO").cseq.number, 2u);
}

TEST(DialogTest, TheCallingSideReversesTheRoutes) {
  const Message invite = Invite("sip:a@x");
  Message ok = Message::ResponseTo(invite, 200);
  ok.to.set_tag("them");
  ok.record_routes = {*NameAddr::Parse("<sip:p1;lr>"), *NameAddr::Parse("<sip:p2;lr>")};
  ok.contacts = {*NameAddr::Parse("<sip:b@y>")};
  const Dialog dialog = Dialog::OfResponse(invite, ok, kFlow);
  const Message ack = dialog.Ack(5);
  EXPECT_EQ(ack.routes[0].uri.host, "p2");
  EXPECT_EQ(ack.request_uri.host, "y");
  EXPECT_EQ(ack.cseq, (CSeq{5, "ACK"}));
  EXPECT_EQ(ack.to.tag(), "them");
}

TEST(DialogTest, RequestsOfThePeerMustCountUp) {
  Dialog dialog = Dialog::OfRequest(Invite("sip:a@x"), kFlow, "us");
  EXPECT_FALSE(dialog.TakeCSeq(5));
  EXPECT_TRUE(dialog.TakeCSeq(6));
  EXPECT_FALSE(dialog.TakeCSeq(6));
  EXPECT_TRUE(dialog.TakeCSeq(100));
}

TEST(DialogTest, TheNextHopIsAnAddressThatCanBeReached) {
  Dialog dialog = Dialog::OfRequest(Invite("sip:a@203.0.113.9:5090"), kFlow, "us");
  EXPECT_EQ(dialog.NextHop().remote, SocketAddress::V4({203, 0, 113, 9}, 5090));
  dialog.target = *Uri::Parse("sip:a@name.example.com");
  EXPECT_EQ(dialog.NextHop().remote, kFlow.remote) << "a name is not looked up";
  dialog.target = *Uri::Parse("sip:a@203.0.113.9:5090");
  dialog.behind_nat = true;
  EXPECT_EQ(dialog.NextHop().remote, kFlow.remote);
  dialog.behind_nat = false;
  dialog.flow.transport = TransportKind::kTcp;
  EXPECT_EQ(dialog.NextHop().remote, kFlow.remote) << "a connection is kept";
}

TEST(DialogTest, ACallerWithoutContactIsReachedByItsFrom) {
  Message old = Invite("sip:a@x");
  old.contacts.clear();
  EXPECT_EQ(Dialog::OfRequest(old, kFlow, "us").target.ToString(), "sip:a@b");
}

}  // namespace
}  // namespace parley::sip
