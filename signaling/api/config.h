#pragma once

// Everything an operator may set, with its default; parley.toml is read into it and flags of the
// command line overwrite it. Pure values: what a file names is opened by main. At start.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/recording/broadcast_settings.h"
#include "signaling/recording/recording_settings.h"
#include "signaling/room/limits.h"

namespace parley {

struct KeyConfig {
  std::string id;      // the tokens' "kid"; may be empty
  std::string secret;  // HS256; or
  std::string file;    // PEM: RSA (RS256) or Ed25519 (EdDSA), public or private
};

struct Config {
  struct Http {
    uint16_t port = 8443;        // HTTPS
    uint16_t local_port = 8080;  // plain, loopback only
    // Where HTTPS listens. Empty: every address when public_address is set, else loopback.
    std::vector<std::string> bind;
    // The name or address by which others reach this machine.
    std::string public_address;
    std::vector<std::string> origins;  // further pages that may connect
    std::string certificate;           // PEM chain; empty: one for development
    std::string key;
    std::string web;  // directory of the built web pages; empty: beside the program
    int connections = 20'000;
    int connections_per_address = 256;
  } http;
  struct Media {
    uint16_t port = 40'000;        // of the first worker; worker i has port + i, UDP and TCP
    int workers = 0;               // 0: one per core
    int max_uplink_kbps = 20'000;  // of one participant
    std::vector<std::string> bind;
    std::vector<std::string> announced_addresses;  // numeric; in place of the local ones
  } media;
  struct Phone {
    std::string address;  // numeric: where SIP and the calls' sound are received; empty: no phones
    uint16_t port = 5060;
    uint16_t tls_port = 0;                     // SIP over TLS, with the HTTPS certificate; 0: none
    std::string announced_address;             // numeric; in place of `address`
    std::vector<std::string> numbers;          // that reach us; empty: any
    std::vector<std::string> chinese_numbers;  // of them, where Mandarin is spoken
    std::vector<std::string> room_numbers;     // NUMBER = ROOM: they ask for no PIN
    std::vector<std::string> trunks;           // numeric addresses that may send calls at any rate
    // Providers where we have an account: sip:USER:PASSWORD@HOST, a port, ;transport=tcp or tls and
    // ;realm= where it is not HOST.
    std::vector<std::string> registrations;
    // Numeric: asked where providers' servers are; empty: the system's.
    std::vector<std::string> dns_servers;
    uint16_t rtp_port = 50'000;  // of the first call; each has two
    int calls = 500;             // at the same time
    int threads = 0;             // that mix; 0: one for each four cores
    std::string prompts;         // directory of the operator's own; empty: none
    // Numbers that hosts may call begin with one of these, as "+44"; empty: nobody is called.
    std::vector<std::string> dial_out;
    std::string dial_out_country;             // calling code of numbers without one; empty: none
    std::vector<std::string> dial_out_never;  // beside the world's emergency numbers
    int dial_out_per_hour = 20;               // of one host; of a room three times as many
  } phone;
  struct Auth {
    std::vector<KeyConfig> keys;
    std::string issuer;     // required "iss"; empty: any
    bool host_link = true;  // print a one-time link at start
    bool public_metrics = false;
  } auth;
  struct Webhooks {
    std::vector<std::string> urls;  // that are told what happens in rooms; empty: nobody is
    std::string secret;             // what deliveries are signed with
  } webhooks;
  struct Debug {
    bool pcap = false;  // what is sent in rooms made for tests may be written down
  } debug;
  RecordingSettings recording;
  BroadcastSettings live;
  Limits limits;
  std::string log_level = "info";
  std::string data_directory;  // empty: XDG's place for it
};

// `file` is only named in errors. An error is one line for a person: where, which key, what was
// found, what is allowed.
std::expected<Config, std::string> ParseConfig(std::string_view toml, std::string_view file);

}  // namespace parley
