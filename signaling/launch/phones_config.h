#pragma once

// What the phone thread is started with, from the configuration: only where [phone] has an address.
// The thread that starts the server.

#include <filesystem>

#include "mixer/phone/phone_thread.h"
#include "signaling/api/config.h"
#include "signaling/launch/or_sentence.h"

namespace parley {

// `prompts`: what was spoken at build.
OrSentence<PhoneThreadConfig> PhonesConfig(const Config& config,
                                           const std::filesystem::path& prompts);

}  // namespace parley
