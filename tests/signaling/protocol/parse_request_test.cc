#include "signaling/protocol/parse_request.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/signaling/protocol_schema.h"

namespace parley {
namespace {

using test::ProtocolSchema;

std::expected<Request, RequestRefused> Parse(std::string_view text) {
  return ParseRequest(text, {}, {"chat", "qa.ask"});
}

// Parses and holds the text to the schema of its type.
template <class Body>
Body Accepted(const std::string& type, const std::string& text) {
  rapidjson::Document document;
  document.Parse(text);
  EXPECT_EQ(ProtocolSchema::Get().Judge("request_" + type, document), "") << text;
  const auto request = Parse(text);
  if (!request) {
    ADD_FAILURE() << text << ": " << request.error().error.message;
    return {};
  }
  return std::get<Body>(request->body);
}

// Of an error that leaves the socket open.
std::string RefusedField(const std::string& type, const std::string& data) {
  const auto request = Parse(R"({"id":9,"type":")" + type + R"(","data":)" + data + "}");
  if (request) return "accepted";
  EXPECT_EQ(request.error().id, 9);
  EXPECT_EQ(request.error().error.code, ErrorCode::kBadRequest);
  EXPECT_FALSE(request.error().close);
  return request.error().error.field;
}

TEST(ParseRequestTest, Join) {
  const auto join = Accepted<JoinRequest>(
      "join",
      R"({"id":1,"type":"join","data":{"room":"swift-otter-42","invite":"Zk3","name":"Ada",)"
      R"("offer":"v=0\r\n","sources_by_mid":{"0":"microphone","1":"screen"},)"
      R"("publish":["microphone","camera"],"client":"parley-web/0.1.0"}})");
  EXPECT_EQ(join.room, "swift-otter-42");
  EXPECT_EQ(join.invite, "Zk3");
  EXPECT_FALSE(join.token);
  EXPECT_EQ(join.name, "Ada");
  ASSERT_TRUE(join.offer);
  EXPECT_EQ(join.offer->sdp, "v=0\r\n");
  EXPECT_EQ(join.offer->sources_by_mid.at("1"), SourceKind::kScreen);
  EXPECT_EQ(join.publish, SourceKindSet(0b0011));
  EXPECT_EQ(join.client, "parley-web/0.1.0");
}

TEST(ParseRequestTest, Recording) {
  EXPECT_EQ(
      Accepted<RecordRequest>("record", R"({"id":1,"type":"record","data":{"action":"resume"}})")
          .action,
      RecordAction::kResume);
  EXPECT_EQ(RefusedField("record", R"({"action":"erase"})"), "action");
  EXPECT_EQ(RefusedField("record", "{}"), "action");
  EXPECT_TRUE(
      Accepted<ConsentRequest>("consent", R"({"id":1,"type":"consent","data":{"given":true}})")
          .given);
  EXPECT_EQ(RefusedField("consent", "{}"), "given");
}

TEST(ParseRequestTest, EveryOtherType) {
  const auto resume = Accepted<ResumeRequest>(
      "resume", R"({"id":1,"type":"resume","data":{"resume":"t","publish":[]}})");
  EXPECT_EQ(resume.resume, "t");
  EXPECT_FALSE(resume.offer);
  EXPECT_EQ(resume.publish, SourceKindSet());

  const auto offer = Accepted<OfferRequest>(
      "offer", R"({"id":1,"type":"offer","data":{"sdp":"v=0","fresh":true}})");
  EXPECT_EQ(offer.offer.sdp, "v=0");
  EXPECT_TRUE(offer.fresh);

  const auto view = Accepted<ViewRequest>(
      "view",
      R"({"id":1,"type":"view","data":{"show":[{"source":18,"height":720}],"pinned":[18,4]}})");
  ASSERT_EQ(view.show.size(), 1u);
  EXPECT_EQ(view.show[0].source, SourceId(18));
  EXPECT_EQ(view.show[0].height, 720);
  EXPECT_EQ(view.pinned, (std::vector{SourceId(18), SourceId(4)}));

  const auto publish = Accepted<PublishRequest>(
      "publish", R"({"id":1,"type":"publish","data":{"source":"screen_audio","on":true}})");
  EXPECT_EQ(publish.source, SourceKind::kScreenAudio);
  EXPECT_TRUE(publish.on);

  EXPECT_EQ(
      Accepted<RenameRequest>("rename", R"({"id":1,"type":"rename","data":{"name":"B"}})").name,
      "B");
  const auto mute = Accepted<MuteRequest>(
      "mute", R"({"id":1,"type":"mute","data":{"participant":"p1","source":"camera"}})");
  EXPECT_EQ(mute.participant, "p1");
  EXPECT_EQ(mute.source, SourceKind::kCamera);
  EXPECT_EQ(
      Accepted<RemoveRequest>("remove", R"({"id":1,"type":"remove","data":{"participant":"p1"}})")
          .participant,
      "p1");
  Accepted<EndRequest>("end", R"({"id":1,"type":"end"})");
  Accepted<LeaveRequest>("leave", R"({"id":1,"type":"leave"})");
  Accepted<PingRequest>("ping", R"({"id":2147483647,"type":"ping"})");
}

TEST(ParseRequestTest, WhatAFeatureAnswersIsHandedOnUnread) {
  auto chat = Parse(R"({"id":4,"type":"chat","data":{"text":"hi","deep":{"a":[1]}},"x":1})");
  ASSERT_TRUE(chat);
  EXPECT_EQ(chat->id, 4);
  // Moved, as requests are.
  const auto whole = std::get<FeatureRequest>(std::move(chat->body));
  EXPECT_EQ(whole.feature, "chat");
  EXPECT_EQ(whole.verb, "");
  EXPECT_STREQ(whole.fields["text"].GetString(), "hi");
  EXPECT_EQ(whole.fields["deep"]["a"][0].GetInt(), 1);

  const auto ask = Parse(R"({"id":5,"type":"qa.ask"})");
  ASSERT_TRUE(ask);
  EXPECT_EQ(std::get<FeatureRequest>(ask->body).feature, "qa");
  EXPECT_EQ(std::get<FeatureRequest>(ask->body).verb, "ask");
  EXPECT_TRUE(std::get<FeatureRequest>(ask->body).fields.IsNull());

  EXPECT_EQ(RefusedField("chat", "[]"), "data");
  EXPECT_EQ(Parse(R"({"id":5,"type":"qa"})").error().error.code, ErrorCode::kUnknownType);
  EXPECT_EQ(Parse(R"({"id":5,"type":"chat."})").error().error.code, ErrorCode::kUnknownType);
}

TEST(ParseRequestTest, UnknownFieldsAndATrailingNewlineAreFine) {
  const auto request =
      Parse("{\"id\":1,\"type\":\"chat\",\"x\":{},\"data\":{\"text\":\"a\",\"y\":[1]}}\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->id, 1);
}

TEST(ParseRequestTest, BrokenFramingClosesTheSocket) {
  const auto malformed = Parse("hello");
  ASSERT_FALSE(malformed);
  EXPECT_EQ(malformed.error().close, CloseCode::kInvalidPayload);
  EXPECT_EQ(malformed.error().id, 0);
  EXPECT_EQ(Parse("[1]").error().close, CloseCode::kInvalidPayload);
  EXPECT_EQ(Parse(R"({"id":1,"id":1,"type":"ping"})").error().close, CloseCode::kInvalidPayload);
  EXPECT_EQ(Parse(std::string(40, '[')).error().close, CloseCode::kInvalidPayload);
  const auto large = Parse(std::string(70'000, ' '));
  EXPECT_EQ(large.error().close, CloseCode::kTooBig);
  EXPECT_EQ(large.error().error.code, ErrorCode::kTooLarge);
}

TEST(ParseRequestTest, TheIdIsHeldToItsRange) {
  for (const char* id : {"0", "-1", "2147483648", "1.5", "\"1\"", "null", "true", "1e400",
                         "99999999999999999999999"}) {
    const auto request = Parse(std::string(R"({"id":)") + id + R"(,"type":"ping"})");
    ASSERT_FALSE(request) << id;
    EXPECT_EQ(request.error().id, 0);
  }
  EXPECT_EQ(Parse(R"({"type":"ping"})").error().error.field, "id");
}

TEST(ParseRequestTest, AnUnknownTypeIsNamedWithTheRequest) {
  const auto request = Parse(R"({"id":5,"type":"dance","data":{}})");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().id, 5);
  EXPECT_EQ(request.error().error.code, ErrorCode::kUnknownType);
  EXPECT_FALSE(request.error().close);
  EXPECT_EQ(Parse(R"({"id":5})").error().error.field, "type");
  EXPECT_EQ(Parse(R"({"id":5,"type":7})").error().error.field, "type");
  EXPECT_EQ(Parse(R"({"id":5,"type":"ping","data":[]})").error().error.field, "data");
}

TEST(ParseRequestTest, NamesTheFieldThatIsMissingOrWrong) {
  EXPECT_EQ(RefusedField("join", R"({"invite":"x"})"), "room");
  EXPECT_EQ(RefusedField("join", R"({"room":"r","name":"A"})"), "invite");
  EXPECT_EQ(RefusedField("join", R"({"room":"r","name":"A","invite":"x","token":"y"})"), "invite");
  EXPECT_EQ(RefusedField("join", R"({"room":"r","name":5,"invite":"x"})"), "name");
  EXPECT_EQ(RefusedField("join", R"({"room":"r","invite":"x","offer":{}})"), "offer");
  EXPECT_EQ(RefusedField("join", R"({"room":"r","invite":"x","publish":["tv"]})"), "publish");
  EXPECT_EQ(RefusedField("join", R"({"room":"r","invite":"x","publish":"camera"})"), "publish");
  EXPECT_EQ(
      RefusedField("join", R"({"room":"r","invite":"x","offer":"v","sources_by_mid":{"0":"tv"}})"),
      "sources_by_mid");
  EXPECT_EQ(RefusedField("offer", R"({"sdp":"v","sources_by_mid":{"0":"camera","1":"camera"}})"),
            "sources_by_mid");
  EXPECT_EQ(RefusedField("offer", "{}"), "sdp");
  EXPECT_EQ(RefusedField("offer", R"({"sdp":"v","fresh":1})"), "fresh");
  EXPECT_EQ(RefusedField("resume", R"({"resume":null})"), "resume");
  EXPECT_EQ(RefusedField("publish", R"({"source":"tv","on":true})"), "source");
  EXPECT_EQ(RefusedField("publish", R"({"source":"camera"})"), "on");
  EXPECT_EQ(RefusedField("publish", R"({"source":"camera","on":"yes"})"), "on");
  EXPECT_EQ(RefusedField("rename", "{}"), "name");
  EXPECT_EQ(RefusedField("mute", R"({"participant":3,"source":"camera"})"), "participant");
  EXPECT_EQ(RefusedField("mute", "{}"), "source");
  EXPECT_EQ(RefusedField("remove", "{}"), "participant");
}

TEST(ParseRequestTest, AViewIsBounded) {
  const auto show = [](const std::string& entries) { return R"({"show":[)" + entries + "]}"; };
  EXPECT_EQ(RefusedField("view", "{}"), "show");
  EXPECT_EQ(RefusedField("view", show("5")), "show.0.source");
  EXPECT_EQ(RefusedField("view", show(R"({"source":1,"height":0})")), "show.0.height");
  EXPECT_EQ(RefusedField("view", show(R"({"source":1,"height":1},{"source":1,"height":4321})")),
            "show.1.height");
  EXPECT_EQ(RefusedField("view", show(R"({"source":-1,"height":1})")), "show.0.source");
  EXPECT_EQ(RefusedField("view", show(R"({"source":4294967296,"height":1})")), "show.0.source");
  EXPECT_EQ(RefusedField("view", R"({"show":[],"pinned":["x"]})"), "pinned");

  std::string entries = R"({"source":1,"height":1})";
  for (int i = 1; i < 64; ++i) entries += R"(,{"source":1,"height":1})";
  EXPECT_EQ(RefusedField("view", show(entries)), "accepted");
  EXPECT_EQ(RefusedField("view", show(entries + R"(,{"source":1,"height":1})")), "show");
}

TEST(ParseRequestTest, OneAnswerPerFault) {
  const auto request = Parse(R"({"id":3,"type":"mute","data":{"participant":1,"source":2}})");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().error.field, "participant");
  EXPECT_EQ(request.error().error.message, "The field participant must be a string.");
}

}  // namespace
}  // namespace parley
