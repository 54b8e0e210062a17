#include "signaling/features/qa/qa_feature.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/refuse.h"
#include "signaling/room/display_name.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

// Whoever is known to come again has one vote still.
const std::string& VoterOf(const Participant& participant) {
  return participant.person.empty() ? participant.id : participant.person;
}

std::unexpected<Error> NoSuchQuestion() {
  return std::unexpected(Error::BadField("question", "There is no such question."));
}

std::expected<void, Error> CheckLength(std::string_view text) {
  if (CountCodePoints(text).value_or(0) <= kQuestionCharacters) return {};
  Error error = Error::Of(ErrorCode::kTooLarge, "The text is too long.");
  error.field = "text";
  return std::unexpected(std::move(error));
}

}  // namespace

FeatureEntry QaFeature::Entry() {
  return {.name = "qa",
          .requests = {"qa.ask", "qa.vote", "qa.answer", "qa.dismiss"},
          .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<QaFeature>(room);
          }};
}

QaFeature::QaFeature(Room& room) : room_(room), rows_(room, "qa") {}

QaFeature::Result QaFeature::Handle(Participant& from, const FeatureRequest& request, Now now) {
  if (request.verb == "ask") return Ask(from, request, now);
  if (request.verb == "vote") return Vote(from, request);
  if (request.verb == "answer") return Answer(from, request);
  return Dismiss(from, request);
}

QaFeature::Result QaFeature::Ask(const Participant& from, const FeatureRequest& request, Now now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  std::string text = fields.String("text");
  const bool anonymous = fields.OptionalBool("anonymous", false);
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kAskQuestions)) return Refuse(ErrorCode::kForbidden);
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    return std::unexpected(Error::BadField("text", "There is nothing to ask."));
  }
  if (auto good = CheckLength(text); !good) return std::unexpected(std::move(good.error()));
  const auto own = std::ranges::count_if(
      questions_, [&](const auto& entry) { return entry.second.participant == from.id; });
  if (questions_.size() >= kQuestions || own >= static_cast<std::ptrdiff_t>(kQuestionsOfOne)) {
    return std::unexpected(
        Error::Of(ErrorCode::kTooLarge, "There are too many questions: wait for answers."));
  }

  Question& question = questions_[++count_];
  question.number = count_;
  question.participant = from.id;
  question.name = from.name;
  question.anonymous = anonymous;
  question.text = std::move(text);
  question.at = now.wall;
  Save(question);
  Tell(question);
  TellOutside("question.asked", question);
  return WriteObject([&](JsonWriter& w) { WriteField(w, "question", question.id()); });
}

QaFeature::Result QaFeature::Vote(const Participant& from, const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string id = fields.String("question");
  const bool up = fields.Bool("up");
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kVote)) return Refuse(ErrorCode::kForbidden);
  Question* question = Find(id);
  if (!question) return NoSuchQuestion();
  const bool changed = up ? question->voters.insert(VoterOf(from)).second
                          : question->voters.erase(VoterOf(from)) > 0;
  if (changed) question->changed = question->votes_due = true;
  return "{}";
}

QaFeature::Result QaFeature::Answer(const Participant& from, const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string id = fields.String("question");
  std::string text = fields.OptionalString("text").value_or("");
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kAnswerQuestions)) return Refuse(ErrorCode::kForbidden);
  if (auto good = CheckLength(text); !good) return std::unexpected(std::move(good.error()));
  Question* question = Find(id);
  if (!question) return NoSuchQuestion();
  question->answered = true;
  question->answer = std::move(text);
  Save(*question);
  Tell(*question);
  TellOutside("question.answered", *question);
  return "{}";
}

QaFeature::Result QaFeature::Dismiss(const Participant& from, const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string id = fields.String("question");
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kDismissQuestions)) return Refuse(ErrorCode::kForbidden);
  const Question* question = Find(id);
  if (!question) return NoSuchQuestion();
  rows_.Forget(std::to_string(question->number));
  questions_.erase(question->number);
  const auto write = [&](JsonWriter& w) {
    WriteField(w, "question", id);
    WriteField(w, "by", from.id);
  };
  room_.Broadcast(WriteEvent("qa.dismissed", room_.NextVersion(), write));
  room_.TellOutside("question.dismissed", WriteObject(write));
  return "{}";
}

Question* QaFeature::Find(std::string_view id) {
  uint64_t number = 0;
  if (id.starts_with('q')) std::from_chars(id.data() + 1, id.data() + id.size(), number);
  const auto found = questions_.find(number);
  return found == questions_.end() || found->second.id() != id ? nullptr : &found->second;
}

void QaFeature::Save(Question& question) {
  question.changed = false;
  rows_.Save(std::to_string(question.number), WriteForStore(question));
}

void QaFeature::Tell(const Question& question) {
  room_.Broadcast(WriteEvent("qa.question", room_.NextVersion(), [&](JsonWriter& w) {
    WriteObject(w, "question", [&](JsonWriter& q) { WriteMembers(q, question); });
  }));
}

void QaFeature::TellOutside(std::string_view type, const Question& question) {
  room_.TellOutside(type, WriteObject([&](JsonWriter& w) {
                      WriteObject(w, "question", [&](JsonWriter& q) { WriteMembers(q, question); });
                    }));
}

void QaFeature::OnTimeout(Now) {
  bool due = false;
  for (auto& [number, question] : questions_) {
    if (question.changed) Save(question);
    due = due || question.votes_due;
  }
  if (!due) return;
  room_.Broadcast(WriteEvent("qa.votes", 0, [&](JsonWriter& w) {
    WriteObject(w, "votes", [&](JsonWriter& votes) {
      for (auto& [number, question] : questions_) {
        if (!std::exchange(question.votes_due, false)) continue;
        WriteField(votes, question.id(), static_cast<int64_t>(question.voters.size()));
      }
    });
  }));
}

void QaFeature::OnEmpty() {
  for (const auto& [number, question] : questions_) rows_.Forget(std::to_string(number));
  questions_.clear();
}

void QaFeature::AddTo(Snapshot& snapshot, const Participant& viewer) const {
  const std::string json = WriteObject([&](JsonWriter& w) {
    w.Key("questions");
    w.StartArray();
    for (const auto& [number, question] : questions_) {
      w.StartObject();
      WriteMembers(w, question);
      if (question.voters.contains(VoterOf(viewer))) WriteFlag(w, "voted", true);
      if (question.participant == viewer.id) WriteFlag(w, "own", true);
      w.EndObject();
    }
    w.EndArray();
  });
  snapshot.features.push_back({.name = "qa", .json = json});
}

void QaFeature::Restore(std::string_view, std::string_view value) {
  auto question = ReadFromStore(value);
  if (!question) return;
  const uint64_t number = question->number;
  count_ = std::max(count_, number);
  questions_[number] = *std::move(question);
}

void QaFeature::ReportTo(MeetingReport& report, Now) const {
  ReportTable table{.name = "questions",
                    .columns = {{"at", ReportKind::kTime},
                                {"name", ReportKind::kText},
                                {"text", ReportKind::kText},
                                {"votes", ReportKind::kNumber},
                                {"answered", ReportKind::kFlag},
                                {"answer", ReportKind::kText}},
                    .rows = {}};
  for (const auto& [number, question] : questions_) {
    table.rows.push_back(
        {question.at, question.anonymous ? ReportCell() : ReportCell(question.name), question.text,
         static_cast<int64_t>(question.voters.size()), question.answered,
         question.answer.empty() ? ReportCell() : ReportCell(question.answer)});
  }
  report.tables.push_back(std::move(table));
}

}  // namespace parley
