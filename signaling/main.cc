// The program: puts the parts together in the order of their lives, and nothing else. The thread of
// main() becomes the signaling thread; one more waits for signals.

#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <span>

#include "mixer/phone/phone_thread.h"
#include "sfu/base/log.h"
#include "sfu/base/random.h"
#include "sfu/transport/dtls_certificate.h"
#include "sfu/worker/worker_pool.h"
#include "signaling/api/api.h"
#include "signaling/api/api_keys.h"
#include "signaling/api/broadcast_metrics.h"
#include "signaling/api/host_link.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/api/kept_answers.h"
#include "signaling/api/metrics.h"
#include "signaling/api/recording_metrics.h"
#include "signaling/api/webhook_metrics.h"
#include "signaling/features/all_features.h"
#include "signaling/hooks/webhooks.h"
#include "signaling/launch/data_directory.h"
#include "signaling/launch/listeners.h"
#include "signaling/launch/media_config.h"
#include "signaling/launch/memory_return.h"
#include "signaling/launch/phones_config.h"
#include "signaling/launch/program_directory.h"
#include "signaling/launch/recording_keys.h"
#include "signaling/launch/signals.h"
#include "signaling/launch/subcommands.h"
#include "signaling/launch/system_clock.h"
#include "signaling/launch/thread_metrics.h"
#include "signaling/net/certificate.h"
#include "signaling/net/command_line.h"
#include "signaling/net/frontend.h"
#include "signaling/net/http_server.h"
#include "signaling/net/origin_policy.h"
#include "signaling/net/server_metrics.h"
#include "signaling/net/static_files.h"
#include "signaling/phone/phone_desk.h"
#include "signaling/recording/broadcast_desk.h"
#include "signaling/recording/capture_desk.h"
#include "signaling/recording/composer_process.h"
#include "signaling/recording/live_directory.h"
#include "signaling/recording/recorder_process.h"
#include "signaling/recording/recording_desk.h"
#include "signaling/room/room_registry.h"
#include "signaling/session/join_limiter.h"
#include "signaling/session/negotiator.h"
#include "signaling/session/passcode_guard.h"
#include "signaling/session/resume_tokens.h"
#include "signaling/session/whip_endpoint.h"
#include "signaling/store/api_key_table.h"
#include "signaling/store/sqlite_store.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

// The built pages: as told, or where they are beside the program.
StaticFiles LoadPages(const std::string& configured) {
  std::error_code error;
  const fs::path program = ProgramDirectory();
  std::vector<fs::path> places = {program / "../../web/dist", program / "../share/parley/web",
                                  "web/dist"};
  if (!configured.empty()) places = {configured};
  for (const fs::path& place : places) {
    if (!fs::exists(place / "index.html", error)) continue;
    auto files = StaticFiles::Load(place);
    if (files) return *std::move(files);
    LogError("web_files", {{"error", files.error()}});
  }
  std::fprintf(stderr, "parley: the web pages are not built; pages will say how to build them\n");
  return StaticFiles::Missing();
}

OrSentence<Certificate> LoadHttpsCertificate(const Config& config) {
  if (!config.http.certificate.empty()) {
    return LoadCertificate(config.http.certificate, config.http.key);
  }
  std::vector<std::string> names;
  if (!config.http.public_address.empty()) names.push_back(config.http.public_address);
  return DevelopmentCertificate(config.data_directory, names, ReadClock().wall);
}

void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int Serve(Config config) {
  static Signals signals;
  RaiseFileLimit();
  if (const auto used = UseRecordingKeys(config.recording); !used) return Fail(used.error());
  const auto store = OpenStore(config);
  if (!store) return Fail(store.error());
  const auto verifier = LoadVerifier(config, **store);
  if (!verifier) return Fail(verifier.error());
  const auto resume_key = (*store)->LoadSecret("resume");
  if (!resume_key) return Fail(resume_key.error());
  const auto certificate = LoadHttpsCertificate(config);
  if (!certificate) return Fail(certificate.error());
  const StaticFiles pages = LoadPages(config.http.web);
  const auto identity = DtlsIdentity::Generate(ReadClock().wall.unix_seconds());
  if (!identity) return Fail(identity.error());

  static std::atomic<HttpServer*> waker{nullptr};
  // Acquire and release: the server is whole before another thread wakes it.
  auto wake = [] {
    if (HttpServer* server = waker.load(std::memory_order_acquire)) server->Wake();
  };
  const auto pool_config = MediaConfig(config);
  if (!pool_config) return Fail(pool_config.error());
  const auto pool = WorkerPool::Start(*pool_config, *identity, wake);
  if (!pool) {
    const bool in_use =
        pool.error().ends_with(std::make_error_code(std::errc::address_in_use).message());
    return Fail(pool.error() +
                (in_use ? ". Stop the program that uses it, or choose another port with "
                          "--media-port; each worker needs one, counting up"
                        : ""));
  }

  std::unique_ptr<Webhooks> hooks;
  if (!config.webhooks.urls.empty()) {
    auto started = Webhooks::Start({.urls = config.webhooks.urls, .secret = config.webhooks.secret},
                                   StoreFile(config), ReadClock);
    if (!started) return Fail(started.error());
    hooks = *std::move(started);
  }
  SystemRandom random;
  RoomRegistry rooms(**pool, **store, random, config.limits, AllFeatures());
  rooms.SetEvents(hooks.get());
  rooms.Restore((*store)->LoadRooms(), (*store)->LoadRows());
  std::unique_ptr<PhoneThread> phones;
  std::optional<PhoneDesk> desk;
  if (!config.phone.address.empty()) {
    const auto phones_config = PhonesConfig(config, ProgramDirectory() / "prompts");
    if (!phones_config) return Fail(phones_config.error());
    auto started = PhoneThread::Start(*phones_config, *identity, *(*pool)->local(), wake);
    if (!started) return Fail(started.error());
    phones = *std::move(started);
    desk.emplace(rooms, *phones, random,
                 DialConfig{.rules = {.prefixes = config.phone.dial_out,
                                      .country = config.phone.dial_out_country,
                                      .never = config.phone.dial_out_never},
                            .per_hour = config.phone.dial_out_per_hour},
                 TrunkBoard(TrunksOf(*phones_config), ReadClock().wall));
    rooms.SetPhoneNumbers(config.phone.numbers, OwnNumbersOf(*phones_config));
  }
  if (const std::string locked = TellLockedRecordings(RecordingsDirectory(config));
      !locked.empty()) {
    std::fprintf(stderr, "parley: %s\n", locked.c_str());
  }
  RecorderProcesses recorders(ProgramDirectory() / "parley-recorder");
  RecordingDesk recordings(rooms, recorders, random, config.limits, RecordingsDirectory(config),
                           config.recording.min_free());
  const bool shows_live = config.live.hls || !config.live.rtmp_hosts.empty();
  const auto live_directory =
      LiveDirectory(config.data_directory, shows_live && config.recording.encrypts());
  if (!live_directory) return Fail(live_directory.error());
  BroadcastPrograms broadcast_programs(ProgramDirectory(), config.live.height,
                                       config.live.private_addresses);
  BroadcastDesk broadcasts(rooms, recordings, broadcast_programs, random, config.limits,
                           config.live, *live_directory);
  CaptureDesk captures(rooms, config.debug.pcap, fs::path(config.data_directory) / "captures");
  ComposerProcesses composers(ProgramDirectory() / "parley-compose");
  const ResumeTokens resume_tokens(*resume_key, random.U64(), config.limits.resume_token_life);
  JoinLimiter joins(config.limits);
  PasscodeGuard passcodes;
  const NegotiatorConfig negotiation{.max_sdp_bytes = config.limits.sdp_bytes,
                                     .max_slots = config.limits.streams_per_peer};
  SessionContext sessions{rooms,     *verifier, resume_tokens, joins,
                          passcodes, random,    config.limits, negotiation};
  WhipEndpoint whip(sessions);
  HostLink host_link;
  ApiKeys keys((*store)->LoadKeys(), [&store](const ApiKeys::Reader& done) {
    (*store)->Read([done](const Database& database) { done(LoadApiKeys(database)); });
  });
  KeptAnswers answers((*store)->LoadAnswers(), [&store](AnswerRow row, WallTime forget_before) {
    (*store)->SaveAnswer(std::move(row), forget_before);
    return (*store)->queued();
  });
  Metrics metrics;
  ApiContext api_context{
      rooms,
      *verifier,
      host_link,
      whip,
      metrics,
      config.limits,
      composers,
      PublicUrl(config),
      config.auth.public_metrics,
      recordings.directory(),
      config.recording,
      wake,
      &captures,
      hooks.get(),
      hooks.get(),
      &keys,
      &answers,
      &broadcasts,
      [&desk] { return desk ? desk->trunks().standings() : std::span<const TrunkStanding>(); }};
  Api api(api_context);
  std::vector<PhoneEvent> phone_events;
  const auto poll_phones = [&](Now now) {
    phone_events.clear();
    phones->PollEvents(phone_events);
    desk->HandleEvents(phone_events, now);
  };
  const OriginPolicy origins(config.http.origins);
  MemoryReturn memory;
  Frontend frontend(
      {.sessions = sessions,
       .api = api,
       .files = pages,
       .origins = origins,
       .store = **store,
       .clock = ReadClock,
       .poll_events = [&](std::vector<Event>& out) { (*pool)->PollEvents(out); },
       .poll_phones = desk ? std::function<void(Now)>(poll_phones) : nullptr,
       .poll_recordings =
           [&](Now now) {
             recordings.HandleTimeout(now);
             broadcasts.HandleTimeout(now);
             captures.HandleTimeout(now);
           },
       .poll_memory = [&](Now now) { memory.HandleTimeout(rooms.transports_made(), now.steady); },
       .real_certificate = !certificate->development});
  ServerOptions options;
  options.certificate_pem = certificate->chain_pem;
  options.private_key_pem = certificate->key_pem;
  options.max_message = config.limits.message_bytes;
  options.max_connections = config.http.connections;
  options.max_connections_per_address = config.http.connections_per_address;
  const auto server = HttpServer::Create(options, frontend);
  if (!server) return Fail(server.error());
  frontend.Attach(**server);
  const auto ports = Listen(**server, config);
  if (!ports) return Fail(ports.error());
  AddServerMetrics(metrics, **server, frontend, rooms, **store);
  AddRecordingMetrics(metrics, recordings, api.recordings());
  AddBroadcastMetrics(metrics, broadcasts);
  AddWorkerMetrics(metrics, **pool);
  if (hooks) AddWebhookMetrics(metrics, *hooks);
  if (phones) AddPhoneMetrics(metrics, *phones, *desk);

  waker.store(server->get(), std::memory_order_release);
  (*store)->OnCommit(wake);
  signals.Watch([&] { frontend.RequestStop(); });
  PrintBanner(config, *ports, config.auth.host_link ? host_link.Renew(random) : "",
              certificate->development);
  (*server)->Run();

  std::printf("Parley stops.\n");
  if (phones) phones->Stop();
  (*pool)->Stop();
  (*store)->OnCommit(nullptr);
  waker.store(nullptr, std::memory_order_release);
  return 0;
}

int Main(int argc, char** argv) {
  CommandLine line = ParseCommandLine(argc, argv);
  if (line.exit_code) {
    std::fputs(line.output.c_str(), *line.exit_code == 0 ? stdout : stderr);
    return *line.exit_code;
  }
  SetLogLevel(line.config.log_level);
  if (const auto code = RunSubcommand(line)) return *code;
  return Serve(std::move(line.config));
}

}  // namespace
}  // namespace parley

int main(int argc, char** argv) { return parley::Main(argc, argv); }
