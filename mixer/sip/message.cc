#include "mixer/sip/message.h"

#include <algorithm>
#include <array>
#include <utility>

#include "mixer/sip/scanner.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

constexpr size_t kMaxCallIdBytes = 512;
constexpr uint32_t kCSeqBound = 1u << 31;

using MaybeFault = std::optional<Fault>;

Fault Bad(std::string_view what) { return {400, "Bad " + std::string(what)}; }

// RFC 3261 section 25.1 callid: word ["@" word].
bool IsCallId(std::string_view text) {
  return !text.empty() && text.size() <= kMaxCallIdBytes && std::ranges::count(text, '@') <= 1 &&
         std::ranges::all_of(text, [](char c) {
           return IsTokenChar(c) || std::string_view("()<>:\\\"/[]?{}@").contains(c);
         });
}

std::optional<CSeq> ParseCSeq(std::string_view text) {
  Scanner scanner(text);
  const auto number = ParseDecimal<uint32_t>(scanner.TakeWhile(IsDigit));
  const bool spaced = scanner.Peek() == ' ' || scanner.Peek() == '\t';
  scanner.SkipSpace();
  const auto method = scanner.TakeToken();
  if (!number || *number >= kCSeqBound || !spaced || !method || !scanner.AtEnd()) {
    return std::nullopt;
  }
  return CSeq{*number, std::string(*method)};
}

// RFC 4475 section 3.1.2.4: a number out of range is as good as none.
std::optional<uint8_t> ParseMaxForwards(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, IsDigit)) return std::nullopt;
  return ParseDecimal<uint8_t>(text).value_or(70);
}

// Fills the typed part of a message, field by field.
class Typer {
 public:
  MaybeFault Take(const Header& header) {
    const auto is = [&](std::string_view name) { return EqualsIgnoreCase(header.name, name); };
    const std::string& value = header.value;
    if (is("Via")) return Check(Via::ParseList(value, message.vias), "Via");
    if (is("From")) return Once(has_from_, message.from, NameAddr::Parse(value), "From");
    if (is("To")) return Once(has_to_, message.to, NameAddr::Parse(value), "To");
    if (is("Call-ID")) {
      return Once(has_call_id_, message.call_id,
                  IsCallId(value) ? std::optional(value) : std::nullopt, "Call-ID");
    }
    if (is("CSeq")) return Once(has_cseq_, message.cseq, ParseCSeq(value), "CSeq");
    if (is("Max-Forwards")) {
      return Once(has_max_forwards_, message.max_forwards, ParseMaxForwards(value), "Max-Forwards");
    }
    // RFC 3261 section 10.2.2: "*" asks a registrar to forget, and names nobody.
    if (is("Contact") && value == "*") return std::nullopt;
    if (is("Contact")) return Check(NameAddr::ParseList(value, message.contacts), "Contact");
    if (is("Route")) return Check(NameAddr::ParseList(value, message.routes), "Route");
    if (is("Record-Route")) {
      return Check(NameAddr::ParseList(value, message.record_routes), "Record-Route");
    }
    if (!is("Content-Length")) message.headers.push_back(header);
    return std::nullopt;
  }

  MaybeFault Finish() const {
    if (message.vias.empty()) return Fault{400, "Missing Via"};
    if (!has_from_) return Fault{400, "Missing From"};
    if (!has_to_) return Fault{400, "Missing To"};
    if (!has_call_id_) return Fault{400, "Missing Call-ID"};
    if (!has_cseq_) return Fault{400, "Missing CSeq"};
    if (message.is_request() && message.cseq.method != message.method) {
      return Fault{400, "CSeq Does Not Match The Method"};
    }
    return std::nullopt;
  }

  Message message;

 private:
  static MaybeFault Check(bool good, std::string_view name) {
    return good ? MaybeFault() : Bad(name);
  }

  template <class T>
  static MaybeFault Once(bool& seen, T& field, std::optional<T> value, std::string_view name) {
    if (!value) return Bad(name);
    if (std::exchange(seen, true)) return Fault{400, "More Than One " + std::string(name)};
    field = std::move(*value);
    return std::nullopt;
  }

  bool has_from_ = false;
  bool has_to_ = false;
  bool has_call_id_ = false;
  bool has_cseq_ = false;
  bool has_max_forwards_ = false;
};

MaybeFault TypeStartLine(const RawMessage& raw, Message& message) {
  if (!raw.is_request) {
    message.status = raw.status;
    message.reason = raw.reason;
    return std::nullopt;
  }
  message.method = raw.method;
  auto uri = Uri::Parse(raw.request_uri);
  // RFC 3261 section 19.1.1: headers have no place in a Request-URI.
  if (!uri || !uri->headers.empty()) return Bad("Request-URI");
  message.request_uri = std::move(*uri);
  return std::nullopt;
}

void WriteList(std::string& text, std::string_view name, const std::vector<NameAddr>& list) {
  for (const NameAddr& address : list) {
    text += std::string(name) + ": " + address.ToString() + "\r\n";
  }
}

constexpr auto kReasons = std::to_array<std::pair<int, std::string_view>>({
    {100, "Trying"},
    {180, "Ringing"},
    {183, "Session Progress"},
    {200, "OK"},
    {202, "Accepted"},
    {400, "Bad Request"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {415, "Unsupported Media Type"},
    {416, "Unsupported URI Scheme"},
    {420, "Bad Extension"},
    {422, "Session Interval Too Small"},
    {480, "Temporarily Unavailable"},
    {481, "Call/Transaction Does Not Exist"},
    {482, "Loop Detected"},
    {486, "Busy Here"},
    {487, "Request Terminated"},
    {488, "Not Acceptable Here"},
    {489, "Bad Event"},
    {491, "Request Pending"},
    {500, "Server Internal Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Server Time-out"},
    {505, "Version Not Supported"},
    {603, "Decline"},
});

}  // namespace

std::expected<Message, Fault> Message::Parse(const RawMessage& raw) {
  if (raw.fault) return std::unexpected(*raw.fault);
  Typer typer;
  if (auto fault = TypeStartLine(raw, typer.message)) return std::unexpected(std::move(*fault));
  for (const Header& header : raw.headers) {
    if (auto fault = typer.Take(header)) return std::unexpected(std::move(*fault));
  }
  if (auto fault = typer.Finish()) return std::unexpected(std::move(*fault));
  typer.message.body = raw.body;
  return std::move(typer.message);
}

Message Message::ResponseTo(const Message& request, int status, std::string_view reason) {
  Message response;
  response.status = status;
  response.reason = reason.empty() ? ReasonPhrase(status) : reason;
  response.vias = request.vias;
  response.from = request.from;
  response.to = request.to;
  response.call_id = request.call_id;
  response.cseq = request.cseq;
  response.record_routes = request.record_routes;
  return response;
}

std::optional<std::string_view> Message::Find(std::string_view name) const {
  auto found = std::ranges::find_if(
      headers, [&](const Header& header) { return EqualsIgnoreCase(header.name, name); });
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

void Message::Add(std::string_view name, std::string_view value) {
  headers.push_back({std::string(name), std::string(value)});
}

bool Message::Lists(std::string_view name, std::string_view token) const {
  return std::ranges::any_of(
      List(name), [&](const std::string& listed) { return EqualsIgnoreCase(listed, token); });
}

std::vector<std::string> Message::List(std::string_view name) const {
  std::vector<std::string> tokens;
  for (const Header& header : headers) {
    if (!EqualsIgnoreCase(header.name, name)) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::string_view token = TrimSpaces(CutUntil(rest, ','));
      if (!token.empty()) tokens.emplace_back(token);
    }
  }
  return tokens;
}

std::string Message::ContentType() const {
  std::string_view value = Find("Content-Type").value_or("");
  return AsciiLower(TrimSpaces(CutUntil(value, ';')));
}

void Message::SetBody(std::string_view type, std::string text) {
  Add("Content-Type", type);
  body = std::move(text);
}

std::string Message::ToString() const {
  std::string text = is_request() ? method + ' ' + request_uri.ToString() + " SIP/2.0\r\n"
                                  : "SIP/2.0 " + std::to_string(status) + ' ' + reason + "\r\n";
  for (const Via& via : vias) text += "Via: " + via.ToString() + "\r\n";
  if (is_request()) text += "Max-Forwards: " + std::to_string(max_forwards) + "\r\n";
  text += "From: " + from.ToString() + "\r\nTo: " + to.ToString() + "\r\nCall-ID: " + call_id +
          "\r\nCSeq: " + std::to_string(cseq.number) + ' ' + cseq.method + "\r\n";
  WriteList(text, "Route", routes);
  WriteList(text, "Record-Route", record_routes);
  WriteList(text, "Contact", contacts);
  for (const Header& header : headers) text += header.name + ": " + header.value + "\r\n";
  return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string_view ReasonPhrase(int status) {
  auto found = std::ranges::find(kReasons, status, &std::pair<int, std::string_view>::first);
  return found == kReasons.end() ? "Unknown" : found->second;
}

}  // namespace parley::sip
