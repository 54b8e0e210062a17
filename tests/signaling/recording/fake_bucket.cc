#include "tests/signaling/recording/fake_bucket.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/socket.h>

#include <array>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <limits>
#include <sstream>
#include <string_view>

namespace parley::test {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using Request = http::request<http::string_body>;

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += kDigits[static_cast<uint8_t>(c) >> 4];
    hex += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return hex;
}

std::string Digest(const EVP_MD* kind, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), bytes.data(), &size, kind, nullptr);
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::string Hmac(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data(), &size);
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::string FieldOf(const Request& request, std::string_view name) {
  const auto value = request[boost::beast::string_view(name.data(), name.size())];
  return {value.data(), value.size()};
}

std::string Between(const std::string& text, const std::string& before, char end) {
  const size_t at = text.find(before);
  if (at == std::string::npos) return {};
  const size_t from = at + before.size();
  return text.substr(from, text.find(end, from) - from);
}

// "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)".
bool IsSigned(const Request& request) {
  const std::string authorization = FieldOf(request, "authorization");
  const std::string names = Between(authorization, "SignedHeaders=", ',');
  const std::string scope =
      Between(authorization, std::string("Credential=") + FakeBucket::kAccessKey + "/", ',');
  const std::string sum = FieldOf(request, "x-amz-content-sha256");
  if (scope.empty() || sum != Hex(Digest(EVP_sha256(), request.body()))) return false;
  const std::string target(request.target());
  const size_t end = target.find('?');
  std::string canonical = std::string(request.method_string()) + '\n' + target.substr(0, end) +
                          '\n' + (end == std::string::npos ? "" : target.substr(end + 1)) + '\n';
  std::istringstream each(names);
  for (std::string name; std::getline(each, name, ';');) {
    canonical += name + ':' + FieldOf(request, name) + '\n';
  }
  canonical += '\n' + names + '\n' + sum;
  std::string key = std::string("AWS4") + FakeBucket::kSecretKey;
  std::istringstream parts(scope);
  for (std::string part; std::getline(parts, part, '/');) key = Hmac(key, part);
  const std::string to_sign = "AWS4-HMAC-SHA256\n" + FieldOf(request, "x-amz-date") + '\n' + scope +
                              '\n' + Hex(Digest(EVP_sha256(), canonical));
  return Hex(Hmac(key, to_sign)) == Between(authorization, "Signature=", ',');
}

}  // namespace

FakeBucket::FakeBucket()
    : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
      port_(acceptor_.local_endpoint().port()),
      thread_([this] { Run(); }) {}

FakeBucket::~FakeBucket() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (open_ != nullptr) shutdown(open_->native_handle(), SHUT_RDWR);
  }
  shutdown(acceptor_.native_handle(), SHUT_RDWR);
  thread_.join();
}

std::map<std::string, std::string> FakeBucket::objects() const {
  const std::lock_guard lock(mutex_);
  return objects_;
}

size_t FakeBucket::parts() const {
  const std::lock_guard lock(mutex_);
  size_t count = 0;
  for (const auto& [key, parts] : parts_) count += parts.size();
  return count;
}

void FakeBucket::Be(Fault fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
}

void FakeBucket::Run() {
  while (true) {
    boost::system::error_code error;
    tcp::socket socket = acceptor_.accept(error);
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || error) return;
      open_ = &socket;
    }
    Serve(socket);
    const std::lock_guard lock(mutex_);
    open_ = nullptr;
  }
}

void FakeBucket::Serve(tcp::socket& socket) {
  boost::beast::flat_buffer buffer;
  boost::system::error_code error;
  while (true) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(std::numeric_limits<uint64_t>::max());
    http::read_header(socket, buffer, parser, error);
    if (error) return;
    if (parser.get()[http::field::expect] == "100-continue") {
      http::response<http::empty_body> go_on(http::status::continue_, 11);
      http::write(socket, go_on, error);
    }
    http::read(socket, buffer, parser, error);
    if (error) return;
    const Request request = parser.release();
    const std::string target(request.target());
    Answer answer;
    {
      const std::lock_guard lock(mutex_);
      if (fault_ == Fault::kSilent) continue;
      if (!IsSigned(request)) {
        answer.status = 403;
      } else if (fault_ == Fault::kRefuses) {
        answer.status = 503;
      } else {
        answer = Handle(std::string(request.method_string()), target, request.body());
      }
    }
    http::response<http::string_body> response(static_cast<http::status>(answer.status), 11);
    response.set(http::field::etag, '"' + answer.tag + '"');
    response.body() = answer.body;
    response.prepare_payload();
    if (request.method() == http::verb::head) response.content_length(answer.length);
    http::response_serializer<http::string_body> serializer(response);
    if (request.method() == http::verb::head) {
      http::write_header(socket, serializer, error);
    } else {
      http::write(socket, serializer, error);
    }
    if (error) return;
  }
}

FakeBucket::Answer FakeBucket::Handle(const std::string& method, const std::string& target,
                                      const std::string& body) {
  const size_t end = target.find('?');
  if (end != std::string::npos) {
    return HandleParts(method, target.substr(0, end), target.substr(end + 1), body);
  }
  if (method == "DELETE") {
    objects_.erase(target);
    return {.status = 204};
  }
  if (method == "PUT") objects_[target] = body;
  const auto object = objects_.find(target);
  if (object == objects_.end()) return {.status = 404};
  const std::string tag = Hex(Digest(EVP_md5(), object->second));
  return {.tag = fault_ == Fault::kOtherTag ? "0" : tag,
          .length = object->second.size() - (fault_ == Fault::kShort ? 1 : 0)};
}

FakeBucket::Answer FakeBucket::HandleParts(const std::string& method, const std::string& key,
                                           const std::string& query, const std::string& body) {
  constexpr const char* kUpload = "VXBsb2Fk%2B%3D";  // as it stands in a query
  auto& parts = parts_[key];
  if (method == "POST" && query == "uploads=") {
    return {.body =
                "<?xml version=\"1.0\"?>\n<InitiateMultipartUploadResult>"
                "<UploadId>VXBsb2Fk+=</UploadId></InitiateMultipartUploadResult>"};
  }
  if (!query.ends_with(std::string("uploadId=") + kUpload)) return {.status = 404};
  if (method == "PUT") {
    const bool second = part_requests_++ % 2 == 0;
    if (fault_ == Fault::kRefusesParts || (fault_ == Fault::kLosesParts && second)) {
      return {.status = 500};
    }
    parts[std::stoi(Between(query, "partNumber=", '&'))] = body;
    return {.tag = fault_ == Fault::kOtherTag ? "0" : Hex(Digest(EVP_md5(), body))};
  }
  if (method == "DELETE") {
    parts.clear();
    return {.status = 204};
  }
  if (fault_ == Fault::kNoEnd) return {.body = "<Error><Code>InternalError</Code></Error>"};
  std::string sums;
  std::string whole;
  for (const auto& [number, part] : parts) {
    const std::string sum = Digest(EVP_md5(), part);
    const std::string listed = "<Part><PartNumber>" + std::to_string(number) +
                               "</PartNumber><ETag>\"" + Hex(sum) + "\"</ETag></Part>";
    if (body.find(listed) == std::string::npos) return {.status = 400};
    sums += sum;
    whole += part;
  }
  const std::string tag = Hex(Digest(EVP_md5(), sums)) + "-" + std::to_string(parts.size());
  parts.clear();
  objects_[key] = whole;
  return {.body = "<CompleteMultipartUploadResult><ETag>&quot;" + tag +
                  "&quot;</ETag></CompleteMultipartUploadResult>"};
}

}  // namespace parley::test
