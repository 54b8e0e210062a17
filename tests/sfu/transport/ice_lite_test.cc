#include "sfu/transport/ice_lite.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sfu/wire/stun.h"
#include "sfu/wire/stun_builder.h"

namespace parley {
namespace {

const IceParams kLocal = {"ourufrag", "our-password-0123456789ab"};
const IceParams kRemote = {"theirufr", "their-password-0123456789"};
const IceParams kLocal2 = {"ourufra2", "our-password-after-restart"};
const IceParams kRemote2 = {"theirufr2", "their-password-after-restart"};

SocketAddress Address(uint8_t n) { return SocketAddress::V4({203, 0, 113, n}, 4242); }

struct CheckOptions {
  std::string username = "ourufrag:theirufr";
  std::string password = kLocal.pwd;
  bool nominate = true;
  bool controlled = false;
  bool integrity = true;
  StunClass message_class = StunClass::kRequest;
};

std::vector<uint8_t> Check(const CheckOptions& options = {}) {
  std::vector<uint8_t> buffer(300);
  StunBuilder builder(buffer, options.message_class, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  if (!options.username.empty()) builder.AddUsername(options.username);
  builder.AddPriority(1'845'501'695);
  if (options.controlled) {
    builder.AddIceControlled(77);
  } else {
    builder.AddIceControlling(77);
  }
  if (options.nominate) builder.AddUseCandidate();
  std::span<const uint8_t> message = options.integrity
                                         ? builder.Finish(HmacSha1Key(options.password))
                                         : builder.FinishWithoutIntegrity();
  return {message.begin(), message.end()};
}

class IceLiteTest : public testing::Test {
 protected:
  IceLite::Outcome Handle(const std::vector<uint8_t>& message, const SocketAddress& from) {
    auto view = StunView::Parse(message);
    EXPECT_TRUE(view);
    return ice_.HandleStun(*view, message.size(), from, now_, answer_);
  }
  // The error code of an answer; 0 for a success.
  int CodeOf(const IceLite::Outcome& outcome) {
    auto view = StunView::Parse(outcome.answer);
    EXPECT_TRUE(view);
    if (!view) return -1;
    if (view->message_class() == StunClass::kSuccess) return 0;
    return view->error_code() ? view->error_code()->code : -1;
  }

  Timestamp now_ = Timestamp::Seconds(100);
  IceLite ice_{kLocal, kRemote, now_};
  std::array<uint8_t, IceLite::kMaxAnswer> answer_;
};

TEST_F(IceLiteTest, AnswersACheckWithTheAddressItCameFrom) {
  IceLite::Outcome outcome = Handle(Check(), Address(1));
  EXPECT_TRUE(outcome.valid);
  EXPECT_TRUE(outcome.new_address);
  EXPECT_TRUE(outcome.selected_changed);
  auto answer = StunView::Parse(outcome.answer);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->message_class(), StunClass::kSuccess);
  EXPECT_EQ(answer->transaction_id(), (StunTransactionId{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  EXPECT_EQ(answer->xor_mapped_address(), Address(1));
  EXPECT_TRUE(answer->VerifyIntegrity(HmacSha1Key(kLocal.pwd)));
  EXPECT_TRUE(answer->has_fingerprint());
  EXPECT_EQ(ice_.selected(), Address(1));
  EXPECT_TRUE(ice_.IsKnown(Address(1)));
  EXPECT_FALSE(ice_.IsKnown(Address(2)));

  SocketAddress v6 = *SocketAddress::Parse("2001:db8::7", 9);
  EXPECT_EQ(StunView::Parse(Handle(Check(), v6).answer)->xor_mapped_address(), v6);
}

TEST_F(IceLiteTest, AnAnswerToAStrangerIsNeverLargerThanTheQuestion) {
  for (CheckOptions options :
       {CheckOptions{.password = "wrong"}, CheckOptions{.integrity = false},
        CheckOptions{.username = "other:theirufr"}, CheckOptions{.username = "ourufrag"},
        CheckOptions{.username = ""}, CheckOptions{.username = "", .integrity = false}}) {
    std::vector<uint8_t> question = Check(options);
    IceLite::Outcome outcome = Handle(question, Address(1));
    EXPECT_FALSE(outcome.valid);
    EXPECT_LE(outcome.answer.size(), question.size());
    EXPECT_FALSE(ice_.IsKnown(Address(1)));
    EXPECT_FALSE(ice_.selected());
  }
  EXPECT_EQ(ice_.counters().unauthenticated, 6u);
  EXPECT_EQ(CodeOf(Handle(Check({.password = "wrong"}), Address(1))), 401);
  EXPECT_EQ(CodeOf(Handle(Check({.integrity = false}), Address(1))), 400);
}

TEST_F(IceLiteTest, SaysNothingToWhatIsNoRequest) {
  for (StunClass c : {StunClass::kIndication, StunClass::kSuccess, StunClass::kError}) {
    IceLite::Outcome outcome = Handle(Check({.message_class = c}), Address(1));
    EXPECT_TRUE(outcome.answer.empty());
    EXPECT_FALSE(outcome.valid);
  }
  EXPECT_EQ(ice_.counters().malformed, 3u);
}

TEST_F(IceLiteTest, TellsAControlledPeerToSwitch) {
  IceLite::Outcome outcome = Handle(Check({.controlled = true}), Address(1));
  EXPECT_FALSE(outcome.valid);
  EXPECT_EQ(CodeOf(outcome), 487);
  EXPECT_TRUE(StunView::Parse(outcome.answer)->VerifyIntegrity(HmacSha1Key(kLocal.pwd)));
  EXPECT_FALSE(ice_.selected());
  EXPECT_TRUE(Handle(Check(), Address(1)).valid);
}

TEST_F(IceLiteTest, RefusesAttributesItMustUnderstand) {
  std::vector<uint8_t> buffer(300);
  StunBuilder builder(buffer, StunClass::kRequest, {});
  builder.AddUsername("ourufrag:theirufr");
  std::span<const uint8_t> part = builder.Finish(HmacSha1Key(kLocal.pwd));
  std::vector<uint8_t> message(part.begin(), part.end());
  // 0x7001 before MESSAGE-INTEGRITY, then both checks again.
  std::vector<uint8_t> built(message.begin(), message.begin() + 20 + 4 + 20);
  built.insert(built.end(), {0x70, 0x01, 0x00, 0x04, 1, 2, 3, 4});
  built[3] = static_cast<uint8_t>(built.size() - 20 + 24);
  HmacSha1Key::Digest digest = HmacSha1Key(kLocal.pwd).Sign({built});
  built.insert(built.end(), {0x00, 0x08, 0x00, 0x14});
  built.insert(built.end(), digest.begin(), digest.end());
  auto view = StunView::Parse(built);
  ASSERT_TRUE(view);
  ASSERT_TRUE(view->VerifyIntegrity(HmacSha1Key(kLocal.pwd)));
  IceLite::Outcome outcome = ice_.HandleStun(*view, built.size(), Address(1), now_, answer_);
  EXPECT_FALSE(outcome.valid);
  EXPECT_FALSE(ice_.selected());
}

TEST_F(IceLiteTest, FollowsTheLatestNomination) {
  Handle(Check({.nominate = false}), Address(1));
  EXPECT_EQ(ice_.selected(), Address(1));  // better than nothing
  Handle(Check({.nominate = false}), Address(2));
  EXPECT_EQ(ice_.selected(), Address(1));
  Handle(Check({.nominate = true}), Address(2));
  EXPECT_EQ(ice_.selected(), Address(2));
  Handle(Check({.nominate = false}), Address(1));
  EXPECT_EQ(ice_.selected(), Address(2));
  Handle(Check({.nominate = true}), Address(3));
  EXPECT_EQ(ice_.selected(), Address(3));
}

TEST_F(IceLiteTest, KnowsABoundedNumberOfAddresses) {
  Handle(Check(), Address(0));
  for (uint8_t i = 1; i < IceLite::kMaxRemoteAddresses; ++i) {
    now_ = now_ + Duration::Millis(10);
    EXPECT_FALSE(Handle(Check({.nominate = false}), Address(i)).forgotten);
  }
  now_ = now_ + Duration::Millis(10);
  Handle(Check({.nominate = false}), Address(1));  // heard of again
  // The one in use stays although it is the oldest; 2 is the oldest of the others.
  IceLite::Outcome outcome = Handle(Check({.nominate = false}), Address(100));
  EXPECT_EQ(outcome.forgotten, Address(2));
  EXPECT_FALSE(ice_.IsKnown(Address(2)));
  EXPECT_TRUE(ice_.IsKnown(Address(0)));
  EXPECT_TRUE(ice_.IsKnown(Address(100)));
  EXPECT_EQ(ice_.remotes().size(), IceLite::kMaxRemoteAddresses);
}

TEST_F(IceLiteTest, ConsentLastsThirtySeconds) {
  EXPECT_FALSE(ice_.ConsentExpired(now_ + Duration::Millis(29'999)));
  EXPECT_TRUE(ice_.ConsentExpired(now_ + IceLite::kConsentTimeout));
  now_ = now_ + Duration::Seconds(20);
  Handle(Check(), Address(1));
  EXPECT_EQ(ice_.NextTimeout(), now_ + IceLite::kConsentTimeout);
  // A check that is not authentic is no consent; authentic media is.
  Timestamp before = ice_.NextTimeout();
  now_ = now_ + Duration::Seconds(5);
  Handle(Check({.password = "wrong"}), Address(1));
  EXPECT_EQ(ice_.NextTimeout(), before);
  ice_.NoteAuthenticated(now_);
  EXPECT_EQ(ice_.NextTimeout(), now_ + IceLite::kConsentTimeout);
}

TEST_F(IceLiteTest, OldCredentialsLastUntilTheNewAreUsed) {
  const CheckOptions with_new = {.username = "ourufra2:theirufr2", .password = kLocal2.pwd};
  Handle(Check(), Address(1));
  ice_.Restart(kLocal2, kRemote2, now_);
  EXPECT_TRUE(Handle(Check(), Address(1)).valid);
  EXPECT_FALSE(Handle(Check({.username = "ourufra2:x", .password = kLocal.pwd}), Address(1)).valid);

  IceLite::Outcome outcome = Handle(Check(with_new), Address(2));
  EXPECT_TRUE(outcome.valid);
  EXPECT_EQ(outcome.retired_ufrag, kLocal.ufrag);
  EXPECT_EQ(ice_.selected(), Address(2));
  EXPECT_EQ(CodeOf(Handle(Check(), Address(1))), 401);
  EXPECT_FALSE(Handle(Check(with_new), Address(2)).retired_ufrag);
}

TEST_F(IceLiteTest, ForgetsAnAddress) {
  Handle(Check(), Address(1));
  Handle(Check({.nominate = false}), Address(2));
  ice_.Forget(Address(1));
  EXPECT_FALSE(ice_.selected());
  EXPECT_FALSE(ice_.IsKnown(Address(1)));
  EXPECT_TRUE(ice_.IsKnown(Address(2)));
  ice_.Forget(Address(9));
  EXPECT_EQ(ice_.remotes().size(), 1u);
}

}  // namespace
}  // namespace parley
