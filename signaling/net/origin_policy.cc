#include "signaling/net/origin_policy.h"

#include <algorithm>

#include "signaling/api/http_fields.h"

namespace parley {
namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

OriginPolicy::OriginPolicy(std::vector<std::string> origins) {
  for (const std::string& origin : origins) origins_.push_back(Lower(origin));
}

bool OriginPolicy::AllowsSocket(const HttpRequest& upgrade) const {
  if (!AllowsHost(upgrade)) return false;
  if (upgrade.origin.empty()) return true;
  std::string origin = Lower(upgrade.origin);
  std::string own = (upgrade.tls ? "https://" : "http://") + Lower(upgrade.host);
  return origin == own || std::ranges::find(origins_, origin) != origins_.end();
}

bool OriginPolicy::AllowsHost(const HttpRequest& request) const {
  if (request.tls || IsLoopbackHost(request.host)) return true;
  std::string host = Lower(request.host);
  return std::ranges::any_of(origins_, [&](const std::string& origin) {
    size_t scheme = origin.find("://");
    return scheme != std::string::npos && origin.substr(scheme + 3) == host;
  });
}

}  // namespace parley
