// The parts of HTTP that are read here and not by libwebsockets: fields, paths, configuration, and
// the heads of responses that repeat them.

#include <cstdlib>
#include <string>
#include <string_view>

#include "signaling/api/config.h"
#include "signaling/api/http_fields.h"
#include "signaling/api/http_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto token = parley::ParseBearer(input)) {
    if (token->empty() || token->find(' ') != std::string_view::npos) std::abort();
  }
  if (const auto match = parley::ParseIfMatch(input)) {
    if (match->etag.find('"') != std::string_view::npos) std::abort();
  }
  (void)parley::IsMediaType(input, "application/sdp");
  if (parley::IsLoopbackHost(input) && input.find("localhost") == std::string_view::npos &&
      input.find('1') == std::string_view::npos && input.size() < 9) {
    std::abort();
  }
  if (parley::IsPlainHost(input) && input.find_first_of("\"';<> \r\n") != std::string_view::npos) {
    std::abort();
  }
  std::string_view path = input;
  while (const auto segment = parley::TakeSegment(path)) {
    if (segment->empty() || segment->find('/') != std::string_view::npos) std::abort();
  }
  if (const auto config = parley::ParseConfig(input, "f"); !config && config.error().empty()) {
    std::abort();
  }
  return 0;
}
