#pragma once

// parley-compose at work in a process of its own, as the server starts it: again and again, until
// it is destroyed. So what happens beside it is measured. One thread.

#include <sys/types.h>

#include <filesystem>

namespace parley::bench {

class Composing {
 public:
  // Makes OUTPUT of the recording. Returns when pictures are being made.
  Composing(const std::filesystem::path& recording, const std::filesystem::path& output);
  ~Composing();
  Composing(const Composing&) = delete;
  Composing& operator=(const Composing&) = delete;

 private:
  pid_t loop_ = 0;
};

}  // namespace parley::bench
