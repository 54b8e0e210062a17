#include "recorder/library/spare_space.h"

#include <fcntl.h>
#include <unistd.h>

#include <system_error>

namespace parley {
namespace {

constexpr const char* kName = "spare";

}  // namespace

void KeepSpareSpace(const std::filesystem::path& directory, uint64_t bytes) {
  const auto path = directory / kName;
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return;
  const bool kept = fallocate(fd, 0, 0, static_cast<off_t>(bytes)) == 0;
  close(fd);
  if (!kept) RemoveSpareSpace(directory);
}

void RemoveSpareSpace(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::remove(directory / kName, error);
}

}  // namespace parley
