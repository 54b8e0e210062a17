#include "mixer/sip/name_addr.h"

namespace parley::sip {
namespace {

// Tokens with white space between, up to '<'; nothing when other text stands there.
std::optional<std::string> TakeDisplayTokens(Scanner& scanner) {
  std::string display;
  while (scanner.Peek() != '<') {
    const auto token = scanner.TakeToken();
    if (!token) return std::nullopt;
    if (!display.empty()) display += ' ';
    display += *token;
    scanner.SkipSpace();
  }
  return display;
}

std::optional<NameAddr> TakeNameAddr(Scanner& scanner) {
  NameAddr address;
  if (scanner.Peek() == '"') {
    const auto quoted = scanner.TakeQuoted();
    if (!quoted) return std::nullopt;
    address.display = Unquote(*quoted);
    scanner.SkipSpace();
  } else {
    auto display = TakeDisplayTokens(scanner);
    if (!display) return std::nullopt;
    address.display = std::move(*display);
  }
  if (!scanner.Take('<')) return std::nullopt;
  auto uri = Uri::Parse(scanner.TakeWhile([](char c) { return c != '>'; }));
  if (!uri || !scanner.Take('>')) return std::nullopt;
  address.uri = std::move(*uri);
  return address;
}

// RFC 3261 section 20.10: without brackets, what follows ';' belongs to the header, and the URI
// holds neither comma nor question mark.
std::optional<NameAddr> TakeAddrSpec(Scanner& scanner) {
  const std::string_view text =
      scanner.TakeWhile([](char c) { return !std::string_view(" \t;,").contains(c); });
  auto uri = Uri::Parse(text);
  if (!uri || text.contains('?')) return std::nullopt;
  return NameAddr{"", std::move(*uri), {}};
}

std::optional<NameAddr> Take(Scanner& scanner) {
  scanner.SkipSpace();
  // The brackets are there when '<' comes before anything that ends an addr-spec.
  const size_t mark = scanner.rest().find_first_of("<;,\"");
  const bool bracketed = mark != std::string_view::npos &&
                         (scanner.rest()[mark] == '<' || scanner.rest()[mark] == '"');
  auto address = bracketed ? TakeNameAddr(scanner) : TakeAddrSpec(scanner);
  if (!address) return std::nullopt;
  auto params = Params::Parse(scanner);
  if (!params) return std::nullopt;
  address->params = std::move(*params);
  scanner.SkipSpace();
  return address;
}

}  // namespace

std::optional<NameAddr> NameAddr::Parse(std::string_view text) {
  Scanner scanner(text);
  auto address = Take(scanner);
  if (!address || !scanner.AtEnd()) return std::nullopt;
  return address;
}

bool NameAddr::ParseList(std::string_view text, std::vector<NameAddr>& list) {
  Scanner scanner(text);
  do {
    auto address = Take(scanner);
    if (!address || list.size() == kMaxListedAddresses) return false;
    list.push_back(std::move(*address));
  } while (scanner.TakeSeparator(','));
  return scanner.AtEnd();
}

std::string NameAddr::ToString() const {
  std::string text;
  if (!display.empty()) text = Quote(display) + ' ';
  return text + '<' + uri.ToString() + '>' + params.ToString();
}

}  // namespace parley::sip
