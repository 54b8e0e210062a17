#pragma once

// Where people reach the server: its HTTP ports, opened, and what is printed of them. The thread
// that starts the server.

#include <cstdint>
#include <string>

#include "signaling/api/config.h"
#include "signaling/launch/or_sentence.h"
#include "signaling/net/http_server.h"

namespace parley {

struct Ports {
  uint16_t https = 0;
  uint16_t local = 0;
};

// Which the system chose, where the configuration says 0.
OrSentence<Ports> Listen(HttpServer& server, const Config& config);

// "https://meet.example.org:8443"; empty without a public address.
std::string PublicUrl(const Config& config);

// `host_secret`: of the one-time link; empty: there is none.
void PrintBanner(const Config& config, const Ports& ports, const std::string& host_secret,
                 bool development_certificate);

}  // namespace parley
