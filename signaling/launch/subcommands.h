#pragma once

// What `parley` does besides serving: tokens, keys, backups, recordings and captures, each in the
// terminal of whoever typed it, beside a server that may run on the same data.

#include <optional>
#include <string>

#include "signaling/net/command_line.h"

namespace parley {

// The program's exit code; nothing where the command line asks for the server itself.
std::optional<int> RunSubcommand(const CommandLine& line);

// "parley: `sentence`" on standard error; an exit code.
int Fail(const std::string& sentence);

}  // namespace parley
