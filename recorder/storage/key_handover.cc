#include "recorder/storage/key_handover.h"

#include <openssl/crypto.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "recorder/storage/recording_key.h"
#include "recorder/storage/secret_key.h"

namespace parley {

std::expected<std::string, std::string> RecordingKeyLine(const std::filesystem::path& directory) {
  const RecordingKey key = RecordingKey::Of(directory);
  if (!key.sealed) return std::string();
  if (key.locked()) return std::unexpected(LockedSentence(key));
  return key.key->ToHex() + '\n';
}

std::expected<void, std::string> TakeRecordingKey(const std::filesystem::path& directory) {
  if (!RecordingKey::Of(directory).sealed) return {};
  constexpr const char* kNotGiven =
      "the recording is encrypted: parley recording compose knows its key";
  if (isatty(STDIN_FILENO) == 1) return std::unexpected(kNotGiven);
  std::array<char, 2 * SecretKey::kSize + 1> line{};
  size_t size = 0;
  while (size < line.size()) {
    const ssize_t got = read(STDIN_FILENO, line.data() + size, line.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<size_t>(got);
  }
  auto key = size == line.size() && line.back() == '\n' ? SecretKey::Parse({line.data(), size - 1})
                                                        : std::nullopt;
  OPENSSL_cleanse(line.data(), line.size());
  if (!key) return std::unexpected(kNotGiven);
  UseRecordingKey(*std::move(key));
  return {};
}

}  // namespace parley
