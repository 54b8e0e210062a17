#include "signaling/launch/subcommands.h"

#include <cstdio>
#include <string>
#include <string_view>

#include "sfu/base/random.h"
#include "signaling/launch/data_directory.h"
#include "signaling/launch/or_sentence.h"
#include "signaling/launch/program_directory.h"
#include "signaling/launch/recording_keys.h"
#include "signaling/launch/system_clock.h"
#include "signaling/room/permissions.h"
#include "signaling/store/backup.h"
#include "signaling/store/database.h"
#include "signaling/store/sqlite_store.h"

namespace parley {
namespace {

OrSentence<std::string> MakeToken(const Config& config, const TokenCommand& command) {
  const auto store = OpenStore(config);
  if (!store) return std::unexpected(store.error());
  const auto verifier = LoadVerifier(config, **store);
  if (!verifier) return std::unexpected(verifier.error());
  const Now now = ReadClock();
  Grants grants;
  grants.room = command.room;
  grants.role = command.role;
  grants.name = command.name;
  grants.publish = DefaultPublish(command.role);
  grants.create_rooms = command.role == Role::kHost;
  if (command.recordings) grants.recordings = true;
  grants.expires_at = now.wall + command.life;
  return verifier->Make(grants, now.wall);
}

int PrintToken(const Config& config, const TokenCommand& command) {
  const auto token = MakeToken(config, command);
  if (!token) return Fail(token.error());
  std::printf("%s\n", token->c_str());
  return 0;
}

// By the API of the server that runs on the same data.
int RunDebugCommand(const Config& config, const DebugCommand& command) {
  const auto token = MakeToken(
      config,
      {.room = "*", .role = Role::kHost, .name = {}, .life = command.time + Duration::Seconds(60)});
  if (!token) return Fail(token.error());
  const auto report =
      RunCapture(config.http.local_port, *token, command, [](std::string_view line) {
        std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
        std::fflush(stdout);
      });
  return report ? 0 : Fail(report.error());
}

int RunKeys(const Config& config, const KeyCommand& command) {
  // Makes what is missing, and brings the tables up to date.
  if (const auto store = OpenStore(config); !store) return Fail(store.error());
  const auto database = Database::Open(StoreFile(config));
  if (!database) return Fail(database.error());
  SystemRandom random;
  const auto text = RunKeyCommand(*database, command, random, ReadClock().wall);
  if (!text) return Fail(text.error());
  std::fputs(text->c_str(), stdout);
  return 0;
}

int RunBackup(const Config& config, const std::string& file) {
  const auto size = BackUp(StoreFile(config), file);
  if (!size) return Fail(size.error());
  std::printf("%s: %llu bytes, whole and checked. Recordings are not in it.\n", file.c_str(),
              static_cast<unsigned long long>(*size));
  return 0;
}

int RunRecordings(const Config& config, const RecordingCommand& command) {
  if (const auto used = UseRecordingKeys(config.recording); !used) return Fail(used.error());
  const auto directory = RecordingsDirectory(config);
  if (command.verb == RecordingCommand::Verb::kCompose) {
    std::fputs(ComposeInstead(directory, ProgramDirectory() / "parley-compose", command).c_str(),
               stderr);
    return 1;
  }
  const auto report = RunRecordingCommand(directory, command);
  std::fputs(report.text.c_str(), report.ok ? stdout : stderr);
  return report.ok ? 0 : 1;
}

}  // namespace

int Fail(const std::string& sentence) {
  std::fprintf(stderr, "parley: %s\n", sentence.c_str());
  return 1;
}

std::optional<int> RunSubcommand(const CommandLine& line) {
  if (line.token) return PrintToken(line.config, *line.token);
  if (line.debug) return RunDebugCommand(line.config, *line.debug);
  if (line.key) return RunKeys(line.config, *line.key);
  if (line.backup) return RunBackup(line.config, *line.backup);
  if (line.recording) return RunRecordings(line.config, *line.recording);
  return std::nullopt;
}

}  // namespace parley
