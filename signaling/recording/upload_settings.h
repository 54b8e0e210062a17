#pragma once

// Where finished recordings are copied to: a bucket of storage that speaks S3. Values.

#include <cstdint>
#include <string>

namespace parley {

struct UploadSettings {
  std::string url;  // of the service, without the bucket; empty: nothing is copied
  std::string bucket;
  std::string region = "us-east-1";
  std::string access_key;
  std::string secret_key;
  uint64_t part_mb = 64;   // MiB; larger files are copied in parts of that size
  bool keep_local = true;  // or removed once the copy is confirmed

  uint64_t part_bytes() const { return part_mb << 20; }
  bool enabled() const { return !url.empty(); }
};

}  // namespace parley
