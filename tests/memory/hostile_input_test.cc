// What the server as it is shipped holds of memory after rubbish of every kind: a sanitizer, under
// which all other tests of it run, keeps what was freed.

#include <vector>

#include "tests/integration/hostile_input_fixture.h"

namespace parley::test {
namespace {

TEST_F(HostileInputTest, TheServersMemoryStaysAsItIs) {
  std::vector<Stranger> strangers = MakeStrangers();
  const auto attack = [&] {
    // From new addresses each time: whoever were remembered would be seen.
    if (random_.Below(8) == 0) strangers = MakeStrangers();
    for (Stranger& stranger : strangers) stranger.Ask(ports_[random_.Below(2)]);
  };
  const auto round = [&] {
    MeetWhile([&] { AttackOverTcp(server_, ports_, room_, token_); }, attack);
  };
  round();
  round();
  const size_t before = server_.resident_bytes();
  ASSERT_GT(before, 0u);
  for (int i = 0; i < 3; ++i) round();
  const size_t after = server_.resident_bytes();
  // Less than the batches and caches of a thread that was busier for once.
  EXPECT_LT(after, before + (4u << 20)) << "before " << before;
}

}  // namespace
}  // namespace parley::test
