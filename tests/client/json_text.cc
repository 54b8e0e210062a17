#include "tests/client/json_text.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

namespace parley::test {

std::string Quoted(std::string_view text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
  json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return {buffer.GetString(), buffer.GetSize()};
}

std::string JsonText(const std::string& json, std::string_view path) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  const rapidjson::Value* value = &document;
  while (!path.empty()) {
    const std::string name(path.substr(0, path.find('.')));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    if (!value->IsObject() || !value->HasMember(name.c_str())) return {};
    value = &(*value)[name.c_str()];
  }
  if (value->IsUint64()) return std::to_string(value->GetUint64());
  return value->IsString() ? std::string(value->GetString(), value->GetStringLength()) : "";
}

}  // namespace parley::test
