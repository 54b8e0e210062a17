#pragma once

// An HTTP server on loopback that webhooks are sent to: keeps what came, answers as it is told. Its
// threads are one that accepts and one per connection.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace parley::test {

struct Hook {
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int status = 0;  // as it was answered
};

class HookServer {
 public:
  // Port 0: the system chooses. Another is a ClosedPort's.
  explicit HookServer(uint16_t port = 0);
  ~HookServer();
  HookServer(const HookServer&) = delete;
  HookServer& operator=(const HookServer&) = delete;

  uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook?from=1"; }
  // The status for what comes; 0: never an answer. Called on the connections' threads, one at a
  // time, until the server is destroyed: what it refers to must outlive the server, for whoever
  // sends may come again at any time.
  void Answer(std::function<int(const Hook&)> answer);
  // What came, answered or not, once it is `count` or more; less after 20 s.
  std::vector<Hook> Wait(size_t count);

 private:
  void Accept();
  void Serve(boost::asio::ip::tcp::socket& socket);

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  uint16_t port_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::function<int(const Hook&)> answer_;
  std::vector<Hook> hooks_;
  bool stopping_ = false;
  std::list<boost::asio::ip::tcp::socket> sockets_;
  std::list<std::thread> connections_;
  std::thread acceptor_thread_;
};

}  // namespace parley::test
