#include "signaling/recording/pcap_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace parley {
namespace {

constexpr uint32_t kMagic = 0xA1B2C3D4;  // times in microseconds
constexpr uint32_t kUpperPdu = 252;
constexpr uint32_t kSnapLength = 65535;

// The tag of a dissector's name (12), four bytes long, and the last tag.
constexpr std::array<uint8_t, 12> kDissector = {0, 12, 0, 4, 'r', 't', 'p', 0, 0, 0, 0, 0};

template <size_t kWords>
std::array<uint8_t, 4 * kWords> LittleEndian(const std::array<uint32_t, kWords>& words) {
  std::array<uint8_t, 4 * kWords> bytes;
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<uint8_t>(words[i / 4] >> 8 * (i % 4));
  }
  return bytes;
}

}  // namespace

std::expected<PcapFile, std::string> PcapFile::Create(const std::filesystem::path& path,
                                                      uint64_t max_bytes) {
  const auto failed = [&] {
    return std::unexpected("cannot write " + path.string() + ": " +
                           std::system_category().message(errno));
  };
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed();
  std::FILE* file = fdopen(descriptor, "wb");
  if (file == nullptr) {
    close(descriptor);
    return failed();
  }
  PcapFile pcap(file, max_bytes);
  // Version 2.4, two reserved fields.
  const auto header = LittleEndian<6>({kMagic, 4u << 16 | 2u, 0, 0, kSnapLength, kUpperPdu});
  if (!pcap.Put(header) || !pcap.Flush()) return failed();
  return pcap;
}

bool PcapFile::Write(std::span<const uint8_t> rtp, WallTime at) {
  const auto size = static_cast<uint32_t>(kDissector.size() + rtp.size());
  const auto us = static_cast<uint64_t>(at.unix_us());
  const auto record = LittleEndian<4>(
      {static_cast<uint32_t>(us / 1'000'000), static_cast<uint32_t>(us % 1'000'000), size, size});
  if (size > kSnapLength || bytes_ + record.size() + size > max_bytes_) return false;
  if (!Put(record) || !Put(kDissector) || !Put(rtp)) return false;
  ++packets_;
  return true;
}

bool PcapFile::Flush() { return std::fflush(file_.get()) == 0; }

bool PcapFile::Put(std::span<const uint8_t> bytes) {
  bytes_ += bytes.size();
  return std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size();
}

}  // namespace parley
