#pragma once

// One request to storage that speaks S3, signed with version 4 of AWS's signatures over its body's
// SHA-256, by libcurl; addresses have the bucket in their path. A connection is used again by the
// requests that follow. One thread, which waits for the other side: kStalled at most without a
// byte.

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "sfu/base/units.h"
#include "signaling/recording/file_part.h"
#include "signaling/recording/object_store.h"
#include "signaling/recording/upload_settings.h"

namespace parley {

struct S3Request {
  enum class Method : uint8_t { kHead, kPut, kPost, kDelete };

  Method method = Method::kHead;
  std::string target;   // the key, and the query with its names in alphabetical order, encoded
  FilePart file = {};   // the body of a kPut
  std::string text;     // of a kPost
  std::string sha256;   // of the body
  uint64_t before = 0;  // bytes of the copy that were sent by other requests
};

struct S3Answer {
  long status = 0;
  std::string tag;      // the entity tag, without quotes
  int64_t length = -1;  // of what is or would be sent; -1: untold
  std::string body;     // of the answer to a kPost, up to S3Connection::kMostBody
};

class S3Connection {
 public:
  static constexpr Duration kStalled = Duration::Seconds(30);
  static constexpr size_t kMostBody = 64 << 10;

  explicit S3Connection(const UploadSettings& settings);
  ~S3Connection();
  S3Connection(const S3Connection&) = delete;
  S3Connection& operator=(const S3Connection&) = delete;

  // The answer, whatever its status; a sentence when there is none, or `progress` says no.
  std::expected<S3Answer, std::string> Send(const S3Request& request,
                                            const ObjectStore::Progress& progress);

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  const UploadSettings& settings_;
  std::unique_ptr<void, Close> curl_;
};

}  // namespace parley
