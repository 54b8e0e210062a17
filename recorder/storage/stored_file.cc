#include "recorder/storage/stored_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "recorder/storage/recording_key.h"

namespace parley {
namespace {

constexpr size_t kPiece = 64 << 10;

std::error_code LastError() { return {errno, std::generic_category()}; }

std::filesystem::path DirectoryOf(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

std::unexpected<std::error_code> NoKey() {
  return std::unexpected(std::error_code(ENOKEY, std::generic_category()));
}

}  // namespace

std::expected<StoredFile, std::error_code> StoredFile::Create(const std::filesystem::path& path,
                                                              std::string_view name, mode_t mode) {
  const RecordingKey key = RecordingKey::Of(DirectoryOf(path));
  if (key.locked()) return NoKey();
  StoredFile file(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (file.fd_ < 0) return std::unexpected(LastError());
  if (!key.sealed) return file;
  const std::string own = path.filename().string();
  auto sealed = SealedFile::Create(file.fd_, *key.key, name.empty() ? own : name);
  if (!sealed) return std::unexpected(sealed.error());
  file.sealed_ = std::make_unique<SealedFile>(*std::move(sealed));
  return file;
}

std::expected<StoredFile, std::error_code> StoredFile::Open(const std::filesystem::path& path,
                                                            Access access) {
  const RecordingKey key = RecordingKey::Of(DirectoryOf(path));
  if (key.locked()) return NoKey();
  auto file = OpenPlain(path, access);
  if (!file || !key.sealed) return file;
  auto sealed = SealedFile::Open(file->fd_, *key.key, path.filename().string());
  if (!sealed) return std::unexpected(sealed.error());
  file->sealed_ = std::make_unique<SealedFile>(*std::move(sealed));
  return file;
}

std::expected<StoredFile, std::error_code> StoredFile::OpenPlain(const std::filesystem::path& path,
                                                                 Access access) {
  const int flags = (access == Access::kWrite ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW;
  StoredFile file(open(path.c_str(), flags));
  struct stat status{};
  if (file.fd_ < 0 || fstat(file.fd_, &status) != 0) return std::unexpected(LastError());
  if (!S_ISREG(status.st_mode)) {
    return std::unexpected(std::make_error_code(std::errc::invalid_argument));
  }
  return file;
}

StoredFile::StoredFile(StoredFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), sealed_(std::move(other.sealed_)) {}

StoredFile& StoredFile::operator=(StoredFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(sealed_, other.sealed_);
  return *this;
}

StoredFile::~StoredFile() {
  if (fd_ >= 0) close(fd_);
}

size_t StoredFile::ReadAt(uint64_t at, std::span<uint8_t> out) {
  if (sealed_) return sealed_->ReadAt(at, out);
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t got =
        pread(fd_, out.data() + done, out.size() - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

std::string StoredFile::ReadText() {
  if (sealed_) return sealed_->ReadText();
  std::string all;
  size_t got = 0;
  do {
    const size_t before = all.size();
    all.resize(before + kPiece);
    got = ReadAt(before, {reinterpret_cast<uint8_t*>(all.data()) + before, kPiece});
    all.resize(before + got);
  } while (got == kPiece);
  return all;
}

std::error_code StoredFile::WriteAt(uint64_t at, std::span<const uint8_t> bytes) {
  if (sealed_) return sealed_->WriteAt(at, bytes);
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put =
        pwrite(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(at + done));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return put < 0 ? LastError() : std::make_error_code(std::errc::io_error);
    done += static_cast<size_t>(put);
  }
  return {};
}

std::error_code StoredFile::Truncate(uint64_t size) {
  if (sealed_) return sealed_->Truncate(size);
  return ftruncate(fd_, static_cast<off_t>(size)) == 0 ? std::error_code() : LastError();
}

std::error_code StoredFile::End() { return sealed_ ? sealed_->End() : std::error_code(); }

uint64_t StoredFile::size() {
  if (sealed_) return sealed_->size();
  struct stat status{};
  return fstat(fd_, &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

void StoredFile::ReadAhead(uint64_t at, uint64_t size) {
  const uint64_t place = sealed_ ? sealed_->PlaceOf(at) : at;
  posix_fadvise(fd_, static_cast<off_t>(place), static_cast<off_t>(size), POSIX_FADV_WILLNEED);
}

}  // namespace parley
