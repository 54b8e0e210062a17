#pragma once

// Recordings for the bench: people before a camera, drawn and encoded once, and as many of them as
// are wanted.

#include <filesystem>
#include <string>

#include "sfu/base/units.h"

namespace parley::bench {

struct PeopleOptions {
  int people = 9;
  int width = 640;
  int height = 360;
  int frame_rate = 30;
  Duration length = Duration::Seconds(10);
  Duration painted = Duration::Zero();  // and then again and again; zero: all of it
  Duration key_interval = Duration::Seconds(10);
  Duration chat_interval = Duration::Zero();  // zero: nobody writes
};

// A finished recording in a new directory, which gives it its name.
void MakeRecording(const std::filesystem::path& directory, const PeopleOptions& options);

}  // namespace parley::bench
