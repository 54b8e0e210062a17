#include "signaling/recording/live_directory.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace parley {
namespace {

constexpr mode_t kOursAlone = 0700;
constexpr mode_t kAnybody = 0777;

std::unexpected<std::string> Cannot(const std::filesystem::path& directory,
                                    const std::string& reason) {
  return std::unexpected(
      "recordings are encrypted, and what is shown live of them is kept in memory then, in " +
      directory.string() + ": " + reason + ". Make that possible, or set live.hls to false and " +
      "live.rtmp_hosts to nothing");
}

}  // namespace

std::expected<std::filesystem::path, std::string> LiveDirectory(
    const std::filesystem::path& data, bool encrypted, const std::filesystem::path& memory) {
  const std::filesystem::path on_disk = data / "live";
  if (!encrypted) return on_disk;
  std::error_code ignored;
  std::filesystem::remove_all(on_disk, ignored);
  struct stat of_data{};
  if (stat(data.c_str(), &of_data) != 0) return Cannot(memory, std::strerror(errno));
  const std::filesystem::path place = memory / ("parley-live-" + std::to_string(of_data.st_dev) +
                                                "-" + std::to_string(of_data.st_ino));
  struct statfs system{};
  if (statfs(memory.c_str(), &system) != 0) return Cannot(place, std::strerror(errno));
  if (system.f_type != TMPFS_MAGIC) return Cannot(place, "that is no memory");
  if (mkdir(place.c_str(), kOursAlone) != 0 && errno != EEXIST) {
    return Cannot(place, std::strerror(errno));
  }
  struct stat found{};
  if (lstat(place.c_str(), &found) != 0) return Cannot(place, std::strerror(errno));
  if (!S_ISDIR(found.st_mode) || found.st_uid != geteuid() ||
      (found.st_mode & kAnybody) != kOursAlone) {
    return Cannot(place, "somebody else has made something of that name");
  }
  return place;
}

}  // namespace parley
