#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "signaling/net/certificate.h"
#include "signaling/net/http_server.h"
#include "signaling/net/origin_policy.h"
#include "signaling/net/security_headers.h"
#include "signaling/net/static_files.h"

namespace parley {
namespace {

class Echo : public ServerHandler {
 public:
  explicit Echo(const StaticFiles& files) : files_(files) {}
  HttpServer* server = nullptr;

  HttpResponse HandleHttp(const HttpRequest& request) override {
    HttpResponse response = files_.Serve(request);
    AddSecurityHeaders(request, false, response);
    return response;
  }
  bool AcceptSocket(const HttpRequest& upgrade) override { return origins_.AllowsSocket(upgrade); }
  void OnSocketOpened(ConnectionId, const SocketAddress&) override {}
  void OnSocketMessage(ConnectionId c, std::string_view text) override {
    server->Send(c, std::string(text));
  }
  void OnSocketOversized(ConnectionId) override {}
  void OnSocketClosed(ConnectionId) override {}
  void OnTick() override {}
  void OnWake() override {}

 private:
  const StaticFiles& files_;
  OriginPolicy origins_{{}};
};

int Main(int argc, char** argv) {
  CLI::App app("Parley: meetings in the browser");
  uint16_t port = 8443, local_port = 8080;
  std::string data = ".data", web = "web/dist";
  app.add_option("--port", port, "HTTPS port");
  app.add_option("--local-port", local_port, "plain HTTP port, loopback only");
  app.add_option("--data", data, "data directory");
  app.add_option("--web", web, "built web files");
  CLI11_PARSE(app, argc, argv);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  std::filesystem::create_directories(data);
  auto now = WallTime::UnixMicros(std::chrono::duration_cast<std::chrono::microseconds>(
                                      std::chrono::system_clock::now().time_since_epoch())
                                      .count());
  auto certificate = DevelopmentCertificate(data, {}, now);
  if (!certificate) return std::fprintf(stderr, "%s\n", certificate.error().c_str()), 1;
  StaticFiles files = StaticFiles::Load(web).value_or(StaticFiles::Missing());
  Echo echo(files);
  ServerOptions options;
  options.certificate_pem = certificate->chain_pem;
  options.private_key_pem = certificate->key_pem;
  auto server = HttpServer::Create(options, echo);
  if (!server) return std::fprintf(stderr, "%s\n", server.error().c_str()), 1;
  echo.server = server->get();
  for (bool tls : {false, true}) {
    uint16_t wanted = tls ? port : local_port;
    for (const char* address : {"127.0.0.1", "::1"}) {
      auto bound = (*server)->Listen(address, wanted, tls);
      if (!bound) return std::fprintf(stderr, "%s\n", bound.error().c_str()), 1;
      std::printf("%s on %s port %d\n", tls ? "https" : "http", address, *bound);
    }
  }
  std::fflush(stdout);
  std::thread waiter([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    (*server)->Stop();
    sigwait(&signals, &signal);
    std::_Exit(130);
  });
  waiter.detach();
  (*server)->Run();
  return 0;
}

}  // namespace
}  // namespace parley

int main(int argc, char** argv) { return parley::Main(argc, argv); }
