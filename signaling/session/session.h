#pragma once

// One client's socket as a state machine: takes its messages, answers each once, and passes on what
// its room says. The participant belongs to the Room and outlives the session by the resume grace.
// Signaling thread; sends through a SessionSink and never blocks.

#include <cstdint>
#include <string_view>

#include "sfu/base/socket_address.h"
#include "signaling/protocol/types.h"
#include "signaling/room/now.h"
#include "signaling/room/participant_sink.h"
#include "signaling/session/session_context.h"

namespace parley {

// The socket below a session. Both only queue: neither calls back into the session before it
// returned, and what was sent before Close still goes out.
class SessionSink {
 public:
  virtual ~SessionSink() = default;
  virtual void Send(std::string_view message) = 0;
  // At most once; the session ignores whatever comes in afterwards.
  virtual void Close(CloseCode code, std::string_view reason) = 0;
};

class Session final : public ParticipantSink {
 public:
  // `sink` outlives the session; `peer` is the client's address as the limits should see it.
  Session(SessionContext& context, SessionSink& sink, const SocketAddress& peer);
  // As HandleClosed, when that was not called.
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // One whole text message.
  void HandleMessage(std::string_view text, Now now);
  // A binary message, or one over Limits::message_bytes that was not collected: closes the session.
  void HandleUnacceptable(CloseCode code);
  // The socket is gone: the participant waits for a resume.
  void HandleClosed(Now now);

  // ParticipantSink
  void Deliver(std::string_view message) override;
  void Detached(CloseCode code) override;

 private:
  SessionContext& context_;
  SessionSink& sink_;
  const SocketAddress peer_;
};

}  // namespace parley
