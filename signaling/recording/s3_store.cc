#include "signaling/recording/s3_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace parley {
namespace {

using Method = S3Request::Method;

constexpr const char* kGivenUp = "The copy was given up.";
constexpr long kOk = 200;
constexpr long kNoContent = 204;
constexpr long kNotFound = 404;

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

std::unexpected<std::string> Refused(const S3Answer& answer) {
  return std::unexpected("The storage answered " + std::to_string(answer.status) + ".");
}

// Of XML as S3 answers it: what stands in the first element of that name.
std::string_view TextOf(std::string_view xml, const std::string& element) {
  const std::string opens = '<' + element + '>';
  const size_t at = xml.find(opens);
  if (at == std::string_view::npos) return {};
  xml.remove_prefix(at + opens.size());
  return xml.substr(0, xml.find("</"));
}

// Percent-encoded for a query (RFC 3986 section 2.3).
std::string Escaped(std::string_view text) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kDigits[static_cast<uint8_t>(c) >> 4];
      out += kDigits[static_cast<uint8_t>(c) & 15];
    }
  }
  return out;
}

}  // namespace

std::expected<std::string, std::string> S3Store::Put(const std::filesystem::path& path,
                                                     const std::string& key,
                                                     const Progress& progress) {
  const OpenedFile opened(path);
  struct stat status{};
  if (opened.get() < 0 || fstat(opened.get(), &status) != 0) {
    return std::unexpected(std::string("The file cannot be read: ") + std::strerror(errno) + ".");
  }
  const FilePart file{.fd = opened.get(), .size = static_cast<uint64_t>(status.st_size)};
  auto tag =
      file.size > part_bytes_ ? PutInParts(file, key, progress) : PutPart(file, key, progress);
  if (!tag) return tag;
  const auto head = connection_.Send({.method = Method::kHead,
                                      .target = key,
                                      .text = {},
                                      .sha256 = SumsOf("").sha256,
                                      .before = file.size},
                                     progress);
  if (!head) return std::unexpected(head.error());
  if (head->status != kOk) return Refused(*head);
  if (head->length != static_cast<int64_t>(file.size)) {
    return std::unexpected("The storage holds less than was sent.");
  }
  return tag;
}

S3Store::Outcome S3Store::PutPart(const FilePart& part, const std::string& target,
                                  const Progress& progress) {
  const auto sums = SumsOf(part, [&] { return progress(part.begin); });
  if (!sums) return std::unexpected(kGivenUp);
  const auto put = connection_.Send({.method = Method::kPut,
                                     .target = target,
                                     .file = part,
                                     .text = {},
                                     .sha256 = sums->sha256,
                                     .before = part.begin},
                                    progress);
  if (!put) return std::unexpected(put.error());
  if (put->status != kOk) return Refused(*put);
  if (put->tag != sums->md5) {
    return std::unexpected("The storage holds something else than was sent.");
  }
  return put->tag;
}

S3Store::Outcome S3Store::PutInParts(const FilePart& file, const std::string& key,
                                     const Progress& progress) {
  const std::string nothing = SumsOf("").sha256;
  const auto begun = connection_.Send(
      {.method = Method::kPost, .target = key + "?uploads=", .text = {}, .sha256 = nothing},
      progress);
  if (!begun) return std::unexpected(begun.error());
  if (begun->status != kOk) return Refused(*begun);
  const std::string upload = Escaped(TextOf(begun->body, "UploadId"));
  if (upload.empty()) return std::unexpected("The storage takes no copies in parts.");
  auto sent = SendParts(file, key, upload, progress);
  if (sent) return sent;
  // Its answer changes nothing; whoever stops has no time to wait for it.
  const auto forgotten = connection_.Send({.method = Method::kDelete,
                                           .target = key + "?uploadId=" + upload,
                                           .text = {},
                                           .sha256 = nothing},
                                          progress);
  return sent;
}

S3Store::Outcome S3Store::SendParts(const FilePart& file, const std::string& key,
                                    const std::string& upload, const Progress& progress) {
  const uint64_t each = std::max(part_bytes_, (file.size + kMostParts - 1) / kMostParts);
  std::string list = "<CompleteMultipartUpload>";
  for (uint64_t at = 0, number = 1; at < file.size; at += each, ++number) {
    const FilePart part{
        .fd = file.fd, .begin = file.begin + at, .size = std::min(each, file.size - at)};
    const std::string target =
        key + "?partNumber=" + std::to_string(number) + "&uploadId=" + upload;
    Outcome tag = PutPart(part, target, progress);
    for (int tried = 1; !tag && tried < kTries && progress(at); ++tried) {
      tag = PutPart(part, target, progress);
    }
    if (!tag) return tag;
    list += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>\"" + *tag +
            "\"</ETag></Part>";
  }
  list += "</CompleteMultipartUpload>";
  const auto done = connection_.Send({.method = Method::kPost,
                                      .target = key + "?uploadId=" + upload,
                                      .text = list,
                                      .sha256 = SumsOf(list).sha256,
                                      .before = file.size},
                                     progress);
  if (!done) return std::unexpected(done.error());
  // Faults come with 200 as well, for the answer may have begun before.
  if (done->status != kOk) return Refused(*done);
  std::string tag(TextOf(done->body, "ETag"));
  for (const std::string_view quote : {"&quot;", "&#34;", "\""}) {
    for (size_t at = tag.find(quote); at != std::string::npos; at = tag.find(quote)) {
      tag.erase(at, quote.size());
    }
  }
  // What it is differs between storages; the parts were confirmed each.
  if (tag.empty()) return std::unexpected("The storage did not make one copy of the parts.");
  return tag;
}

std::expected<void, std::string> S3Store::Delete(const std::string& key, const Progress& progress) {
  const auto gone = connection_.Send(
      {.method = Method::kDelete, .target = key, .text = {}, .sha256 = SumsOf("").sha256},
      progress);
  if (!gone) return std::unexpected(gone.error());
  if (gone->status != kOk && gone->status != kNoContent && gone->status != kNotFound) {
    return Refused(*gone);
  }
  return {};
}

}  // namespace parley
