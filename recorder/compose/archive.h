#pragma once

// All that there is of a recording in one ZIP, nothing compressed again: tracks under their
// people's names, what was composed before, speakers as subtitles, chat, manifest. ZIP64 where it
// has to be. Runs in steps, as Composer does. One thread; blocks for as long as the disk does.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "recorder/compose/part_file.h"
#include "recorder/library/manifest.h"
#include "recorder/storage/stored_file.h"

struct archive;

namespace parley {

class Archive {
 public:
  // A sentence when `output` cannot be written. What cannot be read is left out.
  static std::expected<std::unique_ptr<Archive>, std::string> Open(
      const std::filesystem::path& directory, const Manifest& manifest,
      const std::filesystem::path& output);
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  // Goes on for some megabytes; false when it is whole and has its name. Destroyed before that, it
  // leaves nothing behind.
  std::expected<bool, std::string> Step();
  // Done, 0 to 1.
  double fraction() const;
  uint64_t files_unreadable() const { return unreadable_; }

 private:
  struct Member {
    std::string name;
    std::filesystem::path file;  // empty: it is `text`
    std::string text;
    uint64_t size = 0;
  };

  Archive(const std::filesystem::path& directory, const Manifest& manifest,
          const std::filesystem::path& output);
  void AddFile(std::string name, const std::filesystem::path& file);
  void AddText(std::string name, std::string text);
  std::expected<void, std::string> Begin(const Member& member);
  std::expected<void, std::string> Write(const uint8_t* bytes, size_t size);
  std::expected<void, std::string> Copy(uint64_t most);
  std::unexpected<std::string> Refused() const;

  static ssize_t Put(::archive* archive, void* self, const void* bytes, size_t size);

  PartFile part_;
  std::optional<StoredFile> out_;
  std::error_code refused_;  // by out_
  uint64_t put_ = 0;         // into out_
  ::archive* archive_ = nullptr;
  int64_t written_at_us_;  // since 1970
  std::vector<Member> members_;
  size_t next_ = 0;  // of members_
  std::optional<StoredFile> copied_;
  uint64_t member_size_ = 0;  // its size
  uint64_t left_ = 0;         // of it
  uint64_t written_ = 0;      // in all
  uint64_t size_ = 0;
  uint64_t unreadable_ = 0;
  std::vector<uint8_t> buffer_;
};

}  // namespace parley
