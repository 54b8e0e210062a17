#pragma once

// The phones of the server as main sees them: a thread with the SIP sockets, the Switchboard and
// the mixer's tick, and the rings to and from the signaling thread, which owns this and calls it.
// Commands are taken at each tick; those that find their ring full wait here in order, events at
// the phone thread. Nothing blocks but Start() and Stop().

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mixer/ivr/prompt_library.h"
#include "mixer/net/sip_endpoint.h"
#include "mixer/phone/phone_metrics.h"
#include "mixer/phone/switchboard.h"
#include "mixer/port/phone_events.h"
#include "mixer/port/phone_port.h"
#include "sfu/port/local_media.h"

namespace parley {

class DtlsIdentity;

struct PhoneThreadConfig {
  sip::SipEndpointOptions sip;
  sip::AgentConfig agent;
  SwitchboardConfig switchboard;
  PromptLibraryConfig prompts;
};

class PhoneThread final : public PhonePort {
 public:
  // Binds, then starts the thread, which answers once the prompts are loaded. `identity` and
  // `media` outlive it; InitSrtp() first. `wake` is called from the thread when there are events;
  // it must be thread-safe, must not block and must not call back. The error is a sentence for the
  // operator.
  static std::expected<std::unique_ptr<PhoneThread>, std::string> Start(
      const PhoneThreadConfig& config, const DtlsIdentity& identity, LocalMediaPort& media,
      std::function<void()> wake);
  // Stop().
  ~PhoneThread() override;

  void Send(PhoneCommand command) override;
  // Appends what happened since the last call, and passes on waiting commands.
  void PollEvents(std::vector<PhoneEvent>& out);
  // Live.
  const PhoneMetrics& metrics() const;
  // Where SIP over UDP is listened for.
  uint16_t udp_port() const;
  // Hangs up and ends the thread. More calls do nothing.
  void Stop();

 private:
  class Loop;
  explicit PhoneThread(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

}  // namespace parley
