#pragma once

// What the phone thread is started with, from the configuration: only where [phone] has an address.
// The thread that starts the server.

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "mixer/phone/phone_thread.h"
#include "signaling/api/config.h"
#include "signaling/launch/or_sentence.h"
#include "signaling/phone/trunk_board.h"

namespace parley {

// `prompts`: what was spoken at build.
OrSentence<PhoneThreadConfig> PhonesConfig(const Config& config,
                                           const std::filesystem::path& prompts);

// Its providers, as the PhoneDesk's board names them: without accounts.
std::vector<TrunkBoard::Trunk> TrunksOf(const PhoneThreadConfig& config);
// Numbers of single rooms, by the room's name (RoomRegistry::SetPhoneNumbers).
std::map<std::string, std::vector<std::string>, std::less<>> OwnNumbersOf(
    const PhoneThreadConfig& config);

}  // namespace parley
