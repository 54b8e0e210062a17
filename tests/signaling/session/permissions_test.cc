// The table of permissions tried over sessions, role by action: forbidden exactly where it says so.

#include "signaling/room/permissions.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/signaling/noted_dialling.h"
#include "tests/signaling/session/meeting.h"
#include "tests/signaling/session/noted_recording.h"

namespace parley::test {
namespace {

// Who there is to act upon.
struct Others {
  std::string panelist;
  std::string host;
  std::string caller;
  std::string question;
};

struct Attempt {
  Action action;
  std::string type;
  std::string data;
  // To whoever may.
  std::string answer = "ok";
};

std::string Of(const std::string& participant, const std::string& more = {}) {
  return R"({"participant":)" + Quote(participant) + more + "}";
}

std::vector<Attempt> Attempts(const Others& others) {
  return {
      {Action::kChat, "chat", R"({"text":"hello"})"},
      {Action::kChatHosts, "chat", R"({"text":"hello","to":"hosts"})"},
      {Action::kChatPrivate, "chat", R"({"text":"hello","to":)" + Quote(others.panelist) + "}"},
      {Action::kChatModerate, "chat.slow", R"({"seconds":5})"},
      {Action::kRename, "rename", R"({"name":"Somebody"})"},
      {Action::kRenameCallers, "rename", Of(others.caller, R"(,"name":"Caller")")},
      {Action::kRaiseHand, "hand", R"({"up":true})"},
      {Action::kReact, "reaction", R"({"reaction":"clap"})"},
      {Action::kAskQuestions, "qa.ask", R"({"text":"Why?"})"},
      {Action::kVote, "qa.vote", R"({"up":true,"question":)" + Quote(others.question) + "}"},
      {Action::kAnswerQuestions, "qa.answer", R"({"question":)" + Quote(others.question) + "}"},
      {Action::kDismissQuestions, "qa.dismiss", R"({"question":)" + Quote(others.question) + "}"},
      {Action::kRunPolls, "poll.create", R"({"question":"Which?","options":["a","b"]})"},
      {Action::kLowerHands, "hand", Of(others.panelist, R"(,"up":false)")},
      {Action::kMuteOthers, "mute", Of(others.panelist, R"(,"source":"microphone")")},
      {Action::kRemoveOthers, "remove", Of(others.panelist)},
      {Action::kRemoveHosts, "remove", Of(others.host)},
      {Action::kManageLobby, "lobby.lock", R"({"locked":true})"},
      {Action::kGoLive, "live.go", "{}", "bad_request"},  // this is no webinar
      {Action::kDirectStage, "stage.layout", R"({"layout":"gallery"})"},
      {Action::kAnnounce, "announcement", R"({"text":"We begin."})"},
      {Action::kChangeRoles, "role", Of(others.panelist, R"(,"role":"attendee")")},
      {Action::kChangeHosts, "role", Of(others.panelist, R"(,"role":"host")")},
      {Action::kRecord, "record", R"({"action":"start"})"},
      {Action::kDialOut, "phone.call", R"({"number":"+442079460123"})"},
      {Action::kEndMeeting, "end", "{}"},
  };
}

// A caller, who has no session.
std::string AddCaller(Meeting& meeting) {
  return meeting.room()
      .Join({.id = {},
             .name = "+44 xxx 123",
             .role = Role::kPanelist,
             .kind = ParticipantKind::kPhone,
             .may_publish = {},
             .publish = {},
             .sink = nullptr},
            meeting.room().NewSourceIds(), nullptr, std::nullopt, meeting.now())
      .id;
}

TEST(PermissionsOverSessionsTest, ForbiddenExactlyWhereTheTableSaysSo) {
  for (const Role role : {Role::kAttendee, Role::kPanelist, Role::kCohost, Role::kHost}) {
    const size_t attempts = Attempts({}).size();
    EXPECT_EQ(attempts + 1, kActionNames.size()) << "all but publish, which is tried below";
    for (size_t i = 0; i < attempts; ++i) {
      // Each in a meeting of its own: some of it changes who is there.
      Meeting meeting;
      NotedRecording recording;
      meeting.rooms->SetRecording(&recording);
      NotedDialling dialling;
      meeting.rooms->SetDialling(&dialling);
      Client& somebody = meeting.Joined("Somebody", std::string(ToString(role)));
      Client& host = meeting.Joined("Host", "host");
      const Others others{.panelist = meeting.Joined("Bob").id(),
                          .host = host.id(),
                          .caller = AddCaller(meeting),
                          .question = "q1"};
      ASSERT_TRUE(host.Ask("qa.ask", R"({"text":"Who?"})"));
      const Attempt attempt = Attempts(others)[i];
      EXPECT_EQ(somebody.Refusal(attempt.type, attempt.data),
                MayDo(role, attempt.action) ? attempt.answer : "forbidden")
          << ToString(role) << " " << kActionNames[static_cast<size_t>(attempt.action)];
    }
  }
}

TEST(PermissionsOverSessionsTest, WhatMayBePublishedIsBoundedByTheToken) {
  Meeting meeting;
  Client& camera = meeting.Joined("Camera", "camera-only");
  EXPECT_EQ(camera.Refusal("publish", R"({"source":"camera","on":true})"), "ok");
  EXPECT_EQ(camera.Refusal("publish", R"({"source":"microphone","on":true})"), "forbidden");
  Client& attendee = meeting.Joined("Attendee", "attendee");
  EXPECT_EQ(attendee.Refusal("publish", R"({"source":"microphone","on":true})"), "forbidden");
}

}  // namespace
}  // namespace parley::test
