#include "signaling/launch/phones_config.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "mixer/sip/trunk_account.h"

namespace parley {
namespace {

std::string Trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return std::string(text.substr(0, text.find_last_not_of(' ') + 1));
}

// A core mixes thousands of calls that listen, and the workers want theirs.
size_t MixerThreadsOf(int configured) {
  if (configured > 0) return static_cast<size_t>(configured);
  return std::max<size_t>(std::thread::hardware_concurrency() / 4, 1);
}

}  // namespace

OrSentence<PhoneThreadConfig> PhonesConfig(const Config& config,
                                           const std::filesystem::path& prompts) {
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
  for (const std::string& server : phone.dns_servers) {
    phones.sip.dns_servers.push_back(*SocketAddress::Parse(server, 53));
  }
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
    auto trunk = sip::TrunkOf(account);
    // Without the account itself: it has a password.
    if (!trunk) {
      return std::unexpected(
          "[phone] registrations: each is sip:USER:PASSWORD@HOST, perhaps with a port, "
          ";transport=udp, tcp or tls, ;realm=, ;auth=, ;expires= 60 to 86400 seconds and "
          ";keepalive= 0 to 3600 seconds");
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
  phones.switchboard.chinese_numbers = phone.chinese_numbers;
  for (const std::string& number : phone.chinese_numbers) {
    if (!phone.numbers.empty() && std::ranges::find(phone.numbers, number) == phone.numbers.end()) {
      return std::unexpected("[phone] chinese_numbers: " + number + " is not one of numbers");
    }
  }
  for (const std::string& entry : phone.room_numbers) {
    const size_t equals = entry.find('=');
    phones.switchboard.room_numbers.push_back(
        {.number = Trimmed(entry.substr(0, equals)), .room = Trimmed(entry.substr(equals + 1))});
  }
  phones.switchboard.calls = static_cast<size_t>(phone.calls);
  phones.switchboard.mixer_threads = MixerThreadsOf(phone.threads);
  phones.switchboard.media = address;
  phones.switchboard.advertised = *SocketAddress::Parse(announced, 0);
  phones.switchboard.rtp_port = phone.rtp_port;
  phones.prompts.replaced = phone.prompts;
  phones.prompts.spoken = prompts;
  return phones;
}

std::vector<TrunkBoard::Trunk> TrunksOf(const PhoneThreadConfig& config) {
  std::vector<TrunkBoard::Trunk> trunks;
  for (const sip::TrunkConfig& trunk : config.agent.trunks) {
    std::string name = trunk.domain;
    if (trunk.servers.port) name += ':' + std::to_string(*trunk.servers.port);
    trunks.push_back({.name = std::move(name), .registers = trunk.registers});
  }
  return trunks;
}

std::map<std::string, std::vector<std::string>, std::less<>> OwnNumbersOf(
    const PhoneThreadConfig& config) {
  std::map<std::string, std::vector<std::string>, std::less<>> numbers;
  for (const auto& [number, room] : config.switchboard.room_numbers) {
    numbers[room].push_back(number);
  }
  return numbers;
}

}  // namespace parley
