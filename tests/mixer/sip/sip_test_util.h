#pragma once

// What the SIP tests share: messages from text with plain line ends, and the corpora that lie
// beside the project or where $PARLEY_CORPORA points.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "mixer/sip/message.h"

namespace parley::sip {

// "\n" becomes CRLF.
inline std::string Crlf(std::string_view text) {
  std::string lines;
  for (char c : text) {
    if (c == '\n') lines += '\r';
    lines += c;
  }
  return lines;
}

inline std::expected<Message, Fault> ParseText(std::string_view bytes) {
  const auto raw = RawMessage::Parse(bytes);
  if (!raw) return std::unexpected(Fault{0, "silence"});
  return Message::Parse(*raw);
}

// Name to content; empty when the corpora are not there.
inline std::map<std::string, std::string> ReadSipCorpus() {
  const char* set = std::getenv("PARLEY_CORPORA");
  const std::filesystem::path root = set ? set : PARLEY_SOURCE_DIR "/../shared/corpora";
  std::map<std::string, std::string> files;
  if (!std::filesystem::is_directory(root / "sip-rfc4475")) return files;
  for (const auto& entry : std::filesystem::directory_iterator(root / "sip-rfc4475")) {
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().stem().string()] =
        std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  }
  return files;
}

}  // namespace parley::sip
