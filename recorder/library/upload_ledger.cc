#include "recorder/library/upload_ledger.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <utility>

#include "recorder/library/json_fields.h"
#include "recorder/storage/whole_file.h"

namespace parley {
namespace {

constexpr const char* kName = "upload.json";
constexpr size_t kMostBytes = 4 << 20;

}  // namespace

UploadLedger UploadLedger::Load(const std::filesystem::path& directory) {
  UploadLedger ledger;
  const std::string json = ReadWholeFile(directory / kName, kMostBytes);
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) return ledger;
  const auto files = document.FindMember("files");
  if (files == document.MemberEnd() || !files->value.IsArray()) return ledger;
  const auto removed = document.FindMember("local_removed");
  ledger.local_removed = removed != document.MemberEnd() && removed->value.IsTrue();
  for (const auto& value : files->value.GetArray()) {
    if (!value.IsObject()) continue;
    ledger.Put({.file = TextField(value, "file"),
                .size = static_cast<uint64_t>(NumberField(value, "size")),
                .changed_us = NumberField(value, "changed_us"),
                .tag = TextField(value, "tag")});
  }
  return ledger;
}

std::error_code UploadLedger::Save(const std::filesystem::path& directory) const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer writer(buffer);
  writer.StartObject();
  writer.Key("local_removed");
  writer.Bool(local_removed);
  writer.Key("files");
  writer.StartArray();
  for (const UploadedFile& each : files_) {
    writer.StartObject();
    writer.Key("file");
    writer.String(each.file);
    writer.Key("size");
    writer.Uint64(each.size);
    writer.Key("changed_us");
    writer.Int64(each.changed_us);
    writer.Key("tag");
    writer.String(each.tag);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return ReplaceFile(directory / kName, {buffer.GetString(), buffer.GetSize()});
}

bool UploadLedger::Has(const UploadedFile& file) const {
  return std::ranges::any_of(files_, [&](const UploadedFile& each) {
    return each.file == file.file && each.size == file.size && each.changed_us == file.changed_us;
  });
}

void UploadLedger::Put(UploadedFile file) {
  std::erase_if(files_, [&](const UploadedFile& each) { return each.file == file.file; });
  files_.push_back(std::move(file));
}

}  // namespace parley
