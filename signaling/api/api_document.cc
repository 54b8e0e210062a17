#include "signaling/api/api_document.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <utility>

#include "sfu/base/check.h"
#include "signaling/api/http_fields.h"
#include "signaling/api/openapi_json.h"
#include "signaling/api/responses.h"

namespace parley {
namespace {

constexpr std::pair<std::string_view, HttpMethod> kMethods[] = {
    {"get", HttpMethod::kGet}, {"head", HttpMethod::kHead},   {"post", HttpMethod::kPost},
    {"put", HttpMethod::kPut}, {"patch", HttpMethod::kPatch}, {"delete", HttpMethod::kDelete},
};

bool HasKey(const rapidjson::Value& path) {
  const auto post = path.FindMember("post");
  if (post == path.MemberEnd() || !post->value.HasMember("parameters")) return false;
  return std::ranges::any_of(post->value["parameters"].GetArray(), [](const auto& parameter) {
    return parameter.HasMember("$ref") &&
           parameter["$ref"] == "#/components/parameters/IdempotencyKey";
  });
}

std::string Upper(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

}  // namespace

std::string_view ApiDocument::text() const { return kOpenapiJson; }

ApiDocument::ApiDocument() {
  rapidjson::Document document;
  document.Parse(kOpenapiJson);
  PARLEY_CHECK(!document.HasParseError());
  for (const auto& path : document["paths"].GetObject()) {
    Resource resource;
    std::string_view rest(path.name.GetString(), path.name.GetStringLength());
    while (const auto segment = TakeSegment(rest)) resource.segments.emplace_back(*segment);
    for (const auto& [name, method] : kMethods) {
      if (!path.value.HasMember(std::string(name))) continue;
      resource.methods.push_back(method);
      resource.allow += (resource.allow.empty() ? "" : ", ") + Upper(name);
    }
    resource.keyed = HasKey(path.value);
    resources_.push_back(std::move(resource));
  }
}

bool ApiDocument::Matches(const Resource& resource, std::string_view path) {
  for (const std::string& expected : resource.segments) {
    const auto segment = TakeSegment(path);
    if (!segment || (expected != *segment && !expected.starts_with('{'))) return false;
  }
  return path.empty();
}

const ApiDocument::Resource* ApiDocument::Find(std::string_view path) const {
  const auto resource =
      std::ranges::find_if(resources_, [&](const Resource& each) { return Matches(each, path); });
  return resource == resources_.end() ? nullptr : &*resource;
}

bool ApiDocument::TakesKey(const HttpRequest& request) const {
  const Resource* resource = Find(request.path);
  return request.method == HttpMethod::kPost && resource && resource->keyed;
}

std::optional<HttpResponse> ApiDocument::Refuse(const HttpRequest& request) const {
  const Resource* resource = Find(request.path);
  if (!resource) return NotFound();
  if (std::ranges::find(resource->methods, request.method) != resource->methods.end()) {
    return std::nullopt;
  }
  return MethodNotAllowed(resource->allow);
}

}  // namespace parley
