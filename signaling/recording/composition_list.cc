#include "signaling/recording/composition_list.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <utility>

#include "recorder/library/json_fields.h"
#include "recorder/library/made_files.h"
#include "recorder/storage/whole_file.h"

namespace parley {
namespace {

constexpr const char* kName = "compositions.json";
constexpr size_t kMostBytes = 64 * 1024;
constexpr size_t kMostError = 500;

constexpr std::array<std::string_view, 4> kStates = {"queued", "running", "done", "failed"};

std::optional<Composition> ReadOne(const rapidjson::Value& value) {
  if (!value.IsObject()) return std::nullopt;
  Composition composition;
  composition.file = TextField(value, "file");
  composition.asked_at_us = NumberField(value, "asked_at_us");
  composition.error = TextField(value, "error");
  const auto state = std::ranges::find(kStates, TextField(value, "state"));
  if (!IsMadeFile(composition.file) || state == kStates.end()) return std::nullopt;
  composition.state = static_cast<Composition::State>(state - kStates.begin());
  return composition;
}

}  // namespace

std::string_view ToString(Composition::State state) { return kStates[static_cast<size_t>(state)]; }

void RemovePart(const std::filesystem::path& directory, std::string_view file) {
  std::error_code error;
  std::filesystem::remove(directory / (std::string(file) + ".part"), error);
}

CompositionList CompositionList::Load(const std::filesystem::path& directory, uint32_t segments) {
  CompositionList list(directory, segments);
  const std::string json = ReadWholeFile(directory / kName, kMostBytes);
  if (!json.empty() && !list.Read(json)) {
    std::error_code error;
    for (const std::string_view file : kMadeFiles) std::filesystem::remove(directory / file, error);
    std::filesystem::remove(directory / kName, error);
  }
  return list;
}

// False when it is of another state of the recording, or of none.
bool CompositionList::Read(std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) return false;
  const auto found = document.FindMember("compositions");
  if (NumberField(document, "segments") != segments_ || found == document.MemberEnd() ||
      !found->value.IsArray()) {
    return false;
  }
  for (const auto& value : found->value.GetArray()) {
    auto composition = ReadOne(value);
    if (!composition) continue;
    std::error_code error;
    // A file has its name when it is whole, even where nobody lived to note it.
    const auto size = std::filesystem::file_size(directory_ / composition->file, error);
    if (!error) {
      composition->state = Composition::State::kDone;
      composition->size = size;
    } else if (composition->state == Composition::State::kDone) {
      continue;
    }
    Put(*std::move(composition));
  }
  return true;
}

std::error_code CompositionList::Save() const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer writer(buffer);
  writer.StartObject();
  writer.Key("segments");
  writer.Uint(segments_);
  writer.Key("compositions");
  writer.StartArray();
  for (const Composition& composition : all_) {
    const std::string_view state = ToString(composition.state);
    writer.StartObject();
    writer.Key("file");
    writer.String(composition.file);
    writer.Key("state");
    writer.String(state.data(), static_cast<rapidjson::SizeType>(state.size()));
    writer.Key("asked_at_us");
    writer.Int64(composition.asked_at_us);
    if (!composition.error.empty()) {
      writer.Key("error");
      writer.String(composition.error.substr(0, kMostError));
    }
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return ReplaceFile(directory_ / kName, {buffer.GetString(), buffer.GetSize()});
}

Composition* CompositionList::Find(std::string_view file) {
  const auto found = std::ranges::find(all_, file, &Composition::file);
  return found == all_.end() ? nullptr : &*found;
}

void CompositionList::Put(Composition composition) {
  if (Composition* known = Find(composition.file)) {
    *known = std::move(composition);
  } else {
    all_.push_back(std::move(composition));
  }
}

void CompositionList::Remove(std::string_view file) {
  std::erase_if(all_, [file](const Composition& each) { return each.file == file; });
  std::error_code error;
  std::filesystem::remove(directory_ / file, error);
  RemovePart(directory_, file);
}

}  // namespace parley
