#include "recorder/compose/part_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace parley {

PartFile::PartFile(std::filesystem::path path)
    : path_(std::move(path)), part_(path_.string() + ".part") {}

PartFile::~PartFile() {
  if (!committed_) unlink(part_.c_str());
}

std::expected<StoredFile, std::string> PartFile::Create() {
  unlink(part_.c_str());
  auto file = StoredFile::Create(part_, path_.filename().string(), StoredFile::kAsUsual);
  if (!file) return std::unexpected("cannot write: " + file.error().message());
  return *std::move(file);
}

std::expected<void, std::string> PartFile::Commit() {
  const int fd = open(part_.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (!synced) return std::unexpected(std::string("cannot write: ") + std::strerror(error));
  if (std::rename(part_.c_str(), path_.c_str()) != 0) {
    return std::unexpected(std::string("cannot write: ") + std::strerror(errno));
  }
  committed_ = true;
  return {};
}

}  // namespace parley
