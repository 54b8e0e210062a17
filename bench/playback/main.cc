// Writes the recording of a long meeting for whoever plays it: people before cameras who are drawn
// and encoded for a short time only, which then comes again and again, so that an hour of ten is
// there within seconds and takes the disk's room of one.
//
//   meeting_maker DIRECTORY [--people 10] [--seconds 3600] [--key-interval 10]

#include <CLI/CLI.hpp>

#include "bench/record/meeting_files.h"

int main(int argc, char** argv) {
  using parley::Duration;
  std::string directory;
  int people = 10;
  int seconds = 3600;
  int key_interval = 10;
  CLI::App app("The recording of a long meeting");
  app.add_option("directory", directory)->required();
  app.add_option("--people", people)->check(CLI::Range(1, 100));
  app.add_option("--seconds", seconds)->check(CLI::Range(1, 8 * 3600));
  app.add_option("--key-interval", key_interval, "seconds")->check(CLI::Range(1, 100));
  CLI11_PARSE(app, argc, argv);
  parley::bench::MakeRecording(directory, {.people = people,
                                           .length = Duration::Seconds(seconds),
                                           .painted = Duration::Seconds(key_interval),
                                           .key_interval = Duration::Seconds(key_interval),
                                           .chat_interval = Duration::Seconds(5)});
}
