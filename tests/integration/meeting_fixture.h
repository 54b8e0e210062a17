#pragma once

// A running server with one room, and members of it who hear each other, all in the test's thread.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/client/json_text.h"
#include "tests/integration/member.h"
#include "tests/integration/server_process.h"

namespace parley::test {

class MeetingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start(Config()));
    token_ = server_.HostToken();
    const std::string room = server_.Post("/api/v1/rooms", R"({"title":"Weekly"})", token_).body;
    room_ = JsonText(room, "name");
    invite_ = JsonText(room, "invite");
    ASSERT_FALSE(invite_.empty()) << room;
    loop_.on_tick = [this](Timestamp now) {
      for (auto& member : members_) member->Sound(now);
    };
  }

  // What parley.toml says.
  virtual std::string Config() const { return {}; }

  Member& Joined(const std::string& name, bool tls = false) {
    members_.push_back(std::make_unique<Member>(identity_, loop_, members_.size() + 1));
    const std::string result = members_.back()->Join(tls ? server_.https_port() : server_.port(),
                                                     tls, room_, invite_, name);
    EXPECT_THAT(result, ::testing::HasSubstr("\"participant\"")) << name;
    return *members_.back();
  }
  Member& Host(const std::string& name) {
    members_.push_back(std::make_unique<Member>(identity_, loop_, members_.size() + 1));
    const std::string result = members_.back()->JoinByToken(server_.port(), room_, token_, name);
    EXPECT_THAT(result, ::testing::HasSubstr("\"participant\"")) << name;
    return *members_.back();
  }
  bool EveryoneConnects() {
    return loop_.RunUntil(
        [&] {
          return std::ranges::all_of(members_, [](auto& m) { return m->peer().connected(); });
        },
        Duration::Seconds(30));
  }
  // Each hears at least `packets` more.
  bool EveryoneHears(uint64_t packets) {
    std::vector<uint64_t> before;
    before.reserve(members_.size());
    for (auto& member : members_) before.push_back(member->heard());
    return loop_.RunUntil(
        [&] {
          for (size_t i = 0; i < members_.size(); ++i) {
            if (members_[i]->heard() < before[i] + packets) return false;
          }
          return true;
        },
        Duration::Seconds(30));
  }

  ServerProcess server_;
  std::string token_, room_, invite_;
  TestIdentity identity_;
  TestPeerLoop loop_;
  std::vector<std::unique_ptr<Member>> members_;
};

}  // namespace parley::test
