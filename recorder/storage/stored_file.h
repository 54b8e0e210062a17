#pragma once

// A file of a recording, as everybody reads and writes it: plain, or sealed where its directory has
// a key (recording_key.h). In such a directory nothing that is plain is read. Owns the descriptor.
// One thread; blocks for as long as the disk does.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "recorder/storage/sealed_file.h"

namespace parley {

class StoredFile {
 public:
  enum class Access : uint8_t { kRead, kWrite };
  static constexpr mode_t kOwn = 0600;
  static constexpr mode_t kAsUsual = 0666;  // but for the umask

  // A new file; fails when there is one already. `name`: what it is called when it is whole; empty:
  // as it is now. ENOKEY: this process cannot open what is sealed there.
  static std::expected<StoredFile, std::error_code> Create(const std::filesystem::path& path,
                                                           std::string_view name = {},
                                                           mode_t mode = kOwn);
  // Of a regular file. EBADMSG: it is not sealed, and should be.
  static std::expected<StoredFile, std::error_code> Open(const std::filesystem::path& path,
                                                         Access access = Access::kRead);
  // Plain in any case.
  static std::expected<StoredFile, std::error_code> OpenPlain(const std::filesystem::path& path,
                                                              Access access = Access::kRead);
  StoredFile(StoredFile&& other) noexcept;
  StoredFile& operator=(StoredFile&& other) noexcept;
  ~StoredFile();

  // Fewer bytes than asked for at the end, or where something cannot be read.
  size_t ReadAt(uint64_t at, std::span<uint8_t> out);
  // Of one that is only appended to: all of it, without what cannot be read.
  std::string ReadText();
  std::error_code WriteAt(uint64_t at, std::span<const uint8_t> bytes);
  std::error_code Truncate(uint64_t size);
  // Nothing follows.
  std::error_code End();

  // Now.
  uint64_t size();
  // So that what is read next waits in memory.
  void ReadAhead(uint64_t at, uint64_t size);
  int descriptor() const { return fd_; }
  // Null when it is plain.
  SealedFile* sealed() { return sealed_.get(); }

 private:
  explicit StoredFile(int fd) : fd_(fd) {}

  int fd_;
  std::unique_ptr<SealedFile> sealed_;
};

}  // namespace parley
