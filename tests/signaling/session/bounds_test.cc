// Clients that do not keep to the contract.

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

TEST(BoundsTest, TextThatIsNoMessageClosesTheSocketAndTheParticipantMayResume) {
  for (const auto& [text, code] : std::vector<std::pair<std::string, CloseCode>>{
           {"hello", CloseCode::kInvalidPayload},
           {"\xFF\xFE", CloseCode::kInvalidPayload},
           {R"({"id":1,"id":1,"type":"ping"})", CloseCode::kInvalidPayload},
           {std::string(40, '['), CloseCode::kInvalidPayload},
           {std::string(70'000, ' '), CloseCode::kTooBig}}) {
    Meeting meeting;
    Client& ada = meeting.Joined("Ada");
    ada.SendText(text);
    EXPECT_EQ(ada.close_code(), code);
    ada.SendText(R"({"id":1,"type":"leave"})");
    EXPECT_EQ(meeting.room().participant_count(), 1u) << "what follows is not read";
    ada.Lose();
    EXPECT_TRUE(meeting.NewClient().Resume(ada.resume_token()));
  }
}

TEST(BoundsTest, AnErrorWithoutAnIdStaysOpen) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  ada.SendText(R"({"id":0,"type":"ping"})");
  EXPECT_STREQ(ada.error()["code"].GetString(), "bad_request");
  EXPECT_FALSE(ada.close_code());
  EXPECT_EQ(ada.Refusal("dance"), "unknown_type");
  EXPECT_TRUE(ada.Ask("ping"));
}

TEST(BoundsTest, AFloodIsRefusedThenCutOff) {
  Limits limits;
  limits.messages_per_second = 10;
  limits.message_burst = 20;
  limits.flood_tolerance = 5;
  Meeting meeting(limits);
  Client& ada = meeting.Joined("Ada");
  for (int i = 0; i < 19; ++i) ASSERT_TRUE(ada.Ask("ping"));
  EXPECT_EQ(ada.Refusal("ping"), "too_many_requests");
  EXPECT_GT(ada.error()["retry_after_ms"].GetInt(), 0);
  EXPECT_LE(ada.error()["retry_after_ms"].GetInt(), 102);
  meeting.Pass(Duration::Seconds(1));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(ada.Ask("ping")) << "the bucket has filled again";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ada.Refusal("ping"), "too_many_requests");
  EXPECT_FALSE(ada.close_code());
  EXPECT_EQ(ada.Refusal("ping"), "too_many_requests");
  EXPECT_EQ(ada.close_code(), CloseCode::kPolicyViolation);
}

TEST(BoundsTest, AFloodOfBrokenTextEndsAtTheFirst) {
  Meeting meeting;
  Client& ada = meeting.NewClient();
  for (int i = 0; i < 1000; ++i) ada.SendText("{");
  EXPECT_EQ(ada.close_code(), CloseCode::kInvalidPayload);
}

TEST(BoundsTest, AnOverlongOfferIsNamedSo) {
  Limits limits;
  limits.message_bytes = 256 * 1024;
  Meeting meeting(limits);
  Client& ada = meeting.Joined("Ada");
  OfferShape shape;
  shape.video_slots = 200;
  EXPECT_EQ(ada.Refusal("offer", R"({"fresh":true,"sdp":)" + Quote(MakeOffer(shape)) + "}"),
            "too_large");
  EXPECT_TRUE(ada.Ask("ping"));
}

// Random requests of several clients, in random order, over a room that changes under them: no
// client ever disagrees with the server, and the workers are never told nonsense.
TEST(BoundsTest, ARandomMeetingStaysConsistent) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    Limits limits;
    limits.message_burst = 100'000;
    limits.joins_per_minute = 100'000;
    limits.participants_per_room = 12;
    Meeting meeting(limits);
    std::vector<Client*> clients;
    const auto any = [&](uint32_t n) { return random.Below(n); };
    const auto anyone = [&]() -> Client& { return *clients[any(clients.size())]; };
    const char* kRoles[] = {"host", "panelist", "attendee"};
    const char* kKinds[] = {"microphone", "camera", "screen", "screen_audio"};

    for (int step = 0; step < 300; ++step) {
      std::erase_if(clients, [](const Client* c) { return c->close_code().has_value(); });
      if (clients.empty() || any(8) == 0) {
        Client& client = meeting.NewClient();
        const OfferShape shape{.sends = any(2) ? kEverySource : std::vector<SourceKind>{},
                               .audio_slots = static_cast<int>(any(5)),
                               .video_slots = static_cast<int>(1 + any(4))};
        if (client.Join(meeting.room_name, kRoles[any(3)], "N" + std::to_string(step), shape,
                        any(2) ? R"(["camera","screen","screen_audio"])" : "[]")) {
          clients.push_back(&client);
        }
        continue;
      }
      Client& client = anyone();
      const std::string other = Quote(anyone().id());
      const std::string kind = Quote(kKinds[any(4)]);
      switch (any(12)) {
        case 0:
          client.Ask("chat", R"({"text":"t"})");
          break;
        case 1:
          client.Ask("rename", R"({"name":"R)" + std::to_string(any(5)) + "\"}");
          break;
        case 2:
        case 3:
          client.Ask("publish",
                     R"({"source":)" + kind + R"(,"on":)" + (any(2) ? "true" : "false") + "}");
          break;
        case 4: {
          std::string show;
          for (uint32_t i = any(6); i > 0; --i) {
            if (!show.empty()) show += ",";
            show += R"({"source":)" + std::to_string(any(80)) + R"(,"height":)" +
                    std::to_string(1 + any(4000)) + "}";
          }
          client.Ask("view",
                     R"({"show":[)" + show + R"(],"pinned":[)" + std::to_string(any(80)) + "]}");
          break;
        }
        case 5:
          client.Ask("mute", R"({"participant":)" + other + R"(,"source":)" + kind + "}");
          break;
        case 6:
          if (any(4) == 0) client.Ask("remove", R"({"participant":)" + other + "}");
          break;
        case 7: {
          const std::string token = client.resume_token();
          client.Lose();
          std::erase(clients, &client);
          if (any(3) == 0) break;
          Client& back = meeting.NewClient();
          const bool reload = any(2) == 0;
          if (back.Resume(token, reload ? std::optional(OfferShape{.sends = kEverySource})
                                        : std::nullopt)) {
            clients.push_back(&back);
          }
          break;
        }
        case 8:
          client.Ask(
              "offer",
              R"({"fresh":true,"sdp":)" +
                  Quote(MakeOffer({.sends = any(2) ? kEverySource : std::vector<SourceKind>{},
                                   .video_slots = static_cast<int>(any(3))})) +
                  "}");
          break;
        case 9:
          meeting.ReportSpeakers(static_cast<int>(any(2)), {any(80), any(80), any(80)}, any(80));
          break;
        case 10: {
          const auto& video = client.map()["video"].GetArray();
          if (video.Empty()) break;
          const auto& slot = video[any(video.Size())];
          meeting.Report(SlotSwitched{.transport = client.transport(),
                                      .slot = static_cast<uint8_t>(slot["slot"].GetUint()),
                                      .epoch = client.map()["epoch"].GetUint(),
                                      .source = SourceId(slot["source"].GetUint()),
                                      .state = static_cast<SlotSwitched::State>(any(3))});
          break;
        }
        default:
          if (any(3) == 0) client.Ask("leave");
          meeting.Pass(Duration::Seconds(any(20)));
      }
      if (step % 8 == 0) meeting.ExpectAgreement();
      // A map names only what the room has, and the worker was told the same.
      for (const Client* each : clients) {
        const Participant* participant = meeting.room().Find(each->id());
        if (!participant || !participant->leg || each->close_code()) continue;
        const auto [worker, transport] = meeting.media->Find(each->transport());
        ASSERT_TRUE(transport);
        for (const auto& [slot, source] : each->shown()) {
          const auto set = transport->slots.find(static_cast<uint8_t>(slot));
          ASSERT_NE(set, transport->slots.end());
          EXPECT_EQ(set->second.source, SourceId(source));
          EXPECT_TRUE(meeting.media->worker(worker).sources.contains(SourceId(source)));
        }
      }
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace parley::test
