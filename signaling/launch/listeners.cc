#include "signaling/launch/listeners.h"

#include <cstdio>
#include <string_view>
#include <system_error>
#include <vector>

namespace parley {
namespace {

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

}  // namespace

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

std::string PublicUrl(const Config& config) {
  std::string host = config.http.public_address;
  if (host.empty()) return {};
  if (host.find(':') != std::string::npos) host = '[' + host + ']';
  return "https://" + host +
         (config.http.port == 443 ? "" : ":" + std::to_string(config.http.port));
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

}  // namespace parley
