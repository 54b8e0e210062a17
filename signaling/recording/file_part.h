#pragma once

// A part of an open file, as it is sent to storage, and what is said of it there: its MD5, which
// becomes the copy's entity tag, and its SHA-256, which is signed. One thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

struct FilePart {
  int fd = -1;  // borrowed
  uint64_t begin = 0;
  uint64_t size = 0;
};

struct PartSums {
  std::string md5;  // in hexadecimal, as the other
  std::string sha256;
};

// Nothing when it cannot be read to its end, or whoever is asked on the way says no.
std::optional<PartSums> SumsOf(const FilePart& part, const std::function<bool()>& may_go_on);
PartSums SumsOf(std::string_view text);

}  // namespace parley
