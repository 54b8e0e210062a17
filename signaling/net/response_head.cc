#include "signaling/net/response_head.h"

#include <array>
#include <utility>

namespace parley {
namespace {

constexpr std::pair<int, std::string_view> kReasons[] = {
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {206, "Partial Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
};

void AppendField(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  for (const char c : value) {
    head += static_cast<unsigned char>(c) < ' ' || c == '\x7F' ? ' ' : c;
  }
  head += "\r\n";
}

// RFC 9110 section 5.6.7.
std::string HttpDate(std::time_t now) {
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> text{};
  const size_t n = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return {text.data(), n};
}

}  // namespace

std::string_view ReasonPhrase(int status) {
  for (const auto& [code, phrase] : kReasons) {
    if (code == status) return phrase;
  }
  return {};
}

std::string SerializeHead(const HttpResponse& response, size_t body_size, bool close,
                          std::time_t now) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += ReasonPhrase(response.status);
  head += "\r\n";
  for (const HttpHeader& field : response.headers) AppendField(head, field.name, field.value);
  // RFC 9110 section 8.6: never with 204; 304 may leave it out.
  if (response.status != 204 && response.status != 304) {
    AppendField(head, "Content-Length", std::to_string(body_size));
  }
  if (close) AppendField(head, "Connection", "close");
  AppendField(head, "Date", HttpDate(now));
  return head + "\r\n";
}

}  // namespace parley
