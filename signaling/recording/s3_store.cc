#include "signaling/recording/s3_store.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace parley {
namespace {

constexpr const char* kGivenUp = "The copy was given up.";
// The SHA-256 of nothing.
constexpr const char* kNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct CloseCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Curl = std::unique_ptr<CURL, CloseCurl>;
using Headers = std::unique_ptr<curl_slist, FreeList>;
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

class OpenedFile {
 public:
  explicit OpenedFile(const std::filesystem::path& path)
      : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {}
  ~OpenedFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenedFile(const OpenedFile&) = delete;
  OpenedFile& operator=(const OpenedFile&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

Digest NewDigest(const EVP_MD* kind) {
  Digest digest(EVP_MD_CTX_new());
  EVP_DigestInit_ex(digest.get(), kind, nullptr);
  return digest;
}

std::string HexOf(EVP_MD_CTX* digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned int size = 0;
  EVP_DigestFinal_ex(digest, bytes.data(), &size);
  constexpr const char* kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kDigits[bytes[i] >> 4];
    hex += kDigits[bytes[i] & 15];
  }
  return hex;
}

struct Sums {
  std::string md5;
  std::string sha256;
};

// Nothing when it cannot be read to its end, or whoever follows has had enough.
std::optional<Sums> SumsOf(int fd, uint64_t size, const ObjectStore::Progress& progress) {
  const Digest md5 = NewDigest(EVP_md5());
  const Digest sha256 = NewDigest(EVP_sha256());
  std::vector<unsigned char> block(size_t{256} * 1024);
  for (uint64_t at = 0; at < size;) {
    const auto some = std::min<uint64_t>(block.size(), size - at);
    const ssize_t got = pread(fd, block.data(), some, static_cast<off_t>(at));
    if (got <= 0 || !progress(0)) return std::nullopt;
    EVP_DigestUpdate(md5.get(), block.data(), static_cast<size_t>(got));
    EVP_DigestUpdate(sha256.get(), block.data(), static_cast<size_t>(got));
    at += static_cast<uint64_t>(got);
  }
  return Sums{.md5 = HexOf(md5.get()), .sha256 = HexOf(sha256.get())};
}

// What an exchange needs and leaves.
struct Exchange {
  const ObjectStore::Progress& progress;
  int fd = -1;
  uint64_t size = 0;
  uint64_t at = 0;
  std::string tag = {};  // the entity tag, without quotes
};

size_t ReadSome(char* to, size_t each, size_t count, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  const auto some = std::min<uint64_t>(each * count, exchange.size - exchange.at);
  const ssize_t got = pread(exchange.fd, to, some, static_cast<off_t>(exchange.at));
  if (got < 0 || !exchange.progress(exchange.at)) return CURL_READFUNC_ABORT;
  exchange.at += static_cast<uint64_t>(got);
  return static_cast<size_t>(got);
}

int Rewind(void* data, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Exchange*>(data)->at = static_cast<uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

size_t Discard(char*, size_t each, size_t count, void*) { return each * count; }

size_t ReadHeader(char* text, size_t each, size_t count, void* data) {
  const std::string_view line(text, each * count);
  constexpr std::string_view kName = "etag:";
  const bool is_tag = line.size() > kName.size() &&
                      std::ranges::equal(line.substr(0, kName.size()), kName, {},
                                         [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  if (is_tag) {
    std::string& tag = static_cast<Exchange*>(data)->tag;
    tag = line.substr(kName.size());
    std::erase_if(tag, [](char c) { return c == '"' || c <= ' '; });
  }
  return line.size();
}

int Watch(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& exchange = *static_cast<Exchange*>(data);
  return exchange.progress(exchange.at) ? 0 : 1;
}

Headers SumHeader(const std::string& sha256) {
  return Headers(curl_slist_append(nullptr, ("x-amz-content-sha256: " + sha256).c_str()));
}

// What was set before is forgotten; the connection stays.
void Prepare(CURL* curl, const UploadSettings& settings, const std::string& url,
             Exchange& exchange) {
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  const auto stalled = static_cast<long>(S3Store::kStalled.ms());
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, stalled);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, stalled / 1000);
  curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, ("aws:amz:" + settings.region + ":s3").c_str());
  curl_easy_setopt(curl, CURLOPT_USERNAME, settings.access_key.c_str());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, settings.secret_key.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Discard);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &ReadHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Watch);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);
}

// A sentence unless it was answered with 200.
std::optional<std::string> Perform(CURL* curl) {
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_ABORTED_BY_CALLBACK) return kGivenUp;
  if (code != CURLE_OK) return std::string(curl_easy_strerror(code)) + ".";
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return std::nullopt;
  return "The storage answered " + std::to_string(status) + ".";
}

}  // namespace

S3Store::S3Store(UploadSettings settings) : settings_(std::move(settings)) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

std::expected<std::string, std::string> S3Store::Put(const std::filesystem::path& file,
                                                     const std::string& key,
                                                     const Progress& progress) {
  const OpenedFile opened(file);
  struct stat status{};
  if (opened.get() < 0 || fstat(opened.get(), &status) != 0) {
    return std::unexpected(std::string("The file cannot be read: ") + std::strerror(errno) + ".");
  }
  Exchange put{
      .progress = progress, .fd = opened.get(), .size = static_cast<uint64_t>(status.st_size)};
  if (put.size > kMostBytes) return std::unexpected("The file is larger than 5 GiB.");
  const auto sums = SumsOf(put.fd, put.size, progress);
  if (!sums) return std::unexpected(kGivenUp);
  const std::string url = settings_.url + '/' + settings_.bucket + '/' + key;

  const Curl curl(curl_easy_init());
  Prepare(curl.get(), settings_, url, put);
  const Headers headers = SumHeader(sums->sha256);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(put.size));
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, &ReadSome);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &put);
  curl_easy_setopt(curl.get(), CURLOPT_SEEKFUNCTION, &Rewind);
  curl_easy_setopt(curl.get(), CURLOPT_SEEKDATA, &put);
  if (auto fault = Perform(curl.get())) return std::unexpected(*std::move(fault));
  if (put.tag != sums->md5)
    return std::unexpected("The storage holds something else than was sent.");

  Exchange head{.progress = progress, .size = put.size, .at = put.size};
  Prepare(curl.get(), settings_, url, head);
  const Headers nothing = SumHeader(kNothing);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, nothing.get());
  curl_easy_setopt(curl.get(), CURLOPT_NOBODY, 1L);
  if (auto fault = Perform(curl.get())) return std::unexpected(*std::move(fault));
  curl_off_t stored = -1;
  curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &stored);
  if (stored != static_cast<curl_off_t>(put.size)) {
    return std::unexpected("The storage holds less than was sent.");
  }
  return put.tag;
}

}  // namespace parley
