#pragma once

// What the recorder's process gives up before it reads the first byte: whatever it could gain by
// exec, sockets of its own, and a place before the server in the queue for processor and disk.
// Called once, before threads.

#include <string>

namespace parley {

enum class Network { kNone, kClient };

// A sentence when the kernel refuses; nothing is left half done that matters. `network`: kClient
// for a program that connects to somebody; it still serves nobody.
std::string EnterSandbox(Network network = Network::kNone);

}  // namespace parley
