#include "mixer/phone/lockout_caller.h"

#include "mixer/sip/flow.h"

namespace parley {

std::string LockoutCaller(const sip::IncomingCall& call) {
  if (call.trunk && !call.asserted.empty()) return call.asserted;
  const bool withheld = call.caller.empty() || call.caller == "anonymous";
  return call.trunk && !withheld ? call.caller : sip::WithPort(call.from, 0).ToString();
}

}  // namespace parley
