// The program: puts the parts together in the order of their lives, and nothing else. The thread of
// main() becomes the signaling thread; one more waits for signals.

#include <netdb.h>
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <thread>

#include "mixer/phone/phone_thread.h"
#include "mixer/sip/uri.h"
#include "sfu/base/log.h"
#include "sfu/base/random.h"
#include "sfu/transport/dtls_certificate.h"
#include "sfu/worker/worker_pool.h"
#include "signaling/api/api.h"
#include "signaling/api/host_link.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/api/key_ring.h"
#include "signaling/api/metrics.h"
#include "signaling/api/recording_metrics.h"
#include "signaling/features/all_features.h"
#include "signaling/net/certificate.h"
#include "signaling/net/command_line.h"
#include "signaling/net/debug_command.h"
#include "signaling/net/frontend.h"
#include "signaling/net/http_server.h"
#include "signaling/net/origin_policy.h"
#include "signaling/net/server_metrics.h"
#include "signaling/net/static_files.h"
#include "signaling/phone/phone_desk.h"
#include "signaling/recording/capture_desk.h"
#include "signaling/recording/composer_process.h"
#include "signaling/recording/recorder_process.h"
#include "signaling/recording/recording_desk.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room_registry.h"
#include "signaling/session/join_limiter.h"
#include "signaling/session/negotiator.h"
#include "signaling/session/resume_tokens.h"
#include "signaling/session/whip_endpoint.h"
#include "signaling/store/sqlite_store.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
template <class T>
using OrSentence = std::expected<T, std::string>;

Now ReadClock() {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  return {
      Timestamp::Micros(
          duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count()),
      WallTime::UnixMicros(
          duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch())
              .count())};
}

int Fail(const std::string& sentence) {
  std::fprintf(stderr, "parley: %s\n", sentence.c_str());
  return 1;
}

OrSentence<std::unique_ptr<SqliteStore>> OpenStore(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  const std::string remedy = ". Give a directory that this user may write with --data";
  if (error) return std::unexpected("cannot make " + directory + ": " + error.message() + remedy);
  fs::permissions(directory, fs::perms::owner_all, error);
  auto store = SqliteStore::Open(fs::path(directory) / "parley.db");
  if (!store) return std::unexpected(store.error() + remedy);
  return store;
}

OrSentence<JwtTokenVerifier> LoadVerifier(const Config& config, SqliteStore& store) {
  const auto own = store.LoadSecret("token");
  if (!own) return std::unexpected(own.error());
  auto keys = LoadKeyRing(config.auth.keys, *own);
  if (!keys) return std::unexpected(keys.error());
  return JwtTokenVerifier(*std::move(keys), JwtPolicy{.issuer = config.auth.issuer});
}

OrSentence<std::string> MakeToken(const Config& config, const TokenCommand& command) {
  const auto store = OpenStore(config.data_directory);
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

fs::path ProgramDirectory() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

fs::path RecordingsDirectory(const Config& config) {
  return fs::path(config.data_directory) / "recordings";
}

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

// The numeric addresses of the public name.
OrSentence<std::vector<SocketAddress>> Resolve(const std::string& name) {
  if (const auto numeric = SocketAddress::Parse(name, 0)) return std::vector{*numeric};
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(name.c_str(), nullptr, &hints, &found); error != 0) {
    return std::unexpected("the public address " + name + " is unknown: " + gai_strerror(error) +
                           ". Give it as a number, as in --public-address 192.0.2.1");
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* a = found; a; a = a->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) !=
        0) {
      continue;
    }
    if (const auto address = SocketAddress::Parse(text, 0)) addresses.push_back(*address);
  }
  freeaddrinfo(found);
  return addresses;
}

std::vector<SocketAddress> Parse(const std::vector<std::string>& texts) {
  std::vector<SocketAddress> addresses;
  for (const std::string& text : texts) {
    if (const auto address = SocketAddress::Parse(text, 0)) addresses.push_back(*address);
  }
  return addresses;
}

OrSentence<WorkerPoolConfig> PoolConfig(const Config& config) {
  const bool is_public = !config.http.public_address.empty();
  WorkerPoolConfig pool;
  pool.local_media = !config.phone.address.empty();
  pool.workers = config.media.workers;
  pool.base_port = config.media.port;
  pool.bind = Parse(config.media.bind);
  if (pool.bind.empty()) {
    pool.bind = is_public ? Parse({"0.0.0.0", "::"}) : Parse({"127.0.0.1", "::1"});
  }
  pool.announced = Parse(config.media.announced_addresses);
  if (pool.announced.empty() && is_public) {
    auto resolved = Resolve(config.http.public_address);
    if (!resolved) return std::unexpected(resolved.error());
    pool.announced = *std::move(resolved);
  }
  return pool;
}

// An account of [phone] registrations.
std::optional<sip::TrunkConfig> RegistrationOf(const std::string& account) {
  const auto uri = sip::Uri::Parse(account);
  if (!uri || uri->scheme != "sip" || uri->user.empty() || !uri->password) return std::nullopt;
  sip::TrunkConfig trunk;
  trunk.domain = uri->host;
  trunk.user = uri->user;
  const std::string_view transport = uri->params.Get("transport").value_or("udp");
  if (transport == "tls") {
    trunk.flow.transport = sip::TransportKind::kTls;
    trunk.flow.tls_name = uri->host;
  } else if (transport == "tcp") {
    trunk.flow.transport = sip::TransportKind::kTcp;
  } else if (transport != "udp") {
    return std::nullopt;
  }
  const uint16_t port = uri->port.value_or(sip::DefaultPort(trunk.flow.transport));
  if (const auto numeric = SocketAddress::Parse(uri->host, port)) {
    trunk.flow.remote = *numeric;
  } else if (uri->port) {
    return std::nullopt;  // a name is looked up with its transport's own port
  }
  trunk.credentials =
      sip::Credentials{.realm = std::string(uri->params.Get("realm").value_or(uri->host)),
                       .user = uri->DecodedUser(),
                       .password = *uri->password};
  return trunk;
}

// Only where [phone] has an address.
OrSentence<PhoneThreadConfig> PhonesConfig(const Config& config) {
  const Config::Phone& phone = config.phone;
  const SocketAddress address = *SocketAddress::Parse(phone.address, phone.port);
  const bool everywhere = phone.address == "0.0.0.0" || phone.address == "::";
  if (everywhere && phone.announced_address.empty()) {
    return std::unexpected(
        "[phone] listens on every address: say with announced_address which one callers use");
  }
  const std::string& announced =
      phone.announced_address.empty() ? phone.address : phone.announced_address;
  if (phone.rtp_port % 2 != 0) return std::unexpected("[phone] rtp_port must be even");
  PhoneThreadConfig phones;
  phones.sip.udp = address;
  phones.sip.tcp = address;
  phones.agent.local.host = announced.contains(':') ? '[' + announced + ']' : announced;
  phones.agent.limits.calls = static_cast<size_t>(phone.calls);
  for (const std::string& trunk : phone.trunks) {
    sip::TrunkConfig peer;
    peer.domain = trunk;
    peer.flow.remote = *SocketAddress::Parse(trunk, sip::DefaultPort(sip::TransportKind::kUdp));
    peer.registers = false;
    peer.keepalive = Duration::Zero();
    phones.agent.trunks.push_back(std::move(peer));
  }
  for (const std::string& account : phone.registrations) {
    auto trunk = RegistrationOf(account);
    // Without the account itself: it has a password.
    if (!trunk) {
      return std::unexpected(
          "[phone] registrations: each is sip:USER:PASSWORD@HOST, perhaps with ;transport=tcp or "
          "tls and ;realm=; a port only behind a numeric HOST");
    }
    phones.agent.trunks.push_back(*std::move(trunk));
  }
  if (phone.tls_port != 0) {
    phones.sip.tls = *SocketAddress::Parse(phone.address, phone.tls_port);
    const bool own = !config.http.certificate.empty();
    const std::filesystem::path data = config.data_directory;
    phones.sip.tls_files.certificate =
        own ? config.http.certificate : (data / "dev-cert.pem").string();
    phones.sip.tls_files.key = own ? config.http.key : (data / "dev-key.pem").string();
  }
  if (!phone.dial_out.empty()) {
    // An account before an address: a provider knows what it may charge to whom.
    const size_t trunks = phones.agent.trunks.size();
    if (trunks == 0) {
      return std::unexpected(
          "[phone] dial_out needs a provider that carries the calls: an account in registrations, "
          "or an address in trunks");
    }
    phones.switchboard.dial_trunk = phone.registrations.empty() ? 0 : phone.trunks.size();
  }
  phones.switchboard.numbers = phone.numbers;
  phones.switchboard.calls = static_cast<size_t>(phone.calls);
  phones.switchboard.media = address;
  phones.switchboard.advertised = *SocketAddress::Parse(announced, 0);
  phones.switchboard.rtp_port = phone.rtp_port;
  phones.prompts.replaced = phone.prompts;
  return phones;
}

std::string PublicUrl(const Config& config) {
  std::string host = config.http.public_address;
  if (host.empty()) return {};
  if (host.find(':') != std::string::npos) host = '[' + host + ']';
  return "https://" + host +
         (config.http.port == 443 ? "" : ":" + std::to_string(config.http.port));
}

std::string CannotListen(std::string_view address, uint16_t port, std::string_view flag,
                         std::error_code error) {
  const std::string number = std::to_string(port);
  if (error == std::errc::address_in_use) {
    return "port " + number +
           " is in use already, perhaps by another Parley. Stop that program, or "
           "choose another port with " +
           std::string(flag);
  }
  if (error == std::errc::permission_denied) {
    return "port " + number + " may not be opened by this user. Choose one above 1023 with " +
           std::string(flag) + ", or give the program the right: setcap cap_net_bind_service=+ep";
  }
  if (error == std::errc::address_not_available) {
    return "this machine has no address " + std::string(address);
  }
  return "cannot listen on " + std::string(address) + " port " + number + ": " + error.message();
}

// On each address; IPv6 loopback only where the machine has it. The port, which may be chosen by
// the system.
OrSentence<uint16_t> ListenOn(HttpServer& server, const std::vector<std::string>& addresses,
                              uint16_t port, bool tls) {
  for (const std::string& address : addresses) {
    const auto bound = server.Listen(address, port, tls);
    if (bound) {
      port = *bound;
      continue;
    }
    const bool no_ipv6 = bound.error() == std::errc::address_not_available ||
                         bound.error() == std::errc::address_family_not_supported;
    if (address == "::1" && no_ipv6) continue;
    return std::unexpected(
        CannotListen(address, port, tls ? "--port" : "--local-port", bound.error()));
  }
  return port;
}

struct Ports {
  uint16_t https = 0;
  uint16_t local = 0;
};

OrSentence<Ports> Listen(HttpServer& server, const Config& config) {
  const std::vector<std::string> loopback = {"127.0.0.1", "::1"};
  std::vector<std::string> https = config.http.bind;
  if (https.empty()) {
    https = config.http.public_address.empty() ? loopback : std::vector<std::string>{""};
  }
  const auto local_port = ListenOn(server, loopback, config.http.local_port, false);
  if (!local_port) return std::unexpected(local_port.error());
  const auto https_port = ListenOn(server, https, config.http.port, true);
  if (!https_port) return std::unexpected(https_port.error());
  return Ports{.https = *https_port, .local = *local_port};
}

void PrintBanner(const Config& config, const Ports& ports, const std::string& host_secret,
                 bool development_certificate) {
  const std::string local = "http://localhost:" + std::to_string(ports.local) + "/";
  const std::string https = config.http.public_address.empty()
                                ? "https://localhost:" + std::to_string(ports.https)
                                : PublicUrl(config);
  std::printf("\nParley is running.\n\n");
  if (!host_secret.empty()) {
    std::printf("  Host link  %s#host=%s\n", local.c_str(), host_secret.c_str());
    std::printf("             open it on this machine to make rooms; it works once\n");
  } else {
    std::printf("  Here       %s\n", local.c_str());
  }
  std::printf("  HTTPS      %s/%s\n", https.c_str(),
              development_certificate ? "  (development certificate: browsers will warn)" : "");
  std::printf("  Data       %s\n", config.data_directory.c_str());
  std::printf("  Stop       Ctrl-C\n\n");
  std::fflush(stdout);
}

void AddPhoneMetrics(Metrics& metrics, const PhoneThread& phones, const PhoneDesk& desk) {
  metrics.Add(Metrics::Type::kCounter, "parley_phone_emergency_numbers_refused_total",
              "Calls to emergency numbers that somebody wanted to make and that were refused", {},
              [&desk] { return static_cast<double>(desk.dials().emergencies_refused()); });
  size_t place = 0;
  phones.metrics().ForEach([&](const char* name, const char* help, uint64_t, bool gauge) {
    metrics.Add(gauge ? Metrics::Type::kGauge : Metrics::Type::kCounter,
                std::string("parley_phone_") + name + (gauge ? "" : "_total"), help, {},
                [&phones, wanted = place] {
                  double found = 0;
                  size_t at = 0;
                  phones.metrics().ForEach([&](const char*, const char*, uint64_t v, bool) {
                    if (at++ == wanted) found = static_cast<double>(v);
                  });
                  return found;
                });
    ++place;
  });
}

void AddWorkerMetrics(Metrics& metrics, const WorkerPool& pool) {
  for (int i = 0; i < pool.worker_count(); ++i) {
    const WorkerIndex worker(static_cast<uint8_t>(i));
    size_t place = 0;
    pool.metrics(worker).ForEach([&](const char* name, const char* help, uint64_t, bool gauge) {
      metrics.Add(gauge ? Metrics::Type::kGauge : Metrics::Type::kCounter,
                  std::string("parley_worker_") + name + (gauge ? "" : "_total"), help,
                  {{"worker", std::to_string(i)}}, [&pool, worker, wanted = place] {
                    double found = 0;
                    size_t at = 0;
                    pool.metrics(worker).ForEach([&](const char*, const char*, uint64_t v, bool) {
                      if (at++ == wanted) found = static_cast<double>(v);
                    });
                    return found;
                  });
      ++place;
    });
  }
}

// SIGINT and SIGTERM, taken by a thread of their own: the first stops cleanly, the second at once.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);  // inherited by every later thread
  }
  void Watch(std::function<void()> on_first) {
    std::thread([set = set_, on_first = std::move(on_first)] {
      int signal = 0;
      sigwait(&set, &signal);
      on_first();
      sigwait(&set, &signal);
      std::_Exit(128 + signal);
    }).detach();
  }

 private:
  sigset_t set_;
};

void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int Serve(Config config) {
  static Signals signals;
  RaiseFileLimit();
  const auto store = OpenStore(config.data_directory);
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
  const auto pool_config = PoolConfig(config);
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

  SystemRandom random;
  RoomRegistry rooms(**pool, **store, random, config.limits, AllFeatures());
  rooms.Restore((*store)->LoadRooms(), (*store)->LoadRows());
  std::unique_ptr<PhoneThread> phones;
  std::optional<PhoneDesk> desk;
  if (!config.phone.address.empty()) {
    const auto phones_config = PhonesConfig(config);
    if (!phones_config) return Fail(phones_config.error());
    auto started = PhoneThread::Start(*phones_config, *identity, *(*pool)->local(), wake);
    if (!started) return Fail(started.error());
    phones = *std::move(started);
    desk.emplace(rooms, *phones, random,
                 DialConfig{.rules = {.prefixes = config.phone.dial_out,
                                      .country = config.phone.dial_out_country,
                                      .never = config.phone.dial_out_never},
                            .per_hour = config.phone.dial_out_per_hour});
    rooms.SetPhoneNumbers(config.phone.numbers);
  }
  RecorderProcesses recorders(ProgramDirectory() / "parley-recorder");
  RecordingDesk recordings(rooms, recorders, random, config.limits, RecordingsDirectory(config));
  CaptureDesk captures(rooms, config.debug.pcap, fs::path(config.data_directory) / "captures");
  ComposerProcesses composers(ProgramDirectory() / "parley-compose");
  const ResumeTokens resume_tokens(*resume_key, random.U64(), config.limits.resume_token_life);
  JoinLimiter joins(config.limits);
  const NegotiatorConfig negotiation{.max_sdp_bytes = config.limits.sdp_bytes,
                                     .max_slots = config.limits.streams_per_peer};
  SessionContext sessions{rooms,  *verifier,     resume_tokens, joins,
                          random, config.limits, negotiation};
  WhipEndpoint whip(sessions);
  HostLink host_link;
  Metrics metrics;
  ApiContext api_context{rooms,
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
                         &captures};
  Api api(api_context);
  std::vector<PhoneEvent> phone_events;
  const auto poll_phones = [&](Now now) {
    phone_events.clear();
    phones->PollEvents(phone_events);
    desk->HandleEvents(phone_events, now);
  };
  const OriginPolicy origins(config.http.origins);
  Frontend frontend({.sessions = sessions,
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
                           captures.HandleTimeout(now);
                         },
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
  AddWorkerMetrics(metrics, **pool);
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
  if (line.token) return PrintToken(line.config, *line.token);
  if (line.debug) return RunDebugCommand(line.config, *line.debug);
  if (line.recording && line.recording->verb == RecordingCommand::Verb::kCompose) {
    std::fputs(ComposeInstead(RecordingsDirectory(line.config),
                              ProgramDirectory() / "parley-compose", *line.recording)
                   .c_str(),
               stderr);
    return 1;
  }
  if (line.recording) {
    const auto report = RunRecordingCommand(RecordingsDirectory(line.config), *line.recording);
    std::fputs(report.text.c_str(), report.ok ? stdout : stderr);
    return report.ok ? 0 : 1;
  }
  return Serve(std::move(line.config));
}

}  // namespace
}  // namespace parley

int main(int argc, char** argv) { return parley::Main(argc, argv); }
