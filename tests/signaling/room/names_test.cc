// Names of people and of rooms, secrets, and their comparison.

#include <gtest/gtest.h>

#include <set>

#include "sfu/base/random.h"
#include "signaling/room/display_name.h"
#include "signaling/room/room_name.h"
#include "signaling/room/secrets.h"

namespace parley {
namespace {

std::string Normal(std::string_view text) {
  return NormalizeDisplayName(text, 64).value_or("(refused)");
}

TEST(DisplayNameTest, LosesWhiteSpaceAtBothEnds) {
  EXPECT_EQ(Normal("  Ada Lovelace\t\r\n"), "Ada Lovelace");
  EXPECT_EQ(Normal("\xE3\x80\x80\xE5\xBC\xA0\xE4\xBC\x9F\xC2\xA0"), "\xE5\xBC\xA0\xE4\xBC\x9F");
}

TEST(DisplayNameTest, KeepsEveryScript) {
  for (const char* name :
       {"Zo\xC3\xAB", "\xD0\x96", "\xE5\xBC\xA0\xE4\xBC\x9F", "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
        "O'Brien-Smith <script>",
        // A family: four people with zero width joiners.
        "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"}) {
    EXPECT_EQ(Normal(name), name);
  }
}

TEST(DisplayNameTest, CountsCodePoints) {
  std::string name;
  for (int i = 0; i < 64; ++i) name += "\xF0\x9F\x98\x80";
  EXPECT_EQ(Normal(name), name);
  EXPECT_EQ(Normal(name + "x"), "(refused)");
  EXPECT_EQ(Normal("   " + name + "   "), name) << "what is trimmed does not count";
  EXPECT_EQ(CountCodePoints(name), 64u);
}

TEST(DisplayNameTest, RefusesWhatCannotBeSeenOrSteersOtherText) {
  for (const char* name : {"", "   ", "\xE2\x80\x8B", "\xEF\xBB\xBF", "\xE2\x80\x8D\xE2\x80\x8D",
                           "\xE3\x85\xA4", "a\nb", "a\x07", "a\x7F", "a\xC2\x85", "a\xE2\x80\xA8 b",
                           "\xE2\x80\xAE"
                           "evil",
                           "a\xE2\x81\xA6 b", "a\xE2\x80\x8F b", "a\xD8\x9C b"}) {
    EXPECT_EQ(Normal(name), "(refused)") << name;
  }
}

TEST(DisplayNameTest, RefusesWhatIsNoUtf8) {
  for (const char* name : {"\xFF", "a\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80",
                           "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF0\x9F\x98"}) {
    EXPECT_EQ(Normal(name), "(refused)");
    EXPECT_FALSE(CountCodePoints(name));
  }
}

TEST(RoomNameTest, HasThreeTo64OfTheAllowed) {
  for (const char* name : {"abc", "swift-otter-42", "---", "000"}) EXPECT_TRUE(IsRoomName(name));
  for (const char* name : {"", "ab", "Abc", "a b", "a/b", "a.b", "caf\xC3\xA9", "a_b"}) {
    EXPECT_FALSE(IsRoomName(name)) << name;
  }
  EXPECT_TRUE(IsRoomName(std::string(64, 'a')));
  EXPECT_FALSE(IsRoomName(std::string(65, 'a')));
  EXPECT_FALSE(IsRoomName(std::string_view("abc\0", 4)));
}

TEST(RoomNameTest, MadeOnesAreNamesAndDiffer) {
  SeededRandom random(1);
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = MakeRoomName(random);
    EXPECT_TRUE(IsRoomName(name)) << name;
    EXPECT_EQ(std::count(name.begin(), name.end(), '-'), 2);
    names.insert(name);
  }
  EXPECT_GT(names.size(), 980u);
}

TEST(SecretsTest, HaveTheirLengthAndAlphabet) {
  SeededRandom random(1);
  const std::string id = RandomBase32(random, 8);
  EXPECT_EQ(id.size(), 13u);
  EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
  EXPECT_EQ(RandomBase64Url(random, 16).size(), 22u);
  EXPECT_NE(RandomBase64Url(random, 16), RandomBase64Url(random, 16));
}

TEST(SecretsTest, CompareByContentAndLength) {
  EXPECT_TRUE(EqualInConstantTime("", ""));
  EXPECT_TRUE(EqualInConstantTime("secret", "secret"));
  EXPECT_FALSE(EqualInConstantTime("secret", "secreT"));
  EXPECT_FALSE(EqualInConstantTime("Secret", "secret"));
  EXPECT_FALSE(EqualInConstantTime("secret", "secre"));
  EXPECT_FALSE(EqualInConstantTime("", "s"));
}

}  // namespace
}  // namespace parley
