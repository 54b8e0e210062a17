#include "mixer/sip/transaction_layer.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/mixer/sip/sip_test_util.h"

namespace parley::sip {
namespace {

constexpr Timestamp kStart = Timestamp::Seconds(100);

class TransactionLayerTest : public testing::Test {
 protected:
  static Message Request(std::string_view method, std::string_view branch,
                         std::string_view more = "") {
    const std::string name(method);
    return ParseText(Crlf(name +
                          " sip:room@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.9:5070;branch=" +
                          std::string(branch) + std::string(more) +
                          "\nFrom: <sip:a@example.org>;tag=1\nTo: <sip:room@example.com>\n"
                          "Call-ID: c\nCSeq: 7 " +
                          name + "\nContent-Length: 0\n\n"))
        .value();
  }
  template <class Event>
  Event Expect() {
    auto event = layer_->PollEvent();
    if (!event || !std::holds_alternative<Event>(*event)) {
      ADD_FAILURE() << "another event, or none";
      return Event();
    }
    return std::get<Event>(std::move(*event));
  }
  // The status of what goes out next; 0 for a request or nothing.
  int Status() {
    last_ = layer_->PollOutput();
    return last_ ? RawMessage::Parse(last_->bytes)->status : 0;
  }
  void SetLimits(TransactionLayer::Limits limits) {
    layer_ = std::make_unique<TransactionLayer>(LocalHost{.host = "198.51.100.1"},
                                                TransactionTimes(), limits, random_);
  }
  void SetUp() override { SetLimits({}); }

  SeededRandom random_{1};
  std::unique_ptr<TransactionLayer> layer_;
  std::optional<Outgoing> last_;
  const Flow peer_{TransportKind::kUdp, SocketAddress::V4({203, 0, 113, 7}, 40'000), ""};
};

TEST_F(TransactionLayerTest, AnInviteIsAnswered100AndItsRepetitionTheSame) {
  layer_->HandleMessage(Request("INVITE", "z9hG4bKa"), peer_, kStart);
  EXPECT_EQ(Status(), 100);
  const ServerId id = Expect<RequestArrived>().transaction;
  layer_->HandleMessage(Request("INVITE", "z9hG4bKa"), peer_, kStart);
  EXPECT_EQ(Status(), 100);
  EXPECT_FALSE(layer_->PollEvent());
  layer_->Respond(id, Message::ResponseTo(Request("INVITE", "z9hG4bKa"), 486), kStart);
  EXPECT_EQ(Status(), 486);
  layer_->HandleTimeout(kStart + Duration::Millis(500));
  EXPECT_EQ(Status(), 486);
  layer_->HandleMessage(Request("ACK", "z9hG4bKa"), peer_, kStart);
  layer_->HandleTimeout(kStart + Duration::Seconds(2));
  EXPECT_EQ(Status(), 0);
  layer_->HandleTimeout(kStart + Duration::Seconds(7));
  EXPECT_EQ(layer_->server_count(), 0u);
  EXPECT_TRUE(layer_->NextTimeout().IsNever());
}

TEST_F(TransactionLayerTest, ResponsesGoToTheSourceWithRportElseToTheViasPort) {
  layer_->HandleMessage(Request("OPTIONS", "z9hG4bKa", ";rport"), peer_, kStart);
  auto arrived = Expect<RequestArrived>();
  EXPECT_EQ(arrived.request.top_via().params.Get("received"), "203.0.113.7");
  EXPECT_EQ(arrived.request.top_via().params.Get("rport"), "40000");
  layer_->Respond(arrived.transaction, Message::ResponseTo(arrived.request, 200), kStart);
  EXPECT_EQ(Status(), 200);
  EXPECT_EQ(last_->to.remote, peer_.remote);

  layer_->HandleMessage(Request("OPTIONS", "z9hG4bKb"), peer_, kStart);
  arrived = Expect<RequestArrived>();
  layer_->Respond(arrived.transaction, Message::ResponseTo(arrived.request, 200), kStart);
  EXPECT_EQ(Status(), 200);
  EXPECT_EQ(last_->to.remote, SocketAddress::V4({203, 0, 113, 7}, 5070));
}

TEST_F(TransactionLayerTest, OldBranchesAreMatchedByRfc2543) {
  layer_->HandleMessage(Request("INVITE", "z9hG4bK"), peer_, kStart);
  layer_->HandleMessage(Request("INVITE", "z9hG4bK"), peer_, kStart);
  Message other = Request("INVITE", "z9hG4bK");
  other.call_id = "another";
  layer_->HandleMessage(other, peer_, kStart);
  Expect<RequestArrived>();
  Expect<RequestArrived>();
  EXPECT_FALSE(layer_->PollEvent());
}

TEST_F(TransactionLayerTest, ARequestIsRepeatedAndItsResponseFound) {
  const ClientId id = layer_->Send(Request("OPTIONS", "ours"), peer_, kStart);
  const auto sent = layer_->PollOutput();
  ASSERT_TRUE(sent);
  const Message request = ParseText(sent->bytes).value();
  EXPECT_EQ(request.top_via().SentBy(), "198.51.100.1:5060");
  EXPECT_TRUE(request.top_via().HasRfc3261Branch());
  EXPECT_TRUE(request.top_via().params.Has("rport"));
  layer_->HandleTimeout(kStart + Duration::Millis(500));
  EXPECT_EQ(layer_->PollOutput()->bytes, sent->bytes);

  Message stray = Message::ResponseTo(request, 200);
  stray.vias.push_back(stray.vias.front());
  layer_->HandleMessage(stray, peer_, kStart);
  EXPECT_FALSE(layer_->PollEvent());
  EXPECT_EQ(layer_->counters().stray_responses, 1u);

  layer_->HandleMessage(Message::ResponseTo(request, 200), peer_, kStart);
  const auto arrived = Expect<ResponseArrived>();
  EXPECT_EQ(arrived.transaction, id);
  EXPECT_EQ(arrived.response.status, 200);
}

TEST_F(TransactionLayerTest, ARefusedInviteIsAcknowledgedWithinItsTransaction) {
  layer_->Send(Request("INVITE", "ours"), peer_, kStart);
  const Message request = ParseText(layer_->PollOutput()->bytes).value();
  Message refusal = Message::ResponseTo(request, 486);
  refusal.to.set_tag("far");
  layer_->HandleMessage(refusal, peer_, kStart);
  const Message ack = ParseText(layer_->PollOutput()->bytes).value();
  EXPECT_TRUE(ack.is("ACK"));
  EXPECT_EQ(ack.top_via().branch(), request.top_via().branch());
  EXPECT_EQ(ack.to.tag(), "far");
  EXPECT_EQ(ack.cseq.number, request.cseq.number);
}

TEST_F(TransactionLayerTest, ACancelSharesTheInvitesBranchAndFindsItsServer) {
  const ClientId invite = layer_->Send(Request("INVITE", "ours"), peer_, kStart);
  const Message request = ParseText(layer_->PollOutput()->bytes).value();
  EXPECT_NE(layer_->Cancel(invite, kStart), ClientId());
  const Message cancel = ParseText(layer_->PollOutput()->bytes).value();
  EXPECT_EQ(cancel.top_via(), request.top_via());
  EXPECT_EQ(cancel.cseq, (CSeq{7, "CANCEL"}));

  layer_->HandleMessage(request, peer_, kStart);
  EXPECT_EQ(layer_->FindCancelled(cancel), Expect<RequestArrived>().transaction);
  Message unknown = cancel;
  unknown.vias.front().params.Set("branch", "z9hG4bKother");
  EXPECT_FALSE(layer_->FindCancelled(unknown));
}

TEST_F(TransactionLayerTest, TellsOfTimeoutsAndBrokenConnections) {
  Flow tcp = peer_;
  tcp.transport = TransportKind::kTcp;
  const ClientId lost = layer_->Send(Request("OPTIONS", "a"), tcp, kStart);
  layer_->HandleTransportFailure(tcp);
  auto failed = Expect<ClientFailed>();
  EXPECT_EQ(failed.transaction, lost);
  EXPECT_FALSE(failed.timed_out);
  const ClientId late = layer_->Send(Request("OPTIONS", "b"), tcp, kStart);
  layer_->HandleTimeout(kStart + Duration::Seconds(32));
  failed = Expect<ClientFailed>();
  EXPECT_EQ(failed.transaction, late);
  EXPECT_TRUE(failed.timed_out);
  EXPECT_EQ(layer_->client_count(), 0u);
}

TEST_F(TransactionLayerTest, WithoutRoomAnswers503AndKeepsNothing) {
  SetLimits({.server_transactions = 2, .client_transactions = 1});
  for (const char* branch : {"z9hG4bKa", "z9hG4bKb", "z9hG4bKc"}) {
    layer_->HandleMessage(Request("BYE", branch), peer_, kStart);
  }
  EXPECT_EQ(layer_->server_count(), 2u);
  EXPECT_EQ(Status(), 503);
  EXPECT_NE(layer_->Send(Request("OPTIONS", "a"), peer_, kStart), ClientId());
  EXPECT_EQ(layer_->Send(Request("OPTIONS", "b"), peer_, kStart), ClientId());
  EXPECT_EQ(layer_->counters().refused_for_room, 2u);
}

}  // namespace
}  // namespace parley::sip
