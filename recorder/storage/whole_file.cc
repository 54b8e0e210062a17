#include "recorder/storage/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

namespace parley {
namespace {

std::error_code LastError() { return {errno, std::generic_category()}; }

std::error_code Write(const std::filesystem::path& path, std::string_view text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return LastError();
  std::error_code error;
  if (write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()) || fsync(fd) != 0) {
    error = errno != 0 ? LastError() : std::make_error_code(std::errc::io_error);
  }
  close(fd);
  return error;
}

}  // namespace

std::error_code ReplaceFile(const std::filesystem::path& file, std::string_view text) {
  const std::filesystem::path next = file.string() + ".next";
  if (auto error = Write(next, text)) return error;
  std::error_code error;
  std::filesystem::rename(next, file, error);
  return error;
}

std::string ReadWholeFile(const std::filesystem::path& file, size_t most) {
  std::ifstream in(file, std::ios::binary);
  std::string text(most + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > most) text.clear();
  return text;
}

}  // namespace parley
