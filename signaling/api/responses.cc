#include "signaling/api/responses.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "signaling/api/http_fields.h"

namespace parley {

HttpResponse JsonResponse(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.Set("Content-Type", "application/json");
  response.Set("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

HttpResponse EmptyResponse(int status) {
  HttpResponse response;
  response.status = status;
  return response;
}

HttpResponse ErrorResponse(int status, const Error& error) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
  auto text = [&](const char* name, std::string_view value) {
    json.Key(name);
    json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  json.StartObject();
  json.Key("error");
  json.StartObject();
  text("code", InfoOf(error.code).name);
  text("message", error.message);
  if (!error.field.empty()) text("field", error.field);
  if (error.retry_after_ms > 0) {
    json.Key("retry_after_ms");
    json.Int64(error.retry_after_ms);
  }
  json.EndObject();
  json.EndObject();
  HttpResponse response = JsonResponse(status, {buffer.GetString(), buffer.GetSize()});
  if (error.retry_after_ms > 0) {
    response.Set("Retry-After", std::to_string((error.retry_after_ms + 999) / 1000));
  }
  if (status == 401) response.Set("WWW-Authenticate", "Bearer");
  return response;
}

HttpResponse ErrorResponse(const Error& error) {
  return ErrorResponse(InfoOf(error.code).http_status, error);
}

HttpResponse MethodNotAllowed(std::string_view allow) {
  HttpResponse response =
      ErrorResponse(405, Error::Of(ErrorCode::kBadRequest, "This method is not allowed here."));
  response.Set("Allow", std::string(allow));
  return response;
}

HttpResponse NotFound() {
  return ErrorResponse(404, Error::Of(ErrorCode::kBadRequest, "There is no such resource."));
}

std::expected<std::string_view, HttpResponse> RequireBearer(const HttpRequest& request) {
  if (const auto token = ParseBearer(request.authorization)) return *token;
  return std::unexpected(ErrorResponse(
      401, Error::Of(ErrorCode::kTokenInvalid, "A token is needed: Authorization: Bearer …")));
}

}  // namespace parley
