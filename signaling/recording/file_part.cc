#include "signaling/recording/file_part.h"

#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <vector>

namespace parley {
namespace {

class Digest {
 public:
  explicit Digest(const EVP_MD* kind) : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_.get(), kind, nullptr);
  }
  void Add(const void* bytes, size_t size) { EVP_DigestUpdate(context_.get(), bytes, size); }
  std::string ToHex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), bytes.data(), &size);
    constexpr const char* kDigits = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
      hex += kDigits[bytes[i] >> 4];
      hex += kDigits[bytes[i] & 15];
    }
    return hex;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace

std::optional<PartSums> SumsOf(const FilePart& part, const std::function<bool()>& may_go_on) {
  Digest md5(EVP_md5());
  Digest sha256(EVP_sha256());
  std::vector<unsigned char> block(size_t{256} * 1024);
  for (uint64_t at = 0; at < part.size;) {
    const auto some = std::min<uint64_t>(block.size(), part.size - at);
    const ssize_t got = pread(part.fd, block.data(), some, static_cast<off_t>(part.begin + at));
    if (got <= 0 || !may_go_on()) return std::nullopt;
    md5.Add(block.data(), static_cast<size_t>(got));
    sha256.Add(block.data(), static_cast<size_t>(got));
    at += static_cast<uint64_t>(got);
  }
  return PartSums{.md5 = md5.ToHex(), .sha256 = sha256.ToHex()};
}

PartSums SumsOf(std::string_view text) {
  Digest md5(EVP_md5());
  Digest sha256(EVP_sha256());
  md5.Add(text.data(), text.size());
  sha256.Add(text.data(), text.size());
  return {.md5 = md5.ToHex(), .sha256 = sha256.ToHex()};
}

}  // namespace parley
