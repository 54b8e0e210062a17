#include "signaling/net/debug_command.h"

#include <rapidjson/document.h>

#include <chrono>
#include <thread>

#include "signaling/net/local_call.h"

namespace parley {
namespace {

constexpr std::chrono::milliseconds kPoll{500};

struct Status {
  std::string file;
  int64_t packets = 0;
  bool running = false;
};

std::string TextOf(const rapidjson::Value& object, const char* name) {
  const auto it = object.FindMember(name);
  return it != object.MemberEnd() && it->value.IsString() ? it->value.GetString() : "";
}

std::expected<Status, std::string> Read(const std::expected<LocalReply, std::string>& reply) {
  if (!reply) return std::unexpected(reply.error());
  rapidjson::Document body;
  body.Parse<rapidjson::kParseIterativeFlag>(reply->body.data(), reply->body.size());
  if (body.HasParseError() || !body.IsObject()) {
    return std::unexpected("the server answers what this program does not understand");
  }
  if (reply->status >= 300) {
    const auto error = body.FindMember("error");
    const std::string sentence =
        error != body.MemberEnd() && error->value.IsObject() ? TextOf(error->value, "message") : "";
    return std::unexpected(sentence.empty() ? "the server refuses" : sentence);
  }
  Status status{.file = TextOf(body, "file")};
  if (const auto it = body.FindMember("packets"); it != body.MemberEnd() && it->value.IsInt64()) {
    status.packets = it->value.GetInt64();
  }
  const auto running = body.FindMember("running");
  status.running = running != body.MemberEnd() && running->value.IsTrue();
  return status;
}

}  // namespace

std::expected<void, std::string> RunCapture(uint16_t port, std::string_view token,
                                            const DebugCommand& command,
                                            const std::function<void(std::string_view)>& say) {
  const std::string target = "/api/v1/rooms/" + command.room + "/pcap";
  const std::string wish = R"({"seconds":)" + std::to_string(command.time.ms() / 1000) +
                           R"(,"megabytes":)" + std::to_string(command.megabytes) + "}";
  auto status = Read(CallLocal(port, "POST", target, token, wish));
  if (!status) return std::unexpected(status.error());
  say("Writing what is sent in " + command.room + " to " + status->file);
  while (status->running) {
    std::this_thread::sleep_for(kPoll);
    status = Read(CallLocal(port, "GET", target, token));
    if (!status) return std::unexpected(status.error());
  }
  say(std::to_string(status->packets) + " packets. Open it with Wireshark or tshark.");
  return {};
}

}  // namespace parley
