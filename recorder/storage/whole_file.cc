#include "recorder/storage/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace parley {
namespace {

std::error_code LastError() { return {errno, std::generic_category()}; }

std::error_code Write(const std::filesystem::path& path, std::string_view text, Survives survives) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return LastError();
  std::error_code error;
  while (!text.empty() && !error) {
    const ssize_t wrote = write(fd, text.data(), text.size());
    if (wrote <= 0) error = wrote < 0 ? LastError() : std::make_error_code(std::errc::io_error);
    if (wrote > 0) text.remove_prefix(static_cast<size_t>(wrote));
  }
  if (!error && survives == Survives::kPowerLoss && fsync(fd) != 0) error = LastError();
  close(fd);
  return error;
}

}  // namespace

std::error_code ReplaceFile(const std::filesystem::path& file, std::string_view text,
                            Survives survives) {
  const std::filesystem::path next = file.string() + ".next";
  std::error_code error = Write(next, text, survives);
  if (!error) std::filesystem::rename(next, file, error);
  if (error) unlink(next.c_str());
  return error;
}

std::string ReadWholeFile(const std::filesystem::path& file, size_t most) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return {};
  // It may grow meanwhile.
  const auto size = static_cast<size_t>(std::max<std::streamoff>(in.tellg(), 0));
  in.seekg(0);
  std::string text(std::min(size, most) + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > most) text.clear();
  return text;
}

}  // namespace parley
