#include "signaling/protocol/strict_json.h"

#include <rapidjson/memorystream.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace parley {
namespace {

// Nesting counted on the bytes, before a parser keeps state per level. Text that is not JSON may be
// miscounted; the parser refuses it anyway.
bool WithinDepth(std::string_view text, int bound) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > bound) return false;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return true;
}

bool HasDuplicateKey(const rapidjson::Value& root) {
  std::vector<const rapidjson::Value*> open = {&root};
  std::vector<std::string_view> keys;
  while (!open.empty()) {
    const rapidjson::Value& value = *open.back();
    open.pop_back();
    if (value.IsArray()) {
      for (const auto& element : value.GetArray()) {
        if (element.IsObject() || element.IsArray()) open.push_back(&element);
      }
      continue;
    }
    if (!value.IsObject()) continue;
    keys.clear();
    for (const auto& member : value.GetObject()) {
      keys.emplace_back(member.name.GetString(), member.name.GetStringLength());
      if (member.value.IsObject() || member.value.IsArray()) open.push_back(&member.value);
    }
    std::ranges::sort(keys);
    if (std::ranges::adjacent_find(keys) != keys.end()) return true;
  }
  return false;
}

}  // namespace

JsonFault ParseStrictJson(std::string_view text, const JsonBounds& bounds,
                          rapidjson::Document& document) {
  if (text.size() > bounds.bytes) return JsonFault::kTooLarge;
  // RapidJSON takes a NUL for the end and would overlook what follows it.
  if (text.find('\0') != std::string_view::npos) return JsonFault::kMalformed;
  if (!WithinDepth(text, bounds.depth)) return JsonFault::kTooDeep;

  rapidjson::MemoryStream stream(text.data(), text.size());
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  document.ParseStream<kFlags, rapidjson::UTF8<>>(stream);
  if (document.HasParseError()) return JsonFault::kMalformed;
  return HasDuplicateKey(document) ? JsonFault::kDuplicateKey : JsonFault::kNone;
}

}  // namespace parley
