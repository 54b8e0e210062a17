// RFC 4475 once more: what the user agent does with each message, which is more than grammar.

#include <gtest/gtest.h>

#include "tests/mixer/sip/far_end.h"

namespace parley::sip {
namespace {

// The status of its answer, 0 for none.
constexpr std::pair<std::string_view, int> kAnswers[] = {
    // 3.1.1: valid. What is no INVITE or OPTIONS is not for us.
    {"wsinv", 481},  // its To has a tag of no dialog here
    {"intmeth", 501},
    {"esc01", 100},
    {"escnull", 405},
    {"esc02", 501},
    {"lwsdisp", 200},
    {"longreq", 100},
    {"dblreq", 405},
    {"semiuri", 200},
    {"transports", 200},
    {"mpart01", 405},
    {"unreason", 0},
    {"noreason", 0},
    // 3.1.2: invalid.
    {"badinv01", 400},
    {"clerr", 400},
    {"ncl", 400},
    {"scalar02", 400},
    {"scalarlg", 0},
    {"quotbal", 400},
    {"ltgtruri", 400},
    {"lwsruri", 400},
    {"lwsstart", 400},
    {"trws", 400},
    {"escruri", 400},
    {"baddate", 100},
    {"regbadct", 400},
    {"badaspec", 400},
    {"baddn", 400},
    {"badvers", 505},
    {"mismatch01", 400},
    {"mismatch02", 400},
    {"bigcode", 0},
    // 3.2
    {"badbranch", 200},
    // 3.3
    {"insuf", 400},
    {"unkscm", 416},
    {"novelsc", 416},
    {"unksm2", 405},
    {"bext01", 420},
    {"invut", 415},
    {"regaut01", 405},
    {"multi01", 400},
    {"mcl01", 400},
    {"bcast", 0},
    // We are no proxy: what reached us may have come to its end here.
    {"zeromf", 200},
    {"cparam01", 405},
    {"cparam02", 405},
    {"regescrt", 405},
    {"sdp01", 406},
    // 3.4
    {"inv2543", 100},
};

TEST(UserAgentTortureTest, EveryMessageGetsItsAnswer) {
  const auto files = ReadSipCorpus();
  if (files.empty()) GTEST_SKIP() << "the corpora are not there";
  EXPECT_EQ(files.size(), std::size(kAnswers));
  for (const auto& [name, status] : kAnswers) {
    SCOPED_TRACE(name);
    FarEnd far;
    far.Say(files.at(std::string(name)));
    int last = 0;
    while (const auto out = far.agent().PollOutput()) {
      const auto raw = RawMessage::Parse(out->bytes);
      ASSERT_TRUE(raw.has_value()) << out->bytes;
      last = raw->status;
    }
    EXPECT_EQ(last, status);
    EXPECT_EQ(far.Take<IncomingCall>().has_value(), status == 100);
  }
}

}  // namespace
}  // namespace parley::sip
