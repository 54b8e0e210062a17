#pragma once

// What an operator may set of showing meetings live. Values.

#include <cstddef>
#include <string>
#include <vector>

namespace parley {

struct BroadcastSettings {
  bool hls = false;                     // pages of this server show it
  std::vector<std::string> rtmp_hosts;  // that it may be sent to; empty: it is sent nowhere
  bool private_addresses = false;       // those of this machine and its network, too
  size_t at_once = 2;                   // meetings
  size_t targets = 5;                   // of one
  int height = 720;                     // of the picture
};

}  // namespace parley
