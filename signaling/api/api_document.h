#pragma once

// The OpenAPI document, openapi.json, built into the server: what /api/v1/openapi.json answers, and
// what there is. A path or method that it does not name is refused before anybody is asked, so that
// it cannot fall behind the API. Immutable after construction; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/api/http_message.h"

namespace parley {

class ApiDocument {
 public:
  ApiDocument();

  std::string_view text() const;
  // 404 or 405 for what is not in the document.
  std::optional<HttpResponse> Refuse(const HttpRequest& request) const;
  // Whether the document has an Idempotency-Key for it.
  bool TakesKey(const HttpRequest& request) const;

 private:
  struct Resource {
    std::vector<std::string> segments;  // "{name}" stands for any that is not empty
    std::vector<HttpMethod> methods;
    std::string allow;   // their names, as the header Allow has them
    bool keyed = false;  // its POST takes an Idempotency-Key
  };
  // Null when there is none.
  const Resource* Find(std::string_view path) const;
  static bool Matches(const Resource& resource, std::string_view path);

  std::vector<Resource> resources_;
};

}  // namespace parley
