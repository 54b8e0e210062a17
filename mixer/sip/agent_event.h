#pragma once

// What a user agent tells those who carry its calls. Values, any thread. Numbers and names in them
// are for the room's eyes and never for a log.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "mixer/sip/audio_stream.h"
#include "mixer/sip/uri.h"
#include "sfu/base/ids.h"
#include "sfu/base/units.h"

namespace parley::sip {

// Unique in the agent; 0 is none.
using CallId = StrongId<struct CallTag, uint64_t>;

// To be answered by Ring(), Progress(), Accept() or Reject(). Its offer, where it has one, can be
// answered with AgentConfig::audio.
struct IncomingCall {
  CallId call;
  std::string dialled;      // the user of the Request-URI, unescaped
  std::string caller;       // the user of From, unescaped
  std::string caller_name;  // display name
  std::string identity;     // the Identity header (RFC 8224); empty without one
  // Who calls by a provider's own knowledge (P-Asserted-Identity, RFC 3325), for whom it is to stay
  // among us and them; empty without one, and of who is no provider of ours.
  std::string asserted;
  std::optional<size_t> trunk;  // the one it came from
  SocketAddress from;
};
struct CallRinging {
  CallId call;
};
// Before the call is answered: what the far side plays can be heard.
struct CallEarlyMedia {
  CallId call;
  AudioStream audio;
};
struct CallEstablished {
  CallId call;
  AudioStream audio;
};
// Another address, codec, key or direction.
struct CallMediaChanged {
  CallId call;
  AudioStream audio;
  bool held = false;  // the far side does not listen
};
struct CallDtmf {
  CallId call;
  char digit = 0;
  Duration duration;
};
// The far side wishes to be put elsewhere: AnswerRefer().
struct CallReferred {
  CallId call;
  Uri target;
};
// How our Refer() ended, as a SIP status.
struct CallReferResult {
  CallId call;
  int status = 0;
};
struct CallEnded {
  enum class Cause : uint8_t {
    kRemoteHangup,
    kLocalHangup,
    kCancelled,
    kRefused,    // by `status`
    kTimeout,    // nobody answered, acknowledged or refreshed
    kTransport,  // the way there is broken
    kMedia,      // offer and answer did not meet
  };
  CallId call;
  Cause cause = Cause::kRemoteHangup;
  int status = 0;  // 0 where no response said one
};
struct TrunkChanged {
  size_t trunk = 0;
  bool registered = false;
  bool reachable = false;
  int status = 0;        // the last response's
  int registration = 0;  // the last REGISTER's; 408 where none came, 0 before the first
  bool resolved = true;  // the provider's name is known to DNS
  // While not registered; Never: it is being tried.
  Timestamp next_try = Timestamp::Never();
  bool operator==(const TrunkChanged&) const = default;
};
using AgentEvent =
    std::variant<IncomingCall, CallRinging, CallEarlyMedia, CallEstablished, CallMediaChanged,
                 CallDtmf, CallReferred, CallReferResult, CallEnded, TrunkChanged>;

}  // namespace parley::sip
