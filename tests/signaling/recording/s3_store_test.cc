#include "signaling/recording/s3_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/signaling/recording/fake_bucket.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using Fault = FakeBucket::Fault;
using ::testing::HasSubstr;

class S3StoreTest : public ::testing::Test {
 protected:
  S3StoreTest() {
    file_ = fs::temp_directory_path() / ("parley-s3-" + std::to_string(getpid()));
    Write("what was said");
  }
  ~S3StoreTest() override { fs::remove(file_); }

  void Write(const std::string& text) const { std::ofstream(file_, std::ios::binary) << text; }
  UploadSettings Settings() const {
    return {.url = bucket_.url(),
            .bucket = "meetings",
            .region = "eu-central-1",
            .access_key = FakeBucket::kAccessKey,
            .secret_key = FakeBucket::kSecretKey};
  }
  std::expected<std::string, std::string> Put(const UploadSettings& settings,
                                              uint64_t part_bytes = 64 << 20) {
    return S3Store(settings, part_bytes).Put(file_, "r1/1-1-1.webm", [this](uint64_t sent) {
      sent_ = sent;
      return !gives_up_;
    });
  }
  std::string Fails(Fault fault, uint64_t part_bytes = 64 << 20) {
    bucket_.Be(fault);
    const auto put = Put(Settings(), part_bytes);
    return put ? "it did not" : put.error();
  }

  FakeBucket bucket_;
  fs::path file_;
  uint64_t sent_ = 0;
  bool gives_up_ = false;
};

TEST_F(S3StoreTest, ACopyIsSignedAndConfirmed) {
  const auto put = Put(Settings());
  ASSERT_TRUE(put) << put.error();
  EXPECT_EQ(*put, "feaa0cfa91074ef634137dabc9b33c1d") << "MD5";
  EXPECT_EQ(bucket_.objects().at("/meetings/r1/1-1-1.webm"), "what was said");
}

TEST_F(S3StoreTest, LargeAndEmptyFilesAreCopiedAsWell) {
  const std::string large(3 << 20, 'x');
  Write(large);
  auto put = Put(Settings());
  ASSERT_TRUE(put) << put.error();
  EXPECT_EQ(bucket_.objects().at("/meetings/r1/1-1-1.webm"), large);
  EXPECT_EQ(sent_, large.size());
  Write("");
  put = Put(Settings());
  ASSERT_TRUE(put) << put.error();
  EXPECT_EQ(*put, "d41d8cd98f00b204e9800998ecf8427e");
}

TEST_F(S3StoreTest, WhatIsNotConfirmedIsNoCopy) {
  EXPECT_EQ(Fails(Fault::kRefuses), "The storage answered 503.");
  EXPECT_EQ(Fails(Fault::kOtherTag), "The storage holds something else than was sent.");
  EXPECT_EQ(Fails(Fault::kShort), "The storage holds less than was sent.");
  EXPECT_EQ(Fails(Fault::kNone), "it did not");
}

TEST_F(S3StoreTest, AnotherKeyIsRefusedAndNotTold) {
  UploadSettings settings = Settings();
  settings.secret_key = "another";
  const auto put = Put(settings);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error(), "The storage answered 403.");
  EXPECT_TRUE(bucket_.objects().empty());
}

TEST_F(S3StoreTest, StorageThatIsNotThereIsSaid) {
  UploadSettings settings = Settings();
  settings.url = "http://127.0.0.1:1";
  const auto put = Put(settings);
  ASSERT_FALSE(put);
  EXPECT_THAT(put.error(), HasSubstr("connect"));
}

TEST_F(S3StoreTest, OneThatIsToStopStops) {
  bucket_.Be(Fault::kSilent);
  gives_up_ = true;
  const auto put = Put(Settings());
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error(), "The copy was given up.");
}

TEST_F(S3StoreTest, WhatIsLargerThanAPartIsCopiedInParts) {
  const auto put = Put(Settings(), 5);
  ASSERT_TRUE(put) << put.error();
  EXPECT_EQ(*put, "959ba54431bf6c25ded1f04ebf6791bb-3") << "as it is told";
  EXPECT_EQ(bucket_.objects().at("/meetings/r1/1-1-1.webm"), "what was said");
  EXPECT_EQ(bucket_.parts(), 0u);
  EXPECT_EQ(sent_, 13u);
  Write("12345");
  const auto whole = Put(Settings(), 5);
  ASSERT_TRUE(whole) << whole.error();
  EXPECT_EQ(*whole, "827ccb0eea8a706c4c34a16891f84e7b") << "one part is none";
}

TEST_F(S3StoreTest, APartThatIsLostIsSentAgain) {
  bucket_.Be(Fault::kLosesParts);
  const auto put = Put(Settings(), 5);
  ASSERT_TRUE(put) << put.error();
  EXPECT_EQ(bucket_.objects().at("/meetings/r1/1-1-1.webm"), "what was said");
}

TEST_F(S3StoreTest, PartsOfWhichNoCopyBecomesAreNotLeftThere) {
  EXPECT_EQ(Fails(Fault::kRefuses, 5), "The storage answered 503.");
  EXPECT_EQ(Fails(Fault::kRefusesParts, 5), "The storage answered 500.");
  EXPECT_EQ(Fails(Fault::kOtherTag, 5), "The storage holds something else than was sent.");
  EXPECT_EQ(Fails(Fault::kNoEnd, 5), "The storage did not make one copy of the parts.");
  EXPECT_EQ(bucket_.parts(), 0u);
  EXPECT_TRUE(bucket_.objects().empty());
  EXPECT_EQ(Fails(Fault::kShort, 5), "The storage holds less than was sent.");
  EXPECT_EQ(Fails(Fault::kNone, 5), "it did not");
}

TEST_F(S3StoreTest, ACopyIsDeletedAndSoIsNone) {
  ASSERT_TRUE(Put(Settings()));
  S3Store store(Settings(), 5);
  const auto go_on = [](uint64_t) { return true; };
  EXPECT_TRUE(store.Delete("r1/1-1-1.webm", go_on));
  EXPECT_TRUE(bucket_.objects().empty());
  EXPECT_TRUE(store.Delete("r1/1-1-1.webm", go_on));
  bucket_.Be(Fault::kRefuses);
  const auto refused = store.Delete("r1/1-1-1.webm", go_on);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), "The storage answered 503.");
}

TEST_F(S3StoreTest, AFileThatIsNotThereIsSaid) {
  fs::remove(file_);
  const auto put = Put(Settings());
  ASSERT_FALSE(put);
  EXPECT_THAT(put.error(), HasSubstr("No such file"));
}

}  // namespace
}  // namespace parley::test
