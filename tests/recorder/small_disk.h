#pragma once

// A disk of a few MiB in memory, to be filled. Only root may make one: others skip the test.

#include <sys/mount.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace parley::testing {

class SmallDisk {
 public:
  // On a directory, which is made when it is missing.
  SmallDisk(std::filesystem::path where, size_t bytes) : where_(std::move(where)) {
    std::filesystem::create_directories(where_);
    const std::string options = "mode=700,size=" + std::to_string(bytes);
    mounted_ = mount("none", where_.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(where_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  explicit operator bool() const { return mounted_; }
  // Somebody else's file takes all but `free` bytes.
  void LeaveFree(size_t free) const {
    const auto filler = where_ / "filler";
    std::error_code error;
    std::filesystem::remove(filler, error);
    const size_t available = std::filesystem::space(where_).available;
    if (available <= free) return;
    const std::string block(64 * 1024, 'x');
    std::ofstream out(filler, std::ios::binary);
    for (size_t left = available - free; left > 0 && out;) {
      const size_t some = std::min(left, block.size());
      out.write(block.data(), static_cast<std::streamsize>(some));
      left -= some;
    }
  }

 private:
  const std::filesystem::path where_;
  bool mounted_ = false;
};

inline constexpr const char* kNoSmallDisk = "a disk to fill can be mounted by root only";

}  // namespace parley::testing
