#include "signaling/protocol/write_message.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "signaling/protocol/json_writer.h"
#include "tests/signaling/protocol_schema.h"

namespace parley {
namespace {

using test::ProtocolSchema;

rapidjson::Document Judged(const std::string& definition, const std::string& text) {
  rapidjson::Document document;
  document.Parse(text);
  EXPECT_FALSE(document.HasParseError()) << text;
  EXPECT_EQ(ProtocolSchema::Get().Judge(definition, document), "") << text;
  return document;
}

ParticipantInfo Ada() {
  ParticipantInfo ada{.id = "pabcdefghijklm",
                      .name = "Ada \"\xF0\x9F\x98\x80\"",
                      .role = Role::kHost,
                      .kind = ParticipantKind::kBrowser,
                      .joined_at = WallTime::UnixMicros(1'763'885'000'123'456),
                      .connected = true,
                      .hand_at = {},
                      .quality = 3,
                      .sources = {}};
  ada.sources[IndexOf(SourceKind::kCamera)] = SourceInfo{.id = SourceId(18), .live = true};
  return ada;
}

const RecordingInfo kRecording{.id = "rabcdefghijklmnop",
                               .paused = true,
                               .started_at = WallTime::UnixMicros(1'763'885'000'123'456),
                               .asks_consent = true};

TEST(WriteMessageTest, Participant) {
  EXPECT_EQ(WriteParticipantJoined(41, Ada()),
            R"({"type":"participant_joined","version":41,"data":{"participant":{)"
            R"("id":"pabcdefghijklm","name":"Ada \")"
            "\xF0\x9F\x98\x80"
            R"(\"","role":"host","kind":"browser","joined_at":1763885000123,"connected":true,)"
            R"("quality":3,"sources":{"camera":{"id":18,"state":"live"}}}}})");
  Judged("event_participant_joined", WriteParticipantJoined(41, Ada()));
  Judged("event_participant_changed", WriteParticipantChanged(42, Ada()));
  Judged("event_participant_left", WriteParticipantLeft(43, Ada().id, LeaveReason::kLost));
}

TEST(WriteMessageTest, Results) {
  JoinResult result{
      .participant = Ada().id,
      .resume = "token",
      .role = Role::kHost,
      .answer = "v=0\r\n",
      .sources = {},
      .slots = {{.slot = 0, .mid = "4", .video = false}, {.slot = 1, .mid = "5", .video = true}},
      .room = {.version = 40,
               .name = "swift-otter-42",
               .title = "Weekly",
               .participants = {Ada()},
               .map = {.epoch = 12,
                       .audio = {SourceId(17), SourceId(), SourceId(33)},
                       .screen_audio = {},
                       .video = {{.slot = 4, .source = SourceId(18), .state = SlotState::kPaused}}},
               .dominant = std::nullopt,
               .dial_in = std::nullopt,
               .records = true,
               .recording = std::nullopt,
               .members = {{.name = "chat",
                            .json = R"([{"id":"m1","participant":"pabcdefghijklm","name":"Ada",)"
                                    R"("text":"\u0001 line\nnext","at":5}])"}},
               .features = {}},
      .transport = std::nullopt};
  result.sources[IndexOf(SourceKind::kScreenAudio)] = SourceId(20);
  const auto join = Judged("result_join", WriteJoinResult(1, result));
  EXPECT_EQ(join["id"].GetInt(), 1);
  EXPECT_EQ(join["data"]["sources"]["screen_audio"].GetUint(), 20u);
  EXPECT_EQ(join["data"]["room"]["map"]["audio"][1].GetUint(), 0u);
  EXPECT_EQ(join["data"]["room"]["chat"][0]["text"].GetString(), std::string("\x01 line\nnext"));
  EXPECT_TRUE(join["data"]["room"]["dominant"].IsNull());
  EXPECT_FALSE(join["data"]["room"].HasMember("dial_in"));
  EXPECT_TRUE(join["data"]["room"]["recording"].IsNull());

  result.answer.reset();
  result.room.dominant = Ada().id;
  result.room.dial_in = DialIn{.numbers = {"+44 20 7946 0123"}, .pin = "0123456789"};
  result.room.records = false;
  EXPECT_FALSE(
      Judged("result_join", WriteJoinResult(1, result))["data"]["room"].HasMember("recording"));
  result.room.records = true;
  result.room.recording = kRecording;
  result.transport = TransportOutcome::kKept;
  const auto resume = Judged("result_resume", WriteJoinResult(1, result));
  EXPECT_EQ(resume["data"]["transport"].GetString(), std::string("kept"));
  EXPECT_FALSE(resume["data"].HasMember("answer"));
  EXPECT_EQ(resume["data"]["room"]["dial_in"]["pin"].GetString(), std::string("0123456789"));
  EXPECT_FALSE(resume["data"]["room"]["dial_in"].HasMember("own_numbers"));
  result.room.dial_in->own_numbers = {"+44 20 7946 0124"};
  const auto own = Judged("result_resume", WriteJoinResult(1, result));
  EXPECT_EQ(own["data"]["room"]["dial_in"]["own_numbers"][0].GetString(),
            std::string("+44 20 7946 0124"));

  Judged("result_offer", WriteOfferResult(7, "v=0", result.slots));
  Judged("result_chat", WriteResultOf(7, R"({"message":"m12"})"));
  Judged("result_rename", WriteRenameResult(7, "token"));
  Judged("result_ping", WriteEmptyResult(7));
  Judged("result_consent", WriteEmptyResult(7));
}

TEST(WriteMessageTest, Recording) {
  EXPECT_EQ(WriteRecording(5, kRecording, std::nullopt),
            R"({"type":"recording","version":5,"data":{"recording":{"id":"rabcdefghijklmnop",)"
            R"("state":"paused","started_at":1763885000123,"consent":true}}})");
  Judged("event_recording", WriteRecording(5, kRecording, std::nullopt));
  for (const DiskStep step :
       {DiskStep::kNoComposing, DiskStep::kSmallPictures, DiskStep::kSoundOnly}) {
    RecordingInfo short_of_room = kRecording;
    short_of_room.disk = step;
    const auto event = Judged("event_recording", WriteRecording(5, short_of_room, std::nullopt));
    EXPECT_EQ(event["data"]["recording"]["disk"].GetString(), ToString(step));
  }
  Judged("event_recording", WriteRecording(6, std::nullopt, std::nullopt));
  Judged("event_recording",
         WriteRecording(7, std::nullopt, RecordingTrouble{"disk_full", "The disk is full."}));
}

TEST(WriteMessageTest, Events) {
  Judged("event_slots", WriteSlots({.epoch = 1, .audio = {}, .screen_audio = {}, .video = {}}));
  const VideoSlotState shown{.slot = 4, .source = SourceId(18), .state = SlotState::kLive};
  VideoSlotState small = shown;
  small.limited = true;
  const auto slots =
      Judged("event_slots",
             WriteSlots({.epoch = 2, .audio = {}, .screen_audio = {}, .video = {shown, small}}));
  EXPECT_FALSE(slots["data"]["video"][0].HasMember("limited"));
  EXPECT_TRUE(slots["data"]["video"][1]["limited"].GetBool());
  Judged("event_speakers", WriteSpeakers(std::nullopt, {}));
  Judged("event_speakers", WriteSpeakers(Ada().id, {Ada().id}));
  EXPECT_EQ(
      Judged("event_demand", WriteDemand(SourceKind::kCamera, 2))["data"]["encodings"].GetInt(), 2);
  EXPECT_TRUE(Judged("event_move", WriteMove())["data"].IsObject());
  Judged("event_quality", WriteQuality({{Ada().id, 4}}));
  Judged("event_muted", WriteMuted(SourceKind::kMicrophone, Ada().id));
  Judged("event_ended", WriteEnded(std::nullopt));
  Judged("event_ended", WriteEnded(Ada().id));
  Judged("event_removed", WriteRemoved(Ada().id));
  Judged("event_closing", WriteClosing(Duration::Millis(1500)));
}

TEST(WriteMessageTest, EveryErrorCodeIsInTheSchemaAndTheContract) {
  std::ifstream file(std::string(PARLEY_SOURCE_DIR) + "/signaling/PROTOCOL.md");
  std::stringstream contract;
  contract << file.rdbuf();
  for (const auto& info : ErrorCodes()) {
    Judged("error", WriteError(3, Error::Of(info.code)));
    EXPECT_NE(contract.str().find("`" + std::string(info.name) + "`"), std::string::npos)
        << info.name;
    EXPECT_GE(info.http_status, 400);
  }
  const auto whole = Judged("error", WriteError(0, {.code = ErrorCode::kTooManyRequests,
                                                    .message = "Slow down.",
                                                    .field = "x",
                                                    .retry_after_ms = 12}));
  EXPECT_FALSE(whole.HasMember("id")) << "of no request";
  EXPECT_EQ(whole["error"]["retry_after_ms"].GetInt(), 12);
}

// The judge itself: a reference that resolves to nothing would let everything through.
TEST(ProtocolSchemaTest, RefusesWhatIsWrong) {
  const auto judge = [](const std::string& definition, const std::string& text) {
    rapidjson::Document document;
    document.Parse(text);
    return ProtocolSchema::Get().Judge(definition, document);
  };
  EXPECT_NE(judge("event_participant_left", R"({"type":"participant_left","version":1,)"
                                            R"("data":{"participant":"p1","reason":"left"}})"),
            "")
      << "an id of the wrong form";
  EXPECT_NE(judge("event_closing", R"({"type":"closing","data":{"retry_after_ms":-1}})"), "");
  EXPECT_NE(judge("event_closing", R"({"type":"closing","data":{"retry_after_ms":1,"x":1}})"), "")
      << "a field nobody described";
  EXPECT_NE(
      judge("event_muted", R"({"type":"muted","data":{"source":"tv","by":"pabcdefghijklm"}})"), "");
  EXPECT_NE(judge("request_join", R"({"id":1,"type":"join","data":{"room":"r"}})"), "")
      << "neither invite nor token";
  EXPECT_NE(judge("request_join",
                  R"({"id":1,"type":"join","data":{"room":"r","invite":"a","token":"b"}})"),
            "");
}

TEST(ProtocolSchemaTest, EveryMessageIsListedAtTheRoot) {
  rapidjson::Document schema;
  std::ifstream file(std::string(PARLEY_SOURCE_DIR) + "/signaling/protocol/schema.json");
  std::stringstream text;
  text << file.rdbuf();
  schema.Parse(text.str());
  std::set<std::string> listed;
  for (const auto& entry : schema["anyOf"].GetArray()) {
    listed.insert(std::string(entry["$ref"].GetString()).substr(sizeof("#/definitions/") - 1));
  }
  for (const auto& name : ProtocolSchema::Get().definitions()) {
    const bool message = name == "error" || name.starts_with("result_") ||
                         name.starts_with("event_") ||
                         (name.starts_with("request_") && name != "request_id");
    EXPECT_EQ(listed.contains(name), message) << name;
  }
}

}  // namespace
}  // namespace parley
