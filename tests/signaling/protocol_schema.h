#pragma once

// signaling/protocol/schema.json as a judge of real messages. What the server writes is held to the
// letter: here every object is closed, so that a field which the schema does not name is a fault.

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>

namespace parley::test {

class ProtocolSchema {
 public:
  ProtocolSchema() {
    std::ifstream file(std::string(PARLEY_SOURCE_DIR) + "/signaling/protocol/schema.json");
    std::stringstream text;
    text << file.rdbuf();
    schema_.Parse(text.str());
    if (schema_.HasParseError()) ADD_FAILURE() << "schema.json is not JSON";
    Close(schema_["definitions"]);
  }

  static ProtocolSchema& Get() {
    static ProtocolSchema schema;
    return schema;
  }

  std::set<std::string> definitions() const {
    std::set<std::string> names;
    for (const auto& member : schema_["definitions"].GetObject()) {
      names.insert(member.name.GetString());
    }
    return names;
  }

  // Empty when `message` is what the definition says, else what is wrong with it.
  std::string Judge(const std::string& definition, const rapidjson::Value& message) {
    rapidjson::SchemaValidator validator(Validator(definition));
    if (message.Accept(validator)) return {};
    rapidjson::StringBuffer where;
    validator.GetInvalidDocumentPointer().StringifyUriFragment(where);
    return definition + ": " + validator.GetInvalidSchemaKeyword() + " at " + where.GetString();
  }

  // The definition that a message of the server must meet; `request_type` is that of the request
  // which it answers.
  static std::string DefinitionFor(const rapidjson::Value& message,
                                   const std::string& request_type) {
    const std::string type = message["type"].GetString();
    if (type == "error") return "error";
    if (type == "result") return "result_" + request_type;
    return "event_" + type;
  }

 private:
  const rapidjson::SchemaDocument& Validator(const std::string& definition) {
    auto& compiled = compiled_[definition];
    if (compiled) return *compiled;
    if (!schema_["definitions"].HasMember(definition)) {
      ADD_FAILURE() << "the schema has no " << definition;
    }
    rapidjson::Document root;
    auto& allocator = root.GetAllocator();
    root.SetObject();
    root.AddMember("definitions", rapidjson::Value(schema_["definitions"], allocator), allocator);
    rapidjson::Value reference(rapidjson::kObjectType);
    reference.AddMember("$ref", rapidjson::Value("#/definitions/" + definition, allocator),
                        allocator);
    root.AddMember("allOf", rapidjson::Value(rapidjson::kArrayType), allocator);
    root["allOf"].PushBack(reference, allocator);
    compiled = std::make_unique<rapidjson::SchemaDocument>(root);
    return *compiled;
  }

  void Close(rapidjson::Value& value) {
    if (value.IsArray()) {
      for (auto& element : value.GetArray()) Close(element);
    }
    if (!value.IsObject()) return;
    if (value.HasMember("properties") && !value.HasMember("additionalProperties")) {
      value.AddMember("additionalProperties", false, schema_.GetAllocator());
    }
    for (auto& member : value.GetObject()) Close(member.value);
  }

  rapidjson::Document schema_;
  std::map<std::string, std::unique_ptr<rapidjson::SchemaDocument>> compiled_;
};

}  // namespace parley::test
