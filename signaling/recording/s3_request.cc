#include "signaling/recording/s3_request.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace parley {
namespace {

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, FreeList>;

struct Exchange {
  const ObjectStore::Progress& progress;
  const S3Request& request;
  uint64_t sent = 0;
  S3Answer answer = {};

  bool MayGoOn() const { return progress(request.before + sent); }
};

size_t ReadSome(char* to, size_t each, size_t count, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  const FilePart& file = exchange.request.file;
  const auto some = std::min<uint64_t>(each * count, file.size - exchange.sent);
  const ssize_t got = pread(file.fd, to, some, static_cast<off_t>(file.begin + exchange.sent));
  if (got < 0 || !exchange.MayGoOn()) return CURL_READFUNC_ABORT;
  exchange.sent += static_cast<uint64_t>(got);
  return static_cast<size_t>(got);
}

int Rewind(void* data, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Exchange*>(data)->sent = static_cast<uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

size_t KeepBody(char* text, size_t each, size_t count, void* data) {
  std::string& body = static_cast<Exchange*>(data)->answer.body;
  const size_t room = S3Connection::kMostBody - body.size();
  body.append(text, std::min(each * count, room));
  return each * count;
}

size_t ReadHeader(char* text, size_t each, size_t count, void* data) {
  const std::string_view line(text, each * count);
  constexpr std::string_view kName = "etag:";
  const bool is_tag = line.size() > kName.size() &&
                      std::ranges::equal(line.substr(0, kName.size()), kName, {},
                                         [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  if (is_tag) {
    std::string& tag = static_cast<Exchange*>(data)->answer.tag;
    tag = line.substr(kName.size());
    std::erase_if(tag, [](char c) { return c == '"' || c <= ' '; });
  }
  return line.size();
}

int Watch(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Exchange*>(data)->MayGoOn() ? 0 : 1;
}

void SetBody(CURL* curl, const S3Request& request, Exchange& exchange) {
  switch (request.method) {
    case S3Request::Method::kHead:
      curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
      return;
    case S3Request::Method::kPut:
      curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
      curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.file.size));
      curl_easy_setopt(curl, CURLOPT_READFUNCTION, &ReadSome);
      curl_easy_setopt(curl, CURLOPT_READDATA, &exchange);
      curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, &Rewind);
      curl_easy_setopt(curl, CURLOPT_SEEKDATA, &exchange);
      return;
    case S3Request::Method::kPost:
      curl_easy_setopt(curl, CURLOPT_POST, 1L);
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.text.data());
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.text.size()));
      return;
    case S3Request::Method::kDelete:
      curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "DELETE");
  }
}

}  // namespace

void S3Connection::Close::operator()(void* handle) const { curl_easy_cleanup(handle); }

S3Connection::S3Connection(const UploadSettings& settings) : settings_(settings) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  curl_.reset(curl_easy_init());
}

S3Connection::~S3Connection() = default;

std::expected<S3Answer, std::string> S3Connection::Send(const S3Request& request,
                                                        const ObjectStore::Progress& progress) {
  CURL* const curl = curl_.get();
  Exchange exchange{.progress = progress, .request = request};
  const std::string url = settings_.url + '/' + settings_.bucket + '/' + request.target;
  // What was set before is forgotten; the connection stays.
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  const auto stalled = static_cast<long>(kStalled.ms());
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, stalled);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, stalled / 1000);
  curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, ("aws:amz:" + settings_.region + ":s3").c_str());
  curl_easy_setopt(curl, CURLOPT_USERNAME, settings_.access_key.c_str());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, settings_.secret_key.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &KeepBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &ReadHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Watch);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);
  SetBody(curl, request, exchange);
  Headers headers(curl_slist_append(nullptr, ("x-amz-content-sha256: " + request.sha256).c_str()));
  if (request.method == S3Request::Method::kPost) {
    curl_slist_append(headers.get(), "Content-Type: application/xml");
  }
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_ABORTED_BY_CALLBACK) return std::unexpected("The copy was given up.");
  if (code != CURLE_OK) return std::unexpected(std::string(curl_easy_strerror(code)) + ".");
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &exchange.answer.status);
  curl_off_t length = -1;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  exchange.answer.length = length;
  return std::move(exchange.answer);
}

}  // namespace parley
