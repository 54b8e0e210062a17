// Roles at run time, as clients and workers see them.

#include "signaling/features/role/role_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

std::string Give(const Client& client, const std::string& role) {
  return R"({"participant":)" + Quote(client.id()) + R"(,"role":)" + Quote(role) + "}";
}

const std::string kMicrophoneOn = R"({"source":"microphone","on":true})";

// The id of a source as others see it; 0 when they do not.
uint32_t SourceOf(const Client& seen_by, const Client& owner, const char* kind) {
  rapidjson::Document participant;
  participant.Parse(seen_by.known().participants.at(owner.id()));
  const auto& sources = participant["sources"];
  return sources.HasMember(kind) ? sources[kind]["id"].GetUint() : 0;
}

class RoleFeatureTest : public testing::Test {
 protected:
  bool Enabled(uint32_t source) {
    for (int worker = 0; worker < 2; ++worker) {
      const auto& sources = meeting.media->worker(worker).sources;
      const auto found = sources.find(SourceId(source));
      if (found != sources.end() && found->second.enabled) return true;
    }
    return false;
  }

  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
};

TEST_F(RoleFeatureTest, AnAttendeeIsBroughtOnStageAndBackWithoutJoiningAgain) {
  Client& ada = meeting.Joined("Ada", "attendee");
  const TransportId transport = ada.transport();
  EXPECT_EQ(SourceOf(host, ada, "microphone"), 0u) << "an attendee shows none";
  EXPECT_EQ(ada.Refusal("publish", kMicrophoneOn), "forbidden");

  ASSERT_TRUE(host.Ask("role", Give(ada, "panelist")));
  EXPECT_EQ(ada.Take("role"), (std::vector{R"({"role":"panelist","by":")" + host.id() + "\"}"}));
  EXPECT_TRUE(host.Take("role").empty()) << "told by participant_changed";
  const uint32_t microphone = SourceOf(host, ada, "microphone");
  ASSERT_NE(microphone, 0u);
  EXPECT_FALSE(Enabled(microphone)) << "nobody is unmuted by another";
  ASSERT_TRUE(ada.Ask("publish", kMicrophoneOn));
  EXPECT_TRUE(Enabled(microphone));

  ASSERT_TRUE(host.Ask("role", Give(ada, "attendee")));
  EXPECT_FALSE(Enabled(microphone)) << "the worker drops what still comes";
  EXPECT_EQ(SourceOf(host, ada, "microphone"), 0u);
  EXPECT_EQ(ada.Refusal("publish", kMicrophoneOn), "forbidden");

  ASSERT_TRUE(host.Ask("role", Give(ada, "panelist")));
  EXPECT_EQ(SourceOf(host, ada, "microphone"), microphone);
  EXPECT_FALSE(Enabled(microphone));
  ASSERT_TRUE(ada.Ask("publish", kMicrophoneOn));
  EXPECT_TRUE(Enabled(microphone));
  EXPECT_EQ(ada.transport(), transport);
  meeting.ExpectAgreement();
}

TEST_F(RoleFeatureTest, ATokensOwnBoundHoldsOnStageToo) {
  Client& camera = meeting.Joined("Camera", "camera-only");
  ASSERT_TRUE(host.Ask("role", Give(camera, "attendee")));
  ASSERT_TRUE(host.Ask("role", Give(camera, "panelist")));
  EXPECT_NE(SourceOf(host, camera, "camera"), 0u);
  EXPECT_EQ(SourceOf(host, camera, "microphone"), 0u);
  EXPECT_EQ(camera.Refusal("publish", kMicrophoneOn), "forbidden");
  meeting.ExpectAgreement();
}

TEST_F(RoleFeatureTest, ATokensOwnBoundOutlivesARestart) {
  Client& camera = meeting.Joined("Camera", "camera-only");
  ASSERT_TRUE(host.Ask("role", Give(camera, "attendee")));
  meeting.RestartServer();
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(camera.resume_token(), OfferShape()));
  Client& host_again = meeting.NewClient();
  ASSERT_TRUE(host_again.Resume(host.resume_token()));
  EXPECT_EQ(SourceOf(host_again, again, "camera"), 0u);
  ASSERT_TRUE(host_again.Ask("role", Give(again, "panelist")));
  EXPECT_NE(SourceOf(host_again, again, "camera"), 0u);
  EXPECT_EQ(SourceOf(host_again, again, "microphone"), 0u);
}

TEST_F(RoleFeatureTest, ACohostDoesWhatAHostDoesButToHosts) {
  Client& bob = meeting.Joined("Bob");
  Client& ada = meeting.Joined("Ada");
  EXPECT_EQ(bob.Refusal("role", Give(ada, "attendee")), "forbidden");
  ASSERT_TRUE(host.Ask("role", Give(bob, "cohost")));
  EXPECT_EQ(bob.Refusal("role", Give(ada, "attendee")), "ok");
  EXPECT_EQ(bob.Refusal("role", Give(ada, "cohost")), "ok");
  EXPECT_EQ(bob.Refusal("role", Give(ada, "host")), "forbidden");
  EXPECT_EQ(bob.Refusal("role", Give(host, "panelist")), "forbidden");
  EXPECT_EQ(bob.Refusal("end"), "forbidden");
  EXPECT_EQ(bob.Refusal("role", Give(bob, "panelist")), "bad_request");
  ASSERT_TRUE(host.Ask("role", Give(ada, "host")));
  EXPECT_EQ(ada.Refusal("role", Give(host, "panelist")), "ok");
  meeting.ExpectAgreement();
}

TEST_F(RoleFeatureTest, WhatIsWrongIsNamed) {
  EXPECT_EQ(host.Refusal("role", R"({"participant":"pnobody","role":"panelist"})"),
            "participant_not_found");
  EXPECT_EQ(host.Refusal("role", Give(host, "king")), "bad_request");
  EXPECT_STREQ(host.error()["field"].GetString(), "role");
}

TEST_F(RoleFeatureTest, TheRoleThatWasGivenWinsOverTheTokensAfterARestart) {
  Client& ada = meeting.Joined("Ada", "attendee");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(host.Ask("role", Give(ada, "panelist")));
  ASSERT_TRUE(host.Ask("role", Give(bob, "attendee")));
  meeting.RestartServer();
  Client& ada_again = meeting.NewClient();
  ASSERT_TRUE(ada_again.Resume(ada.resume_token(), OfferShape()));
  EXPECT_EQ(ada_again.Refusal("publish", kMicrophoneOn), "ok");
  Client& bob_again = meeting.NewClient();
  ASSERT_TRUE(bob_again.Resume(bob.resume_token(), OfferShape(), R"(["microphone"])"));
  EXPECT_EQ(bob_again.Refusal("publish", kMicrophoneOn), "forbidden");
  EXPECT_EQ(SourceOf(ada_again, bob_again, "microphone"), 0u);
  ASSERT_TRUE(bob_again.Ask("leave"));
  ASSERT_TRUE(ada_again.Ask("leave"));
  EXPECT_TRUE(meeting.store.AllRows().empty());
}

TEST_F(RoleFeatureTest, WithTheLastHostTheOldestCohostBecomesOne) {
  Client& away = meeting.Joined("Away", "cohost");
  Client& first = meeting.Joined("First", "cohost");
  Client& second = meeting.Joined("Second", "cohost");
  Client& other_host = meeting.Joined("Host 2", "host");
  away.Lose();
  ASSERT_TRUE(host.Ask("leave"));
  EXPECT_TRUE(first.Take("role.host").empty()) << "there is another host";
  // A socket that is lost may be back.
  other_host.Lose();
  meeting.Pass(Duration::Seconds(30));
  EXPECT_TRUE(first.Take("role.host").empty());
  ASSERT_TRUE(second.Ask("chat", R"({"text":"alone?"})"));
  meeting.Pass(Duration::Seconds(29));
  Client& back = meeting.NewClient();
  ASSERT_TRUE(back.Resume(away.resume_token()));
  back.Lose();
  meeting.Pass(Duration::Seconds(2));
  const std::vector told{R"({"participant":)" + Quote(first.id()) + "}"};
  EXPECT_EQ(first.Take("role.host"), told);
  EXPECT_EQ(second.Take("role.host"), told);
  EXPECT_EQ(first.Refusal("role", Give(second, "host")), "ok") << "a host may";
  meeting.ExpectAgreement();
  meeting.RestartServer();
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(first.resume_token()));
  EXPECT_EQ(again.Refusal("end"), "ok") << "after a restart too";
}

TEST_F(RoleFeatureTest, WithoutACohostTheMeetingGoesOn) {
  Client& ada = meeting.Joined("Ada");
  ASSERT_TRUE(host.Ask("leave"));
  EXPECT_TRUE(ada.Take("role.host").empty());
  EXPECT_EQ(ada.Refusal("chat", R"({"text":"still here"})"), "ok");
  meeting.ExpectAgreement();
}

TEST_F(RoleFeatureTest, NobodyBecomesHostOfAMeetingThatEnds) {
  Client& cohost = meeting.Joined("Cohost", "cohost");
  ASSERT_TRUE(host.Ask("end"));
  EXPECT_TRUE(cohost.Take("role.host").empty());
  EXPECT_TRUE(meeting.store.RowsOf("role").empty());
}

}  // namespace
}  // namespace parley::test
