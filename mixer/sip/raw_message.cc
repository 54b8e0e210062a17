#include "mixer/sip/raw_message.h"

#include <algorithm>
#include <array>
#include <utility>

#include "mixer/sip/scanner.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

// RFC 3261 section 20, RFC 3515, RFC 3892, RFC 4028, RFC 6665.
constexpr auto kCompactNames = std::to_array<std::pair<char, std::string_view>>({
    {'a', "Accept-Contact"},
    {'b', "Referred-By"},
    {'c', "Content-Type"},
    {'e', "Content-Encoding"},
    {'f', "From"},
    {'i', "Call-ID"},
    {'j', "Reject-Contact"},
    {'k', "Supported"},
    {'l', "Content-Length"},
    {'m', "Contact"},
    {'o', "Event"},
    {'r', "Refer-To"},
    {'s', "Subject"},
    {'t', "To"},
    {'u', "Allow-Events"},
    {'v', "Via"},
    {'x', "Session-Expires"},
    {'y', "Identity"},
});

std::string_view TrimWhite(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Reads head and body of one message; faults are noted once and reading goes on.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  std::optional<RawMessage> Read() {
    const auto start = NextLine();
    if (!start || !ReadStartLine(*start)) return std::nullopt;
    ReadHeaders();
    ReadBody();
    return std::move(message_);
  }

 private:
  void Note(std::string_view reason, int status = 400) {
    if (!message_.fault) message_.fault = Fault{status, std::string(reason)};
  }

  std::optional<std::string_view> NextLine() {
    const size_t end = rest_.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 2);
    if (line.find_first_of("\r\n") != std::string_view::npos) Note("Bare CR or LF");
    return line;
  }

  bool ReadStartLine(std::string_view line) {
    if (line.size() > kMaxHeaderBytes) return false;
    return line.starts_with("SIP/") ? ReadStatusLine(line) : ReadRequestLine(line);
  }

  // A response has nobody to complain to: what is wrong makes it nothing.
  bool ReadStatusLine(std::string_view line) {
    message_.is_request = false;
    if (CutUntil(line, ' ') != "SIP/2.0") return false;
    const std::string_view status = CutUntil(line, ' ');
    if (status.size() != 3 || !std::ranges::all_of(status, IsDigit)) return false;
    message_.status = (status[0] - '0') * 100 + (status[1] - '0') * 10 + (status[2] - '0');
    message_.reason = line;
    return message_.status >= 100 && message_.status <= 699 && !message_.fault;
  }

  bool ReadRequestLine(std::string_view line) {
    if (line.ends_with(' ') || line.ends_with('\t')) {
      Note("Space after the request line");
      line = TrimWhite(line);
    }
    const size_t first = line.find(' ');
    const size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return false;
    const std::string_view version = line.substr(last + 1);
    if (!EqualsIgnoreCase(version.substr(0, 4), "SIP/")) return false;
    message_.method = line.substr(0, first);
    message_.request_uri = line.substr(first + 1, last - first - 1);
    if (!IsToken(message_.method)) return false;
    if (!EqualsIgnoreCase(version, "SIP/2.0")) Note("Version Not Supported", 505);
    return true;
  }

  void ReadHeaders() {
    for (auto line = NextLine();; line = NextLine()) {
      if (!line) return Note("The header does not end");
      if (line->empty()) return;
      ReadHeader(*line);
    }
  }

  void ReadHeader(std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t') return Unfold(line);
    const size_t colon = line.find(':');
    const std::string_view name = TrimWhite(line.substr(0, colon));
    if (colon == std::string_view::npos || !IsToken(name)) return Note("Malformed header field");
    if (line.size() > kMaxHeaderBytes) return Note("Header field too long");
    if (message_.headers.size() == kMaxHeaders) return Note("Too many header fields");
    message_.headers.push_back(
        {std::string(LongHeaderName(name)), std::string(TrimWhite(line.substr(colon + 1)))});
  }

  // RFC 3261 section 7.3.1: a line that begins with white space goes on with the one before.
  void Unfold(std::string_view line) {
    if (message_.headers.empty()) return Note("Malformed header field");
    std::string& value = message_.headers.back().value;
    if (value.size() + line.size() > kMaxHeaderBytes) return Note("Header field too long");
    const std::string_view more = TrimWhite(line);
    if (!value.empty() && !more.empty()) value += ' ';
    value += more;
  }

  void ReadBody() {
    std::optional<size_t> length;
    for (const Header& header : message_.headers) {
      if (!EqualsIgnoreCase(header.name, "Content-Length")) continue;
      const auto value = ParseDecimal<size_t>(header.value);
      if (!value) return Note("Bad Content-Length");
      if (length && *length != *value) return Note("Two different Content-Lengths");
      length = value;
    }
    if (length.value_or(0) > rest_.size()) return Note("Content-Length beyond the message");
    // RFC 3261 section 18.3: what follows the body of a datagram is not part of it.
    message_.body = rest_.substr(0, length.value_or(rest_.size()));
  }

  std::string_view rest_;
  RawMessage message_;
};

}  // namespace

std::string_view LongHeaderName(std::string_view name) {
  if (name.size() != 1) return name;
  const auto found = std::ranges::find(kCompactNames, AsciiLower(name.front()),
                                       &std::pair<char, std::string_view>::first);
  return found == kCompactNames.end() ? name : found->second;
}

std::optional<RawMessage> RawMessage::Parse(std::string_view bytes) {
  if (bytes.size() > kMaxMessageBytes) return std::nullopt;
  // RFC 3261 section 7.5: empty lines before the start line are ignored.
  while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  return Reader(bytes).Read();
}

std::optional<std::string_view> RawMessage::Find(std::string_view name) const {
  auto found = std::ranges::find_if(
      headers, [&](const Header& header) { return EqualsIgnoreCase(header.name, name); });
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

std::string RawMessage::Reject(const Fault& with, std::string_view to_tag) const {
  std::string text = "SIP/2.0 " + std::to_string(with.status) + ' ' + with.reason + "\r\n";
  bool has_to = false;
  for (const Header& header : headers) {
    const bool via = EqualsIgnoreCase(header.name, "Via");
    const bool to = EqualsIgnoreCase(header.name, "To");
    if (!via && !to && !EqualsIgnoreCase(header.name, "From") &&
        !EqualsIgnoreCase(header.name, "Call-ID") && !EqualsIgnoreCase(header.name, "CSeq")) {
      continue;
    }
    if (to && std::exchange(has_to, true)) continue;
    text += header.name + ": " + header.value;
    if (to && !AsciiLower(header.value).contains("tag=")) text += ";tag=" + std::string(to_tag);
    text += "\r\n";
  }
  return text + "Content-Length: 0\r\n\r\n";
}

}  // namespace parley::sip
