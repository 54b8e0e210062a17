#include "signaling/features/poll/poll.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/strict_json.h"

namespace parley {
namespace {

constexpr std::array<std::string_view, 3> kStates = {"draft", "open", "ended"};

void WriteNumbers(JsonWriter& w, std::string_view key, const auto& numbers) {
  WriteKey(w, key);
  w.StartArray();
  for (const auto number : numbers) w.Uint(number);
  w.EndArray();
}

std::optional<Poll::Choice> ReadChoice(const rapidjson::Value& value, size_t options) {
  if (!value.IsArray()) return std::nullopt;
  Poll::Choice choice;
  for (const auto& option : value.GetArray()) {
    if (!option.IsUint() || option.GetUint() >= options) return std::nullopt;
    choice.push_back(static_cast<uint8_t>(option.GetUint()));
  }
  return choice;
}

}  // namespace

std::string_view ToString(PollState state) { return kStates[static_cast<size_t>(state)]; }

bool Poll::Choose(std::string_view person, Choice choice) {
  auto found = choices_.find(person);
  if (found == choices_.end()) found = choices_.emplace(person, Choice()).first;
  if (found->second == choice) return false;
  for (const uint8_t option : found->second) --votes_[option];
  for (const uint8_t option : choice) ++votes_[option];
  found->second = std::move(choice);
  return true;
}

const Poll::Choice* Poll::ChoiceOf(std::string_view person) const {
  const auto found = choices_.find(person);
  return found == choices_.end() ? nullptr : &found->second;
}

void WriteMembers(JsonWriter& w, const Poll& poll) {
  WriteField(w, "id", poll.id());
  WriteField(w, "question", poll.question);
  w.Key("options");
  w.StartArray();
  for (const std::string& option : poll.options) WriteText(w, option);
  w.EndArray();
  WriteFlag(w, "multiple", poll.multiple);
  WriteField(w, "state", ToString(poll.state));
  WriteFlag(w, "shared", poll.shared);
}

void WriteResults(JsonWriter& w, const Poll& poll) {
  WriteField(w, "voters", static_cast<int64_t>(poll.choices().size()));
  auto votes = poll.votes();
  votes.resize(poll.options.size());
  WriteNumbers(w, "votes", votes);
}

std::string WriteForStore(const Poll& poll) {
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "number", static_cast<int64_t>(poll.number));
    WriteTime(w, "opened_at", poll.opened_at);
    WriteMembers(w, poll);
    WriteObject(w, "choices", [&](JsonWriter& choices) {
      for (const auto& [person, choice] : poll.choices()) WriteNumbers(choices, person, choice);
    });
  });
}

std::optional<Poll> ReadPollFromStore(std::string_view json) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max() / 1000;
  rapidjson::Document document;
  const JsonBounds bounds{.bytes = std::numeric_limits<size_t>::max(), .depth = 4};
  if (ParseStrictJson(json, bounds, document) != JsonFault::kNone) return std::nullopt;
  std::optional<Error> fault;
  FieldReader fields(document, fault);
  Poll poll;
  poll.number = static_cast<uint64_t>(fields.Integer("number", 1, kMax));
  poll.opened_at = WallTime::UnixMicros(fields.Integer("opened_at", 0, kMax) * 1000);
  poll.question = fields.String("question");
  poll.multiple = fields.Bool("multiple");
  poll.shared = fields.Bool("shared");
  const auto state = std::ranges::find(kStates, fields.String("state"));
  if (state == kStates.end()) return std::nullopt;
  poll.state = static_cast<PollState>(state - kStates.begin());
  if (const auto* options = fields.Array("options", kPollOptions)) {
    for (const auto& option : options->GetArray()) {
      if (option.IsString())
        poll.options.emplace_back(option.GetString(), option.GetStringLength());
    }
  }
  if (const auto* choices = fields.OptionalObject("choices")) {
    for (const auto& [person, value] : choices->GetObject()) {
      auto choice = ReadChoice(value, poll.options.size());
      if (!choice) return std::nullopt;
      poll.Choose({person.GetString(), person.GetStringLength()}, *std::move(choice));
    }
  }
  if (fault) return std::nullopt;
  return poll;
}

}  // namespace parley
