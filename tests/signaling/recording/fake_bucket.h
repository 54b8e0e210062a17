#pragma once

// Storage that speaks as much of S3 as a copy needs, on loopback, one connection after the other:
// it checks signatures of version 4 as AWS describes them, by itself, takes copies in parts, and
// can be told to be wrong. A thread of its own.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace parley::test {

class FakeBucket {
 public:
  FakeBucket();
  ~FakeBucket();
  FakeBucket(const FakeBucket&) = delete;
  FakeBucket& operator=(const FakeBucket&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // By target, as "/meetings/r1/1-1-1.webm".
  std::map<std::string, std::string> objects() const;

  // Parts of copies that are neither made nor given up.
  size_t parts() const;

  // kLosesParts: each second request for a part is refused; kNoEnd: no copy is made of the parts,
  // which is told with 200.
  enum class Fault : uint8_t {
    kNone,
    kRefuses,
    kOtherTag,
    kShort,
    kSilent,
    kLosesParts,
    kRefusesParts,
    kNoEnd,
  };
  void Be(Fault fault);

  static constexpr const char* kAccessKey = "AKIDEXAMPLE";
  static constexpr const char* kSecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

 private:
  void Run();
  void Serve(boost::asio::ip::tcp::socket& socket);
  struct Answer {
    unsigned int status = 200;
    std::string tag = {};
    std::string body = {};
    uint64_t length = 0;  // told of a HEAD
  };
  Answer Handle(const std::string& method, const std::string& target, const std::string& body);
  Answer HandleParts(const std::string& method, const std::string& key, const std::string& query,
                     const std::string& body);

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  const uint16_t port_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> objects_;
  std::map<std::string, std::map<int, std::string>> parts_;  // by key, then number
  int part_requests_ = 0;
  Fault fault_ = Fault::kNone;
  bool stopping_ = false;
  boost::asio::ip::tcp::socket* open_ = nullptr;
  std::thread thread_;
};

}  // namespace parley::test
