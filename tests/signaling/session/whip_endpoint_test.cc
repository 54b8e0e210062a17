#include "signaling/session/whip_endpoint.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

const OfferShape kPublisher{.audio_slots = 0, .video_slots = 0};
const OfferShape kPlayer{.sends = {}, .audio_slots = 1, .video_slots = 1};

std::expected<WhipEndpoint::Created, Error> Create(Meeting& meeting, ParticipantKind kind,
                                                   const OfferShape& shape,
                                                   const std::string& token = "panelist") {
  return meeting.whip->Create(kind, meeting.room_name, token, MakeOffer(shape),
                              *SocketAddress::Parse("203.0.113.5", 1), meeting.now());
}

TransportId LastTransport(Meeting& meeting) {
  return meeting.media->SentOf<CreateTransport>().back().second.transport;
}

std::string CodeOf(const auto& result) {
  return result ? "ok" : std::string(InfoOf(result.error().code).name);
}

TEST(WhipEndpointTest, APublisherIsAParticipantLikeAnyOther) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  const auto created = Create(meeting, ParticipantKind::kWhip, kPublisher, "camera-only");
  ASSERT_TRUE(created) << created.error().message;
  EXPECT_NE(created->answer.find("a=recvonly"), std::string::npos);
  EXPECT_GE(created->resource.size(), 20u);
  EXPECT_EQ(ada.known().participants.size(), 2u);
  const auto joined = ada.Take("participant_joined");
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_NE(joined[0].find(R"("kind":"whip")"), std::string::npos);
  EXPECT_NE(joined[0].find(R"("name":"Camera")"), std::string::npos);
  EXPECT_EQ(ada.shown().size(), 1u) << "and is shown at once";
  meeting.ExpectAgreement();

  ASSERT_TRUE(meeting.whip->Delete(created->resource, "camera-only", meeting.now()));
  EXPECT_TRUE(ada.shown().empty());
  EXPECT_NE(ada.Take("participant_left")[0].find(R"("left")"), std::string::npos);
  EXPECT_EQ(CodeOf(meeting.whip->Delete(created->resource, "panelist", meeting.now())),
            "participant_not_found");
}

TEST(WhipEndpointTest, APlayerFollowsTheScreenElseWhoSpeaks) {
  Meeting meeting;
  ASSERT_TRUE(Create(meeting, ParticipantKind::kWhep, kPlayer, "attendee"));
  const TransportId player = LastTransport(meeting);
  Client& ada = meeting.Joined("Ada", "host", {.sends = kEverySource});
  Client& bob = meeting.Joined("Bob");
  const auto shown = [&] {
    const auto [worker, transport] = meeting.media->Find(player);
    SourceId source;
    for (const auto& [index, slot] : transport->slots) {
      if (slot.source != SourceId()) source = slot.source;
    }
    return source.value();
  };
  EXPECT_EQ(shown(), ada.source("camera"));
  meeting.ReportSpeakers(meeting.media->Find(player).first, {bob.source("microphone")},
                         bob.source("microphone"));
  EXPECT_EQ(shown(), bob.source("camera"));
  ada.Ask("publish", R"({"source":"screen","on":true})");
  EXPECT_EQ(shown(), ada.source("screen"));
  ada.Ask("publish", R"({"source":"screen","on":false})");
  EXPECT_EQ(shown(), bob.source("camera"));
}

TEST(WhipEndpointTest, Refusals) {
  Meeting meeting;
  EXPECT_EQ(CodeOf(Create(meeting, ParticipantKind::kWhip, kPublisher, "forged")), "token_invalid");
  EXPECT_EQ(CodeOf(Create(meeting, ParticipantKind::kWhip, kPublisher, "")), "token_invalid");
  EXPECT_EQ(CodeOf(Create(meeting, ParticipantKind::kWhip, kPublisher, "expired")),
            "token_expired");
  EXPECT_EQ(CodeOf(Create(meeting, ParticipantKind::kWhip, kPublisher, "host@elsewhere")),
            "token_invalid");
  EXPECT_EQ(CodeOf(Create(meeting, ParticipantKind::kWhip, kPublisher, meeting.invite)),
            "token_invalid")
      << "an invitation is no token";
  EXPECT_EQ(CodeOf(Create(meeting, ParticipantKind::kWhip, kPublisher, "attendee")), "forbidden");
  EXPECT_EQ(
      CodeOf(meeting.whip->Create(ParticipantKind::kWhip, "nowhere", "host", MakeOffer(kPublisher),
                                  *SocketAddress::Parse("203.0.113.5", 1), meeting.now())),
      "room_not_found");
  EXPECT_EQ(CodeOf(meeting.whip->Create(ParticipantKind::kWhip, meeting.room_name, "host", "v=1",
                                        *SocketAddress::Parse("203.0.113.5", 1), meeting.now())),
            "offer_invalid");
  EXPECT_EQ(meeting.room().participant_count(), 0u);
  EXPECT_TRUE(meeting.media->empty());
}

TEST(WhipEndpointTest, OneThatNeverConnectsLeaves) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  const auto created = Create(meeting, ParticipantKind::kWhip, kPublisher);
  ASSERT_TRUE(created);
  meeting.Pass(Duration::Seconds(31));
  EXPECT_NE(ada.Take("participant_left")[0].find(R"("lost")"), std::string::npos);
  EXPECT_EQ(CodeOf(meeting.whip->Patch(created->resource, "panelist", "", "", meeting.now())),
            "participant_not_found");
}

TEST(WhipEndpointTest, OneThatConnectsStaysUntilItsConnectionEnds) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  ASSERT_TRUE(Create(meeting, ParticipantKind::kWhip, kPublisher));
  const TransportId transport = LastTransport(meeting);
  meeting.Report(TransportConnected{.transport = transport, .tcp = false});
  meeting.Pass(Duration::Seconds(300));
  EXPECT_EQ(meeting.room().participant_count(), 2u);
  meeting.Report(TransportDisconnected{.transport = transport,
                                       .reason = TransportDisconnected::Reason::kConsentExpired});
  EXPECT_EQ(ada.Take("participant_left").size(), 1u);
  EXPECT_EQ(meeting.media->Find(transport).second, nullptr);
  meeting.Report(TransportDisconnected{.transport = transport,
                                       .reason = TransportDisconnected::Reason::kDtlsClosed});
}

TEST(WhipEndpointTest, TrickleAndRestart) {
  Meeting meeting;
  const auto created = Create(meeting, ParticipantKind::kWhip, kPublisher);
  ASSERT_TRUE(created);
  const auto patch = [&](const std::string& if_match, const std::string& ufrag,
                         const std::string& password) {
    return meeting.whip->Patch(created->resource, "panelist", if_match,
                               "a=ice-ufrag:" + ufrag + "\r\na=ice-pwd:" + password +
                                   "\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
                                   "a=candidate:1 1 UDP 2122317823 198.51.100.3 5000 typ host\r\n",
                               meeting.now());
  };
  const auto trickled = patch(created->etag, kPublisher.ufrag, kPublisher.password);
  ASSERT_TRUE(trickled) << trickled.error().message;
  EXPECT_EQ(trickled->fragment, "");
  EXPECT_EQ(trickled->etag, created->etag);

  const auto stale = patch("another", kPublisher.ufrag, kPublisher.password);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().field, "if-match");

  const auto restarted = patch("*", "new1", "zyxwvutsrqponmlkjihgfe");
  ASSERT_TRUE(restarted) << restarted.error().message;
  EXPECT_NE(restarted->etag, created->etag);
  EXPECT_NE(restarted->fragment.find("a=ice-ufrag:"), std::string::npos);
  ASSERT_EQ(meeting.media->SentOf<RestartIce>().size(), 1u);
  EXPECT_EQ(meeting.media->SentOf<RestartIce>()[0].second.remote_ice.ufrag, "new1");

  EXPECT_EQ(CodeOf(meeting.whip->Patch(created->resource, "forged", "", "", meeting.now())),
            "token_invalid");
  EXPECT_EQ(CodeOf(meeting.whip->Patch("guess", "panelist", "", "", meeting.now())),
            "participant_not_found");
}

TEST(WhipEndpointTest, AHostMayMuteAndRemoveIt) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  const auto created = Create(meeting, ParticipantKind::kWhip, kPublisher);
  ASSERT_TRUE(created);
  std::string id;
  for (const auto& [each, text] : host.known().participants) {
    if (each != host.id()) id = each;
  }
  EXPECT_TRUE(host.Ask("mute", R"({"participant":)" + Quote(id) + R"(,"source":"camera"})"));
  EXPECT_TRUE(host.shown().empty());
  EXPECT_TRUE(host.Ask("remove", R"({"participant":)" + Quote(id) + "}"));
  EXPECT_EQ(CodeOf(meeting.whip->Delete(created->resource, "panelist", meeting.now())),
            "participant_not_found");
  meeting.ExpectAgreement();
}

TEST(WhipEndpointTest, ALockedRoomIsLockedHereToo) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  ASSERT_TRUE(host.Ask("lobby.lock", R"({"locked":true})"));
  EXPECT_EQ(CodeOf(Create(meeting, ParticipantKind::kWhip, kPublisher, "panelist")), "room_locked");
  EXPECT_EQ(CodeOf(Create(meeting, ParticipantKind::kWhep, kPlayer, "attendee")), "room_locked");
}

}  // namespace
}  // namespace parley::test
