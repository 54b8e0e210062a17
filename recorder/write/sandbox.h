#pragma once

// What the recorder's process gives up before it reads the first byte: whatever it could gain by
// exec, sockets of its own, and a place before the server in the queue for processor and disk.
// Called once, before threads.

#include <string>

namespace parley {

// A sentence when the kernel refuses; nothing is left half done that matters.
std::string EnterSandbox();

}  // namespace parley
