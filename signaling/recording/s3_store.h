#pragma once

// Copies files into a bucket: by PUT, or in parts where they are larger than one.
// The entity tag of what was sent at once must be its MD5, and HEAD must tell the copy's size. A
// part that fails is sent again kTries times in all; a copy that is given up leaves no parts. One
// thread, which waits for the other side.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <utility>

#include "signaling/recording/object_store.h"
#include "signaling/recording/s3_request.h"
#include "signaling/recording/upload_settings.h"

namespace parley {

class S3Store final : public ObjectStore {
 public:
  // What S3 takes.
  static constexpr uint64_t kMostParts = 10'000;
  static constexpr int kTries = 3;

  S3Store(UploadSettings settings, uint64_t part_bytes)
      : settings_(std::move(settings)), part_bytes_(part_bytes), connection_(settings_) {}
  std::expected<std::string, std::string> Put(const std::filesystem::path& file,
                                              const std::string& key,
                                              const Progress& progress) override;
  std::expected<void, std::string> Delete(const std::string& key,
                                          const Progress& progress) override;

 private:
  using Outcome = std::expected<std::string, std::string>;

  // All give the entity tag, or a sentence.
  Outcome PutPart(const FilePart& part, const std::string& target, const Progress& progress);
  Outcome PutInParts(const FilePart& file, const std::string& key, const Progress& progress);
  Outcome SendParts(const FilePart& file, const std::string& key, const std::string& upload,
                    const Progress& progress);

  const UploadSettings settings_;
  const uint64_t part_bytes_;
  S3Connection connection_;
};

}  // namespace parley
