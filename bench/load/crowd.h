#pragma once

// Many WebSocket clients of Parley's signaling on one io_context: thousands in the thread that
// calls. Each sends its first message as soon as it is open; what comes is handed out with nothing
// parsed. Ends the program when a connection is refused or lost, since there is nothing to measure
// then.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/units.h"

namespace parley::bench {

class Crowd {
 public:
  // Plain WebSocket on 127.0.0.1.
  explicit Crowd(uint16_t port);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // Called with each text message; it is borrowed.
  std::function<void(size_t member, std::string_view message)> on_message;

  // Members are numbered from 0. Returns the number.
  size_t Add(std::string first_message);
  // In order; at once when the socket is open.
  void Send(size_t member, std::string message);
  // The last message: the server then closes the socket, and the member is let go of.
  void Leave(size_t member, std::string message);
  // Whom the server has not let go yet.
  size_t leaving() const { return leaving_; }
  size_t size() const { return members_.size(); }

  // Handles what is ready, waiting at most `limit` for something.
  void RunOnce(Duration limit);

 private:
  struct Context;
  class Member;

  std::unique_ptr<Context> context_;
  std::vector<std::unique_ptr<Member>> members_;  // null: gone
  size_t leaving_ = 0;
  std::vector<size_t> gone_;  // whose handlers have all returned
};

}  // namespace parley::bench
