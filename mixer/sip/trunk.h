#pragma once

// Our standing with one trunk: registered and refreshed in time (RFC 3261 section 10), watched by
// OPTIONS, tried again at growing pauses when it fails; when one of its servers fails, at the next
// (RFC 3263 section 4.3). Sans-IO; owned by the user agent, which
// sends what PollRequest() gives and brings the responses back. At most one REGISTER and one
// OPTIONS are under way.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "mixer/sip/agent_config.h"
#include "mixer/sip/authenticator.h"
#include "mixer/sip/message.h"
#include "sfu/base/random.h"

namespace parley::sip {

class Trunk {
 public:
  // `contact` is where the trunk is to send calls.
  Trunk(const TrunkConfig& config, NameAddr contact, RandomSource& random);

  // Where it is, best first, once its name is resolved, and whenever that was done again; begins to
  // register.
  void SetServers(std::vector<Flow> servers, Timestamp now);
  // A call by the server of `through` got no answer.
  void HandleCallFailure(const Flow& through, Timestamp now);
  // Asks to be forgotten.
  void Stop();

  void HandleResponse(const Message& response, const Flow& from, Timestamp now);
  // No response came to the request of this method.
  void HandleFailure(std::string_view method, Timestamp now);
  void HandleTimeout(Timestamp now);
  Timestamp NextTimeout() const { return std::min(register_at_, options_at_); }
  std::optional<Message> PollRequest();

  bool Is(const SocketAddress& address) const;
  const TrunkConfig& config() const { return config_; }
  // Of the server that is in use.
  const Flow& flow() const { return config_.flow; }
  size_t server_count() const { return servers_.size(); }
  bool resolved() const { return resolved_; }
  bool registered() const { return registered_; }
  bool reachable() const { return reachable_; }
  int last_status() const { return last_status_; }
  // Of the last REGISTER; 408 where none came, 0 before the first.
  int register_status() const { return register_status_; }
  // When it is registered again; Never while that is under way.
  Timestamp register_at() const { return register_at_; }
  // Null without credentials.
  Authenticator* authenticator() { return authenticator_ ? &*authenticator_ : nullptr; }

 private:
  void Use(size_t server, Timestamp now);
  // To the next server; false when all have failed since the last that answered.
  bool MoveOn(Timestamp now);
  Message MakeRequest(std::string_view method);
  void SendRegister();
  void HandleRegisterResponse(const Message& response, const Flow& from, Timestamp now);
  void Retry(std::optional<Duration> wish, Timestamp now);
  Duration Granted(const Message& response) const;

  TrunkConfig config_;
  std::vector<Flow> servers_;
  size_t server_ = 0;  // in use
  size_t failed_servers_ = 0;
  NameAddr contact_;
  RandomSource& random_;
  std::optional<Authenticator> authenticator_;
  std::string call_id_;  // the same for all REGISTERs (RFC 3261 section 10.2)
  uint32_t cseq_ = 0;
  Duration expires_;
  std::optional<Message> register_;  // under way
  bool options_under_way_ = false;
  bool stopping_ = false;
  bool resolved_ = false;
  bool registered_ = false;
  bool reachable_ = false;
  int last_status_ = 0;
  int register_status_ = 0;
  int failures_ = 0;
  Timestamp register_at_ = Timestamp::Never();
  Timestamp options_at_ = Timestamp::Never();
  std::deque<Message> output_;
};

}  // namespace parley::sip
