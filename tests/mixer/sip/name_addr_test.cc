#include "mixer/sip/name_addr.h"

#include <gtest/gtest.h>

namespace parley::sip {
namespace {

TEST(NameAddrTest, ReadsQuotedTokenAndNoDisplayNames) {
  const auto quoted = NameAddr::Parse(R"("A \"B\", C" <sip:a@b;x=1>;tag=t)");
  ASSERT_TRUE(quoted.has_value());
  EXPECT_EQ(quoted->display, "A \"B\", C");
  EXPECT_EQ(quoted->uri.params.Get("x"), "1");
  EXPECT_EQ(quoted->tag(), "t");
  EXPECT_EQ(quoted->ToString(), R"("A \"B\", C" <sip:a@b;x=1>;tag=t)");

  EXPECT_EQ(NameAddr::Parse("Alice Smith  <sip:a@b>")->display, "Alice Smith");
  const auto bare = NameAddr::Parse("sip:a@b ; tag = t");
  ASSERT_TRUE(bare.has_value());
  EXPECT_EQ(bare->tag(), "t");
  EXPECT_EQ(bare->ToString(), "<sip:a@b>;tag=t");
}

TEST(NameAddrTest, ReadsLists) {
  std::vector<NameAddr> list;
  EXPECT_TRUE(NameAddr::ParseList("<sip:a;lr>, \"x, <y>\" <sip:b;lr> ,sip:c;d=e", list));
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[1].display, "x, <y>");
  EXPECT_EQ(list[2].params.Get("d"), "e");
  for (const char* bad : {"", ",", "<sip:a>,", "<sip:a>,,<sip:b>", "<sip:a> <sip:b>"}) {
    list.clear();
    EXPECT_FALSE(NameAddr::ParseList(bad, list)) << bad;
  }
}

TEST(NameAddrTest, BoundsAList) {
  std::string text = "<sip:a>";
  for (size_t i = 1; i < kMaxListedAddresses; ++i) text += ",<sip:a>";
  std::vector<NameAddr> list;
  EXPECT_TRUE(NameAddr::ParseList(text, list));
  list.clear();
  EXPECT_FALSE(NameAddr::ParseList(text + ",<sip:a>", list));
}

TEST(NameAddrTest, RefusesWhatIsNone) {
  for (const char* text : {"", "\"open <sip:a@b>", "<sip:a@b", "sip:a@b?x=y", "a@b",
                           "Bell, A <sip:a@b>", "< sip:a@b >", "<sip:a@b>;", "<sip:a@b>;tag=",
                           "<sip:a@b>;tag=1;tag=2", "\"a\\\" <sip:a@b>", "<sip:a@b> x"}) {
    EXPECT_FALSE(NameAddr::Parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace parley::sip
