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
  std::string canonical =
      std::string(request.method_string()) + '\n' + std::string(request.target()) + "\n\n";
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
    http::response<http::empty_body> response(http::status::ok, 11);
    {
      const std::lock_guard lock(mutex_);
      if (fault_ == Fault::kSilent) continue;
      if (fault_ == Fault::kRefuses) response.result(http::status::service_unavailable);
      if (!IsSigned(request)) response.result(http::status::forbidden);
      if (request.method() == http::verb::put && response.result() == http::status::ok) {
        objects_[target] = request.body();
      }
      const std::string& object = objects_[target];
      const std::string tag = fault_ == Fault::kOtherTag ? "0" : Hex(Digest(EVP_md5(), object));
      response.set(http::field::etag, '"' + tag + '"');
      if (request.method() == http::verb::head) {
        response.content_length(object.size() - (fault_ == Fault::kShort ? 1 : 0));
      } else {
        response.content_length(0);
      }
    }
    http::response_serializer<http::empty_body> serializer(response);
    http::write_header(socket, serializer, error);
    if (error) return;
  }
}

}  // namespace parley::test
