#pragma once

// A file of RTP packets that Wireshark reads (draft-ietf-opsawg-pcap): link type 252, whose packets
// name their dissector, so that nothing need be set to see them as RTP. Grows up to a bound that it
// is made with; what does not fit is not written. One thread.

#include <cstdint>
#include <cstdio>
#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "sfu/base/units.h"

namespace parley {

class PcapFile {
 public:
  // Readable by its owner only. The error is a sentence.
  static std::expected<PcapFile, std::string> Create(const std::filesystem::path& path,
                                                     uint64_t max_bytes);

  // False when there is no more room, or the disk refuses.
  [[nodiscard]] bool Write(std::span<const uint8_t> rtp, WallTime at);
  [[nodiscard]] bool Flush();
  uint64_t bytes() const { return bytes_; }
  uint64_t packets() const { return packets_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  PcapFile(std::FILE* file, uint64_t max_bytes) : file_(file), max_bytes_(max_bytes) {}
  bool Put(std::span<const uint8_t> bytes);

  std::unique_ptr<std::FILE, Close> file_;
  uint64_t max_bytes_;
  uint64_t bytes_ = 0;
  uint64_t packets_ = 0;
};

}  // namespace parley
