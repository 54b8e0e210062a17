#include "signaling/features/qa/question.h"

#include <limits>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/strict_json.h"

namespace parley {

void WriteMembers(JsonWriter& w, const Question& question) {
  WriteField(w, "id", question.id());
  if (!question.anonymous) {
    WriteField(w, "participant", question.participant);
    WriteField(w, "name", question.name);
  }
  WriteField(w, "text", question.text);
  WriteTime(w, "at", question.at);
  WriteField(w, "votes", static_cast<int64_t>(question.voters.size()));
  WriteFlag(w, "answered", question.answered);
  if (!question.answer.empty()) WriteField(w, "answer", question.answer);
}

std::string WriteForStore(const Question& question) {
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "number", static_cast<int64_t>(question.number));
    WriteField(w, "participant", question.participant);
    WriteField(w, "name", question.name);
    WriteFlag(w, "anonymous", question.anonymous);
    WriteField(w, "text", question.text);
    WriteTime(w, "at", question.at);
    WriteFlag(w, "answered", question.answered);
    WriteField(w, "answer", question.answer);
    w.Key("voters");
    w.StartArray();
    for (const std::string& voter : question.voters) WriteText(w, voter);
    w.EndArray();
  });
}

std::optional<Question> ReadFromStore(std::string_view json) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max() / 1000;
  constexpr size_t kMaxVoters = 1'000'000;
  rapidjson::Document document;
  const JsonBounds bounds{.bytes = std::numeric_limits<size_t>::max(), .depth = 4};
  if (ParseStrictJson(json, bounds, document) != JsonFault::kNone) return std::nullopt;
  std::optional<Error> fault;
  FieldReader fields(document, fault);
  Question question;
  question.number = static_cast<uint64_t>(fields.Integer("number", 1, kMax));
  question.participant = fields.String("participant");
  question.name = fields.String("name");
  question.anonymous = fields.Bool("anonymous");
  question.text = fields.String("text");
  question.at = WallTime::UnixMicros(fields.Integer("at", 0, kMax) * 1000);
  question.answered = fields.Bool("answered");
  question.answer = fields.String("answer");
  if (const auto* voters = fields.Array("voters", kMaxVoters)) {
    for (const auto& voter : voters->GetArray()) {
      if (voter.IsString()) question.voters.emplace(voter.GetString(), voter.GetStringLength());
    }
  }
  if (fault) return std::nullopt;
  return question;
}

}  // namespace parley
