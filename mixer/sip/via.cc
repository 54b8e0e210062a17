#include "mixer/sip/via.h"

#include <algorithm>

#include "mixer/sip/uri_text.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

bool TakeProtocol(Scanner& scanner, Via& via) {
  const auto name = scanner.TakeToken();
  if (!name || !EqualsIgnoreCase(*name, "SIP") || !scanner.TakeSeparator('/')) return false;
  const auto version = scanner.TakeToken();
  if (!version || *version != "2.0" || !scanner.TakeSeparator('/')) return false;
  const auto transport = scanner.TakeToken();
  if (!transport) return false;
  via.transport = *transport;
  for (char& c : via.transport) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return scanner.Peek() == ' ' || scanner.Peek() == '\t';
}

bool TakeSentBy(Scanner& scanner, Via& via) {
  scanner.SkipSpace();
  if (scanner.Peek() == '[') {
    const size_t end = scanner.rest().find(']');
    if (end == std::string_view::npos) return false;
    via.host = scanner.TakeCount(end + 1);
  } else {
    via.host = scanner.TakeWhile([](char c) { return !std::string_view(" \t:;,").contains(c); });
  }
  if (!IsHost(via.host)) return false;
  if (!scanner.TakeSeparator(':')) return true;
  via.port = ParseDecimal<uint16_t>(scanner.TakeWhile(IsDigit));
  return via.port.has_value();
}

}  // namespace

bool Via::ParseList(std::string_view text, std::vector<Via>& list) {
  Scanner scanner(text);
  do {
    Via via;
    scanner.SkipSpace();
    if (list.size() == kMaxVias || !TakeProtocol(scanner, via) || !TakeSentBy(scanner, via)) {
      return false;
    }
    auto params = Params::Parse(scanner);
    if (!params) return false;
    via.params = std::move(*params);
    list.push_back(std::move(via));
  } while (scanner.TakeSeparator(','));
  scanner.SkipSpace();
  return scanner.AtEnd();
}

bool Via::HasRfc3261Branch() const {
  // RFC 4475 section 3.2.1: the bare cookie is no identifier.
  return branch().size() > kBranchCookie.size() &&
         EqualsIgnoreCase(branch().substr(0, kBranchCookie.size()), kBranchCookie);
}

std::string Via::SentBy() const {
  return AsciiLower(host) + (port ? ':' + std::to_string(*port) : std::string());
}

std::string Via::ToString() const {
  return "SIP/2.0/" + transport + ' ' + host +
         (port ? ':' + std::to_string(*port) : std::string()) + params.ToString();
}

}  // namespace parley::sip
