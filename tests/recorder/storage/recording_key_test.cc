// The operator's keys, and those of recordings that they wrap.

#include "recorder/storage/recording_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recorder/storage/aes_gcm.h"
#include "recorder/storage/hex.h"
#include "recorder/storage/key_handover.h"
#include "tests/recorder/storage/stored_file_fixture.h"

namespace parley::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SecretKeyTest, IsReadFromHexadecimalDigitsAndBase64) {
  const auto hex = SecretKey::Parse(kOneKey);
  ASSERT_TRUE(hex);
  EXPECT_EQ(hex->ToHex(), kOneKey);
  const auto base64 = SecretKey::Parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  ASSERT_TRUE(base64);
  EXPECT_EQ(*base64, *hex);
  EXPECT_TRUE(SecretKey::Parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")) << "no padding";
  EXPECT_EQ(hex->Id().size(), 16u);
  EXPECT_NE(hex->Id(), SecretKey::Parse(kOtherKey)->Id());
  EXPECT_THAT(std::string(kOneKey), Not(HasSubstr(hex->Id())));
}

TEST(SecretKeyTest, NothingElseIsAKey) {
  const std::string key = kOneKey;
  for (const std::string& text :
       {std::string(), std::string("secret"), key.substr(1), key + "0", key.substr(2) + "zz",
        std::string(32, 'a'), std::string("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=="),
        std::string("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg=="),
        std::string("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH!8=")}) {
    EXPECT_FALSE(SecretKey::Parse(text)) << text;
  }
}

// NIST's GCM test vectors for 256-bit keys: no plaintext; and one with known data beside it.
TEST(AesGcmTest, SealsAsTheStandardSays) {
  const auto key = [](const char* hex) { return *SecretKey::Parse(hex); };
  std::vector<uint8_t> out(16);
  AesGcm(key("b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4"))
      .Seal({0x51, 0x6c, 0x33, 0x92, 0x9d, 0xf5, 0xa3, 0x28, 0x4f, 0xf4, 0x63, 0xd7}, {}, {}, out);
  EXPECT_EQ(ToHex(out), "bdc1ac884d332457a1d2664f168c76f0");
  out.resize(32);
  const auto plain = *FromHex("2d71bcfa914e4ac045b2aa60955fad24");
  const auto known = *FromHex("1e0889016f67601c8ebea4943bc23ad6");
  AesGcm::Nonce nonce;
  std::ranges::copy(*FromHex("ac93a1a6145299bde902f21a"), nonce.begin());
  AesGcm cipher(key("92e11dcdaa866f5ce790fd24501f92509aacf4cb8b1339d50c9c1240935dd08b"));
  cipher.Seal(nonce, known, plain, out);
  EXPECT_EQ(ToHex(out), "8995ae2e6df3dbf96fac7b7137bae67feca5aa77d51d4a0a14d9c51e1da474ab");
  std::vector<uint8_t> back(16);
  EXPECT_TRUE(cipher.Open(nonce, known, out, back));
  EXPECT_EQ(back, plain);
  EXPECT_FALSE(cipher.Open(nonce, {}, out, back));
  EXPECT_EQ(back, std::vector<uint8_t>(16)) << "nothing that is not authentic is given";
}

TEST(OperatorKeysTest, TheFirstSealsAndAllOpen) {
  const auto keys =
      OperatorKeys::Parse(std::string("# of 2026\n  ") + kOneKey + "  # now\r\n\n" + kOtherKey);
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->current(), *SecretKey::Parse(kOneKey));
  const std::string other = SecretKey::Parse(kOtherKey)->Id();
  ASSERT_NE(keys->Find(other), nullptr);
  EXPECT_EQ(*keys->Find(other), *SecretKey::Parse(kOtherKey));
  EXPECT_EQ(keys->Find("0011223344556677"), nullptr);
}

TEST(OperatorKeysTest, WhatIsNoKeyIsToldByItsLineAndNotShown) {
  const auto bad = OperatorKeys::Parse(std::string(kOneKey) + "\n\nhunter2hunter2\n");
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error(), HasSubstr("line 3 is no key: a key is 32 bytes, as 64 hexadecimal"));
  EXPECT_THAT(bad.error(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(OperatorKeys::Parse("# nothing\n").error(), HasSubstr("there is no key"));
  EXPECT_THAT(OperatorKeys::Parse(std::string(kOneKey) + "\n" + kOneKey).error(),
              HasSubstr("line 2 has a key that is there already"));
  std::string many;
  for (size_t i = 0; i <= OperatorKeys::kMostKeys; ++i) many += SecretKey::Random().ToHex() + "\n";
  EXPECT_THAT(OperatorKeys::Parse(many).error(), HasSubstr("more than 64"));
}

class RecordingKeyTest : public StoredFileFixture {};

TEST_F(RecordingKeyTest, WithoutAKeyEverythingIsPlain) {
  ASSERT_FALSE(RecordingKey::Make(directory_));
  EXPECT_FALSE(RecordingKey::Of(directory_).sealed);
  auto file = StoredFile::Create(Path("1-1-1.webm"));
  ASSERT_TRUE(file);
  ASSERT_FALSE(file->WriteAt(0, Bytes{'a', 'b'}));
  ASSERT_FALSE(file->End());
  EXPECT_EQ(OnDisk("1-1-1.webm"), "ab");
  // What was begun plain stays so.
  Configure(kOneKey);
  EXPECT_EQ(StoredFile::Open(Path("1-1-1.webm"))->ReadText(), "ab");
}

TEST_F(RecordingKeyTest, EachHasItsOwnWhichItsOperatorsKeyOpens) {
  Seal();
  const RecordingKey key = RecordingKey::Of(directory_);
  ASSERT_TRUE(key.key);
  EXPECT_EQ(key.operators_id, SecretKey::Parse(kOneKey)->Id());
  EXPECT_THAT(OnDisk(kRecordingKeyFile), Not(HasSubstr(key.key->ToHex())));
  ASSERT_FALSE(RecordingKey::Make(directory_));
  EXPECT_NE(*RecordingKey::Of(directory_).key, *key.key);
}

TEST_F(RecordingKeyTest, IsLockedWithoutTheOperatorsKeyAndOpensWithItAgain) {
  Seal();
  const SecretKey key = *RecordingKey::Of(directory_).key;
  for (const bool other : {false, true}) {
    UseKeys({});
    if (other) Configure(kOtherKey);
    const RecordingKey locked = RecordingKey::Of(directory_);
    EXPECT_TRUE(locked.locked());
    EXPECT_THAT(LockedSentence(locked), HasSubstr(SecretKey::Parse(kOneKey)->Id()));
    EXPECT_EQ(StoredFile::Create(Path("1-1-1.webm")).error().value(), ENOKEY);
    EXPECT_EQ(StoredFile::Open(Path("1-1-1.webm")).error().value(), ENOKEY);
    EXPECT_THAT(RecordingKeyLine(directory_).error(), HasSubstr("not among the configured"));
  }
  EXPECT_FALSE(std::filesystem::exists(Path("1-1-1.webm")));
  // Another one seals now, and this one is kept to read.
  Configure(std::string(kOtherKey) + "\n" + kOneKey);
  EXPECT_EQ(*RecordingKey::Of(directory_).key, key);
  EXPECT_EQ(*RecordingKeyLine(directory_), key.ToHex() + "\n");
}

TEST_F(RecordingKeyTest, ADamagedOneIsLockedAndNotPlain) {
  Seal();
  const std::string whole = OnDisk(kRecordingKeyFile);
  for (const std::string& damaged :
       {std::string(), std::string("{}"), std::string("[1]"), whole.substr(0, whole.size() - 1),
        std::string(R"({"id":7,"wrapped":true})")}) {
    PutOnDisk(kRecordingKeyFile, damaged);
    EXPECT_TRUE(RecordingKey::Of(directory_).locked()) << damaged;
    EXPECT_THAT(LockedSentence(RecordingKey::Of(directory_)), HasSubstr("key.json is damaged"));
  }
  for (size_t at = whole.find("wrapped") + 10; at < whole.size() - 2; ++at) {
    std::string damaged = whole;
    damaged[at] = damaged[at] == '0' ? '1' : '0';
    PutOnDisk(kRecordingKeyFile, damaged);
    EXPECT_TRUE(RecordingKey::Of(directory_).locked()) << at;
  }
}

TEST_F(RecordingKeyTest, IsNothingInAnotherRecordingsDirectory) {
  Seal();
  const std::filesystem::path other = Path("other");
  std::filesystem::create_directory(other);
  std::filesystem::copy(Path(kRecordingKeyFile), other / kRecordingKeyFile);
  EXPECT_TRUE(RecordingKey::Of(other).locked());
  EXPECT_FALSE(RecordingKey::Of(directory_ / "").locked()) << "however it is written";
  EXPECT_FALSE(RecordingKey::Of(other / "..").locked());
}

}  // namespace
}  // namespace parley::testing
