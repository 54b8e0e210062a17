// parley-push DIRECTORY: sends a live composition (parley-compose --live) to one RTMP server, in a
// process of its own, for that server is nobody's we know. Where to is a line of JSON on standard
// input, {"url":"rtmp://…","private":false}, for arguments can be read by everybody on the machine;
// "private": whether it may be an address of this machine or its network. Tells how it goes on
// standard output, a line of JSON a segment. Ends with the composition, or by SIGTERM.

#include <rapidjson/document.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>

#include "recorder/push/pusher.h"
#include "recorder/push/read_only.h"
#include "recorder/write/sandbox.h"

extern "C" {
#include <libavutil/log.h>
}

namespace parley {
namespace {

enum Exit : int { kDone = 0, kFailed = 1, kUsage = 2 };

std::atomic<bool> stopped = false;

int Fail(const std::string& sentence) {
  std::fprintf(stderr, "parley-push: %s\n", sentence.c_str());
  return kFailed;
}

void TellStatus(const PushStatus& status) {
  std::printf("{\"live\":%s,\"trouble\":\"%s\",\"bytes\":%llu,\"reconnects\":%llu}\n",
              status.live ? "true" : "false",
              status.trouble ? std::string(ToString(*status.trouble)).c_str() : "",
              static_cast<unsigned long long>(status.bytes),
              static_cast<unsigned long long>(status.reconnects));
  std::fflush(stdout);
}

int Main(int argc, char** argv) {
  CLI::App app("Sends a live composition to an RTMP server, which is named on standard input.");
  std::filesystem::path directory;
  pid_t parent = 0;
  app.add_option("DIRECTORY", directory, "what parley-compose --live writes into")->required();
  app.add_option("--parent", parent, "the process that started it: end when that does");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  struct sigaction action{};
  action.sa_handler = [](int) { stopped = true; };
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
  if (parent != 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)) return kDone;

  std::string line;
  std::getline(std::cin, line);
  rapidjson::Document wish;
  wish.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
  const bool whole = !wish.HasParseError() && wish.IsObject() && wish.HasMember("url") &&
                     wish["url"].IsString() && wish.HasMember("private") &&
                     wish["private"].IsBool();
  const auto url = whole ? RtmpUrl::Parse({wish["url"].GetString(), wish["url"].GetStringLength()})
                         : std::nullopt;
  if (!url) return Fail("standard input names no RTMP address");
  SeeOnly(directory);
  if (const std::string refused = EnterSandbox(Network::kClient); !refused.empty()) {
    return Fail("no sandbox: " + refused);
  }
  av_log_set_level(AV_LOG_QUIET);
  avformat_network_init();
  Pusher pusher(directory, *url, wish["private"].GetBool(), TellStatus);
  return pusher.Run(stopped) ? kDone : kFailed;
}

}  // namespace
}  // namespace parley

int main(int argc, char** argv) { return parley::Main(argc, argv); }
