#pragma once

// Copies files into a bucket by PUT, signed with version 4 of AWS's signatures over their SHA-256,
// by libcurl; addresses have the bucket in their path. The copy's entity tag must be the MD5 of
// what was sent, and HEAD must tell its size. One thread, which waits for the other side: kStalled
// at most without a byte.

#include <expected>
#include <filesystem>
#include <string>

#include "sfu/base/units.h"
#include "signaling/recording/object_store.h"
#include "signaling/recording/upload_settings.h"

namespace parley {

class S3Store final : public ObjectStore {
 public:
  // What S3 takes in one piece, in bytes.
  static constexpr uint64_t kMostBytes = uint64_t{5} << 30;
  static constexpr Duration kStalled = Duration::Seconds(30);

  explicit S3Store(UploadSettings settings);
  std::expected<std::string, std::string> Put(const std::filesystem::path& file,
                                              const std::string& key,
                                              const Progress& progress) override;

 private:
  const UploadSettings settings_;
};

}  // namespace parley
