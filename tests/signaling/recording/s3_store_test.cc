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
  std::expected<std::string, std::string> Put(const UploadSettings& settings) {
    return S3Store(settings).Put(file_, "r1/1-1-1.webm", [this](uint64_t sent) {
      sent_ = sent;
      return !gives_up_;
    });
  }
  std::string Fails(Fault fault) {
    bucket_.Be(fault);
    const auto put = Put(Settings());
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
  EXPECT_TRUE(bucket_.objects().at("/meetings/r1/1-1-1.webm").empty());
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

TEST_F(S3StoreTest, AFileThatIsNotThereIsSaid) {
  fs::remove(file_);
  const auto put = Put(Settings());
  ASSERT_FALSE(put);
  EXPECT_THAT(put.error(), HasSubstr("No such file"));
}

}  // namespace
}  // namespace parley::test
