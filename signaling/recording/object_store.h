#pragma once

// Where files are copied to, as the uploader sees it; S3Store is the real one. One thread.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>

namespace parley {

class ObjectStore {
 public:
  // Bytes sent so far; false when the copy is to be given up.
  using Progress = std::function<bool(uint64_t sent)>;

  virtual ~ObjectStore() = default;
  // Copies the file and has the copy confirmed: that it is as long, and that it is the same. Waits
  // for the other side. The entity tag of the copy, or a sentence.
  virtual std::expected<std::string, std::string> Put(const std::filesystem::path& file,
                                                      const std::string& key,
                                                      const Progress& progress) = 0;
  // There is no copy of that key afterwards, as there may have been none before; or a sentence.
  // Waits for the other side; `progress` says when that is to be given up.
  virtual std::expected<void, std::string> Delete(const std::string& key,
                                                  const Progress& progress) = 0;
};

}  // namespace parley
