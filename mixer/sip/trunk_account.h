#pragma once

// An account at a provider, as `[phone] registrations` names one: sip:USER:PASSWORD@HOST, perhaps
// with a port, and settings of its own behind semicolons. Free function, any thread.

#include <optional>
#include <string>

#include "mixer/sip/agent_config.h"

namespace parley::sip {

// Nothing when it is none: a sentence about it must not repeat it, for it has a password.
std::optional<TrunkConfig> TrunkOf(const std::string& account);

}  // namespace parley::sip
