#include "signaling/net/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "sfu/base/ids.h"
#include "signaling/api/api_keys.h"
#include "signaling/room/room_name.h"

namespace parley {
namespace {

constexpr std::string_view kVersion = "parley 0.1.0";
constexpr int64_t kMaxTokenSeconds = 10LL * 365 * 86'400;

// Flags as given; absent ones leave the configuration alone.
struct Flags {
  std::optional<uint16_t> port, local_port, media_port;
  std::optional<int> workers;
  std::optional<std::string> data, public_address, web, log_level;
  std::string config;
  std::string role = "panelist";
  std::string ttl = "24h";
};

void AddDataFlags(CLI::App& app, Flags& flags) {
  app.add_option("--data", flags.data,
                 "Where rooms, keys and the development certificate are kept "
                 "(default: $XDG_DATA_HOME/parley or ~/.local/share/parley)");
  app.add_option("--config", flags.config, "A configuration file, parley.toml; flags go before it");
}

void AddServerFlags(CLI::App& app, Flags& flags) {
  const CLI::Range ports(0, 65535);  // 0: the system chooses
  app.add_option("--port", flags.port, "HTTPS port (default: 8443)")->check(ports);
  app.add_option("--local-port", flags.local_port,
                 "Plain HTTP port, for this machine only (default: 8080)")
      ->check(ports);
  app.add_option("--media-port", flags.media_port,
                 "UDP and TCP port of the first media worker; the others follow it "
                 "(default: 40000)")
      ->check(ports);
  app.add_option("--workers", flags.workers, "Media workers (default: one per core)")
      ->check(CLI::Range(0, static_cast<int>(kMaxWorkers)));
  app.add_option("--public-address", flags.public_address,
                 "The name or address by which others reach this machine: HTTPS and media then "
                 "listen on every address (default: this machine only)");
  app.add_option("--web", flags.web, "Directory of the built web pages (default: web/dist)");
  app.add_option("--log-level", flags.log_level,
                 "What to log: debug, info, warning, error or off (default: info)")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
}

CLI::App* AddTokenCommand(CLI::App& app, Flags& flags, TokenCommand& token) {
  CLI::App* command =
      app.add_subcommand("token", "Print a token (JWT) for a room, signed with this server's key");
  command->add_option("--room", token.room, "The room's name, or * for every room")->required();
  command
      ->add_option("--role", flags.role, "host, cohost, panelist or attendee (default: panelist)")
      ->check(CLI::IsMember({"host", "cohost", "panelist", "attendee"}));
  command->add_option("--name", token.name, "The name that is shown");
  command->add_flag("--recordings", token.recordings,
                    "It lists, reads and deletes the room's recordings, whatever its role");
  command->add_option("--ttl", flags.ttl,
                      "How long it is valid: 90s, 30m, 24h or 7d (default: 24h)");
  return command;
}

CLI::App* AddRecordingCommand(CLI::App& app, RecordingCommand& recording) {
  CLI::App* command = app.add_subcommand(
      "recording", "List, verify, repair or compose the recordings on this machine");
  const std::map<std::string, RecordingCommand::Verb> verbs = {
      {"list", RecordingCommand::Verb::kList},
      {"verify", RecordingCommand::Verb::kVerify},
      {"repair", RecordingCommand::Verb::kRepair},
      {"compose", RecordingCommand::Verb::kCompose}};
  command->add_option("verb", recording.verb, "list, verify, repair or compose")
      ->required()
      ->transform(CLI::CheckedTransformer(verbs).description(""));
  command->add_option("id", recording.id, "Which one (default: all)");
  command->add_option("output", recording.output,
                      "Of compose: the file to make, .mp4, .m4a, .webm (Opus), .vtt (who speaks), "
                      ".txt (chat) or .zip (all that there is)");
  command->add_option("--height", recording.height, "Of compose: the picture's (default: 720)")
      ->check(CLI::IsMember({360, 540, 720, 1080}));
  return command;
}

struct DebugFlags {
  std::string verb;
  DebugCommand command;
  int64_t seconds = 30;
};

CLI::App* AddDebugCommand(CLI::App& app, Flags& flags, DebugFlags& debug) {
  CLI::App* command = app.add_subcommand(
      "debug",
      "pcap ROOM: write what is sent in a test room to a file for Wireshark, with the server that "
      "runs; its parley.toml must say pcap = true under [debug]");
  command->add_option("verb", debug.verb, "pcap")->required()->check(CLI::IsMember({"pcap"}));
  command->add_option("room", debug.command.room, "A room that was made with \"debug\": true")
      ->required();
  command->add_option("--seconds", debug.seconds, "How long (default: 30)")
      ->check(CLI::Range(1, 600));
  command->add_option("--megabytes", debug.command.megabytes, "How much at most (default: 64)")
      ->check(CLI::Range(1, 1024));
  command->add_option("--local-port", flags.local_port, "Of the server (default: 8080)")
      ->check(CLI::Range(1, 65535));
  return command;
}

CLI::App* AddKeyCommand(CLI::App& app, KeyCommand& key) {
  CLI::App* command = app.add_subcommand(
      "key", "Add, list or remove API keys, by which other programs use the HTTP API");
  const std::map<std::string, KeyCommand::Verb> verbs = {{"add", KeyCommand::Verb::kAdd},
                                                         {"list", KeyCommand::Verb::kList},
                                                         {"remove", KeyCommand::Verb::kRemove}};
  command->add_option("verb", key.verb, "add, list or remove")
      ->required()
      ->transform(CLI::CheckedTransformer(verbs).description(""));
  command->add_option("name", key.name, "Of add and remove: what you call it, as in crm-1");
  std::string allowed;
  for (const std::string_view name : kScopeNames) {
    allowed += (allowed.empty()              ? ""
                : name == kScopeNames.back() ? " or "
                                             : ", ") +
               std::string(name);
  }
  command
      ->add_option("--scope", key.scopes,
                   "Of add: what it is good for, once or several times: " + allowed)
      ->check(CLI::IsMember(std::vector<std::string>(kScopeNames.begin(), kScopeNames.end())));
  return command;
}

std::optional<Duration> ParseLife(std::string_view text) {
  int64_t number = 0;
  size_t used = 0;
  for (; used < text.size() && text[used] >= '0' && text[used] <= '9' && used < 10; ++used) {
    number = number * 10 + (text[used] - '0');
  }
  const std::string_view unit = text.substr(used);
  int64_t seconds = 0;
  if (unit == "s" || unit.empty()) seconds = 1;
  if (unit == "m") seconds = 60;
  if (unit == "h") seconds = 3600;
  if (unit == "d") seconds = 86'400;
  if (number < 1 || seconds == 0 || number > kMaxTokenSeconds / seconds) return std::nullopt;
  return Duration::Seconds(number * seconds);
}

CommandLine Refuse(std::string sentence) {
  CommandLine result;
  result.exit_code = 2;
  result.output = "parley: " + std::move(sentence) + "\n";
  return result;
}

std::string DefaultDataDirectory() {
  if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg && *xdg == '/') {
    return std::string(xdg) + "/parley";
  }
  if (const char* home = std::getenv("HOME"); home && *home == '/') {
    return std::string(home) + "/.local/share/parley";
  }
  return ".data";
}

std::expected<Config, std::string> ReadConfig(const std::string& file) {
  if (file.empty()) return Config{};
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::unexpected("cannot read " + file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return ParseConfig(text, file);
}

void Overlay(const Flags& flags, Config& config) {
  auto take = [](const auto& flag, auto& place) {
    if (flag) place = *flag;
  };
  take(flags.port, config.http.port);
  take(flags.local_port, config.http.local_port);
  take(flags.media_port, config.media.port);
  take(flags.workers, config.media.workers);
  take(flags.public_address, config.http.public_address);
  take(flags.web, config.http.web);
  take(flags.log_level, config.log_level);
  take(flags.data, config.data_directory);
  if (config.data_directory.empty()) config.data_directory = DefaultDataDirectory();
}

}  // namespace

CommandLine ParseCommandLine(int argc, const char* const* argv) {
  Flags flags;
  TokenCommand token;
  CLI::App app("Parley: meetings in the browser. Without a command it starts the server.");
  app.set_version_flag("--version", std::string(kVersion));
  AddServerFlags(app, flags);
  AddDataFlags(app, flags);
  CLI::App* token_command = AddTokenCommand(app, flags, token);
  AddDataFlags(*token_command, flags);
  RecordingCommand recording;
  CLI::App* recording_command = AddRecordingCommand(app, recording);
  AddDataFlags(*recording_command, flags);

  DebugFlags debug;
  CLI::App* debug_command = AddDebugCommand(app, flags, debug);
  AddDataFlags(*debug_command, flags);

  KeyCommand key;
  CLI::App* key_command = AddKeyCommand(app, key);
  AddDataFlags(*key_command, flags);

  std::string backup;
  CLI::App* backup_command = app.add_subcommand("backup",
                                                "Copy rooms, keys, chats, reports and all else but "
                                                "recordings to a file, beside a server that "
                                                "runs or not");
  backup_command->add_option("file", backup, "The file to make, as parley-2026-11-29.db")
      ->required();
  AddDataFlags(*backup_command, flags);

  CommandLine result;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    const int code = app.exit(error, out, out);
    result.exit_code = code == 0 ? 0 : 2;
    result.output = out.str();
    return result;
  }
  auto config = ReadConfig(flags.config);
  if (!config) return Refuse(config.error());
  result.config = *std::move(config);
  Overlay(flags, result.config);
  if (recording_command->parsed()) {
    const bool composes = recording.verb == RecordingCommand::Verb::kCompose;
    if (composes && recording.output.empty()) {
      return Refuse("recording compose needs ID and OUTPUT, as in compose r7f3k2… meeting.mp4");
    }
    if (!composes && !recording.output.empty()) {
      return Refuse("\"" + recording.output +
                    "\" is one word too many: only compose has an OUTPUT");
    }
    result.recording = std::move(recording);
  }
  if (backup_command->parsed()) result.backup = std::move(backup);
  if (debug_command->parsed()) {
    if (!IsRoomName(debug.command.room)) {
      return Refuse("ROOM is \"" + debug.command.room +
                    "\"; allowed is a room's name, 3 to 64 of a-z, 0-9 and '-', as in "
                    "\"swift-otter-42\"");
    }
    debug.command.time = Duration::Seconds(debug.seconds);
    result.debug = std::move(debug.command);
  }
  if (key_command->parsed()) {
    const bool adds = key.verb == KeyCommand::Verb::kAdd;
    const bool lists = key.verb == KeyCommand::Verb::kList;
    if (lists ? !key.name.empty() : !IsRoomName(key.name)) {
      return Refuse(lists ? "key list has no NAME"
                          : "NAME is \"" + key.name +
                                "\"; allowed is 3 to 64 of a-z, 0-9 and '-', as in \"crm-1\"");
    }
    if (adds == key.scopes.empty()) {
      return Refuse(adds ? "key add needs --scope: what the key is good for, as --scope rooms"
                         : "only key add has a --scope");
    }
    result.key = std::move(key);
  }
  if (token_command->parsed()) {
    if (token.room != "*" && !IsRoomName(token.room)) {
      return Refuse("--room is \"" + token.room +
                    "\"; allowed is a room's name, 3 to 64 of a-z, 0-9 and '-', as in "
                    "\"swift-otter-42\", or * for every room");
    }
    const auto life = ParseLife(flags.ttl);
    if (!life) return Refuse("--ttl is \"" + flags.ttl + "\"; allowed is 90s, 30m, 24h or 7d");
    token.life = *life;
    token.role = *ParseRole(flags.role);
    result.token = std::move(token);
  }
  return result;
}

}  // namespace parley
