#pragma once

// What `parley` was called with: flags over parley.toml over defaults, and what to do. At start.

#include <optional>
#include <string>

#include "sfu/base/units.h"
#include "signaling/api/config.h"
#include "signaling/net/debug_command.h"
#include "signaling/net/key_command.h"
#include "signaling/protocol/types.h"
#include "signaling/recording/recording_command.h"

namespace parley {

struct TokenCommand {
  std::string room;
  Role role = Role::kPanelist;
  std::string name;
  bool recordings = false;
  Duration life = Duration::Seconds(24 * 3600);
};

struct CommandLine {
  Config config;
  std::optional<TokenCommand> token;          // `parley token`
  std::optional<RecordingCommand> recording;  // `parley recording`
  std::optional<DebugCommand> debug;          // `parley debug pcap`
  std::optional<KeyCommand> key;              // `parley key`
  std::optional<std::string> backup;          // `parley backup FILE`; without any the server
  // Given: there is nothing to do but print `output` and end with this.
  std::optional<int> exit_code;
  std::string output;  // to standard error when exit_code is not 0
};

CommandLine ParseCommandLine(int argc, const char* const* argv);

}  // namespace parley
