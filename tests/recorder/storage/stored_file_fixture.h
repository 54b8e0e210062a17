#pragma once

// A directory of a test's own, whose files are sealed when it has a key, and what lies in it.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "recorder/storage/recording_key.h"
#include "recorder/storage/stored_file.h"

namespace parley::testing {

inline constexpr const char* kOneKey =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
inline constexpr const char* kOtherKey = "/////////////////////////////////////////w8=";

using Bytes = std::vector<uint8_t>;

inline Bytes RandomBytes(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

class StoredFileFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::temp_directory_path() /
                 ("parley-storage-" + std::to_string(getpid()) + "-" + test->name());
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override {
    UseKeys({});
    std::filesystem::remove_all(directory_);
  }

  static void Configure(const std::string& keys) { UseKeys(*OperatorKeys::Parse(keys)); }
  void Seal() {
    Configure(kOneKey);
    ASSERT_FALSE(RecordingKey::Make(directory_));
  }

  std::filesystem::path Path(const std::string& name) const { return directory_ / name; }
  std::string OnDisk(const std::string& name) const {
    std::ifstream in(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void PutOnDisk(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
  }
  static Bytes ReadWhole(StoredFile& file) {
    Bytes bytes(static_cast<size_t>(file.size()));
    bytes.resize(file.ReadAt(0, bytes));
    return bytes;
  }

  std::filesystem::path directory_;
};

}  // namespace parley::testing
