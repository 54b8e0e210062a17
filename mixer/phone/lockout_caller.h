#pragma once

// Whose wrong PINs count together. A provider knows its callers; a stranger writes into From what
// they like, so their address counts, as it does for those whose number a provider withholds from
// us, too. Free function; the phone thread's.

#include <string>

#include "mixer/sip/agent_event.h"

namespace parley {

// For Lockout::Key.
std::string LockoutCaller(const sip::IncomingCall& call);

}  // namespace parley
