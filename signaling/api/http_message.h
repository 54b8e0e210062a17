#pragma once

// One HTTP request and its response as plain values: the border between the sockets (signaling/net)
// and everything that answers. Signaling thread. The server bounds headers and body before a
// request gets here (8 KiB and 64 KiB).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sfu/base/socket_address.h"

namespace parley {

class FileBody;
class LaterResponse;

enum class HttpMethod : uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

struct HttpRequest {
  HttpMethod method = HttpMethod::kGet;
  std::string path;                // percent-decoded, dot segments removed, without the query
  std::vector<std::string> query;  // "name=value", percent-decoded
  std::string host;                // as the client sent it: "localhost:8080"
  bool tls = false;
  std::string origin;
  std::string authorization;
  std::string content_type;
  std::string if_match;
  std::string if_none_match;
  std::string accept_encoding;
  std::string range;
  std::string idempotency_key;  // without the quotes around it
  std::string body;
  SocketAddress peer;
};

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpResponse {
  int status = 200;
  std::vector<HttpHeader> headers;
  std::string body;
  // Borrowed from something that outlives the server's loop (a file held in memory); used in place
  // of `body` when it is not empty.
  std::string_view borrowed_body;
  // In place of any other body.
  std::shared_ptr<const FileBody> file;
  // Another thread is at work on it: status, body and further headers are taken from there when it
  // is ready.
  std::shared_ptr<LaterResponse> later;
  // Not 0: the response waits until ServerHandler::MayRespond() says so, so that nobody is told of
  // what a crash could still undo.
  uint64_t hold = 0;

  // What `later` gave; the headers that are set already stay.
  void Become(HttpResponse given) {
    status = given.status;
    for (HttpHeader& header : given.headers) headers.push_back(std::move(header));
    body = std::move(given.body);
    file = std::move(given.file);
  }

  void Set(std::string name, std::string value) {
    headers.push_back({std::move(name), std::move(value)});
  }
  // The first header of that name, in the case it was set with; empty when there is none.
  std::string_view header(std::string_view name) const {
    for (const HttpHeader& h : headers) {
      if (h.name == name) return h.value;
    }
    return {};
  }
};

}  // namespace parley
