#include "signaling/features/poll/poll_feature.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/room/display_name.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

bool Runs(const Participant& participant) { return MayDo(participant.role, Action::kRunPolls); }

bool SeesResults(const Participant& viewer, const Poll& poll) {
  return poll.state != PollState::kDraft && (poll.shared || Runs(viewer));
}

// Whoever is known to come again does not vote anew by it.
const std::string& VoterOf(const Participant& participant) {
  return participant.person.empty() ? participant.id : participant.person;
}

std::unexpected<Error> Refuse(std::string field, std::string message) {
  return std::unexpected(Error::BadField(std::move(field), std::move(message)));
}

std::expected<void, Error> CheckText(std::string_view field, std::string_view text, size_t limit) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return Refuse(std::string(field), "A question and each option need a text.");
  }
  if (CountCodePoints(text).value_or(0) <= limit) return {};
  Error error = Error::Of(ErrorCode::kTooLarge, "The text is too long.");
  error.field = field;
  return std::unexpected(std::move(error));
}

std::expected<std::vector<std::string>, Error> ReadOptions(FieldReader& fields,
                                                           const std::optional<Error>& fault) {
  std::vector<std::string> options;
  const auto* array = fields.Array("options", kPollOptions);
  if (fault) return std::unexpected(*fault);
  for (const auto& value : array->GetArray()) {
    if (!value.IsString()) return Refuse("options", "The options must be texts.");
    std::string option(value.GetString(), value.GetStringLength());
    if (auto good = CheckText("options", option, kPollOptionCharacters); !good) {
      return std::unexpected(std::move(good.error()));
    }
    if (std::ranges::find(options, option) != options.end()) {
      return Refuse("options", "Two options are the same.");
    }
    options.push_back(std::move(option));
  }
  if (options.size() < 2) return Refuse("options", "A poll has at least two options.");
  return options;
}

std::expected<Poll::Choice, Error> ReadChoice(FieldReader& fields,
                                              const std::optional<Error>& fault, const Poll& poll) {
  const auto* array = fields.Array("options", kPollOptions);
  if (fault) return std::unexpected(*fault);
  Poll::Choice choice;
  for (const auto& value : array->GetArray()) {
    if (!value.IsUint() || value.GetUint() >= poll.options.size()) {
      return Refuse("options", "There is no such option.");
    }
    choice.push_back(static_cast<uint8_t>(value.GetUint()));
  }
  std::ranges::sort(choice);
  if (std::ranges::adjacent_find(choice) != choice.end()) {
    return Refuse("options", "An option counts once.");
  }
  if (choice.empty()) return Refuse("options", "Choose an option.");
  if (choice.size() > 1 && !poll.multiple) return Refuse("options", "Choose one option only.");
  return choice;
}

std::string WriteChanged(const Poll& poll, uint64_t version) {
  return WriteEvent("poll.poll", version, [&](JsonWriter& w) {
    WriteObject(w, "poll", [&](JsonWriter& p) { WriteMembers(p, poll); });
  });
}

std::string WriteResultsOf(const Poll& poll) {
  return WriteEvent("poll.results", 0, [&](JsonWriter& w) {
    WriteField(w, "poll", poll.id());
    WriteObject(w, "results", [&](JsonWriter& results) { WriteResults(results, poll); });
  });
}

}  // namespace

FeatureEntry PollFeature::Entry() {
  return {.name = "poll",
          .requests = {"poll.create", "poll.open", "poll.vote", "poll.end", "poll.share",
                       "poll.delete"},
          .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<PollFeature>(room);
          }};
}

PollFeature::PollFeature(Room& room) : room_(room), rows_(room, "poll") {}

PollFeature::Result PollFeature::Handle(Participant& from, const FeatureRequest& request, Now now) {
  if (request.verb == "vote") return Vote(from, request);
  if (!Runs(from)) return std::unexpected(Error::Of(ErrorCode::kForbidden));
  if (request.verb == "create") return Create(request);
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string id = fields.String("poll");
  const bool shared = request.verb == "share" && fields.Bool("shared");
  if (fault) return std::unexpected(*std::move(fault));
  Poll* poll = Find(id);
  if (!poll) return Refuse("poll", "There is no such poll.");
  if (request.verb == "open") return Open(*poll, now);
  if (request.verb == "end") return End(*poll);
  if (request.verb == "share") return Share(*poll, shared);
  return Delete(*poll, from);
}

PollFeature::Result PollFeature::Create(const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  std::string question = fields.String("question");
  const bool multiple = fields.OptionalBool("multiple", false);
  auto options = ReadOptions(fields, fault);
  if (!options) return std::unexpected(std::move(options.error()));
  if (auto good = CheckText("question", question, kPollQuestionCharacters); !good) {
    return std::unexpected(std::move(good.error()));
  }
  if (polls_.size() >= kPolls) {
    return std::unexpected(
        Error::Of(ErrorCode::kTooLarge, "There are too many polls: delete one first."));
  }
  Poll& poll = polls_[++count_];
  poll.number = count_;
  poll.question = std::move(question);
  poll.options = *std::move(options);
  poll.multiple = multiple;
  Save(poll);
  Tell(poll);
  return WriteObject([&](JsonWriter& w) { WriteField(w, "poll", poll.id()); });
}

PollFeature::Result PollFeature::Vote(const Participant& from, const FeatureRequest& request) {
  if (!MayDo(from.role, Action::kVote)) return std::unexpected(Error::Of(ErrorCode::kForbidden));
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string id = fields.String("poll");
  if (fault) return std::unexpected(*std::move(fault));
  Poll* poll = Find(id);
  if (!poll || poll->state == PollState::kDraft) return Refuse("poll", "There is no such poll.");
  auto choice = ReadChoice(fields, fault, *poll);
  if (!choice) return std::unexpected(std::move(choice.error()));
  if (poll->state == PollState::kEnded) return Refuse("poll", "This poll has ended.");
  if (poll->Choose(VoterOf(from), *std::move(choice))) poll->changed = poll->results_due = true;
  return "{}";
}

PollFeature::Result PollFeature::Open(Poll& poll, Now now) {
  if (poll.state == PollState::kEnded) return Refuse("poll", "This poll has ended.");
  if (poll.state == PollState::kOpen) return "{}";
  if (std::ranges::any_of(polls_,
                          [](const auto& p) { return p.second.state == PollState::kOpen; })) {
    return Refuse("poll", "Another poll is open: end it first.");
  }
  poll.state = PollState::kOpen;
  poll.opened_at = now.wall;
  Save(poll);
  Tell(poll);
  TellResults(poll);
  room_.TellOutside("poll.opened", WriteObject([&](JsonWriter& w) {
                      WriteField(w, "poll", poll.id());
                      WriteField(w, "question", poll.question);
                      WriteFlag(w, "multiple", poll.multiple);
                      w.Key("options");
                      w.StartArray();
                      for (const std::string& option : poll.options) WriteText(w, option);
                      w.EndArray();
                    }));
  return "{}";
}

PollFeature::Result PollFeature::End(Poll& poll) {
  if (poll.state == PollState::kDraft) return Refuse("poll", "This poll was not opened.");
  if (poll.state == PollState::kEnded) return "{}";
  poll.state = PollState::kEnded;
  Save(poll);
  TellResults(poll);
  Tell(poll);
  room_.TellOutside("poll.ended", WriteObject([&](JsonWriter& w) {
                      WriteField(w, "poll", poll.id());
                      WriteResults(w, poll);
                    }));
  return "{}";
}

PollFeature::Result PollFeature::Share(Poll& poll, bool shared) {
  if (poll.shared == shared) return "{}";
  poll.shared = shared;
  Save(poll);
  Tell(poll);
  if (shared) TellResults(poll);
  if (poll.state != PollState::kDraft) {
    room_.TellOutside("poll.shared", WriteObject([&](JsonWriter& w) {
                        WriteField(w, "poll", poll.id());
                        WriteFlag(w, "shared", shared);
                      }));
  }
  return "{}";
}

PollFeature::Result PollFeature::Delete(const Poll& poll, const Participant& by) {
  const auto write = [&](JsonWriter& w) {
    WriteField(w, "poll", poll.id());
    WriteField(w, "by", by.id);
  };
  if (poll.state == PollState::kDraft) {
    ToRunners(WriteEvent("poll.deleted", 0, write));
  } else {
    room_.Broadcast(WriteEvent("poll.deleted", room_.NextVersion(), write));
    room_.TellOutside("poll.deleted", WriteObject(write));
  }
  rows_.Forget(std::to_string(poll.number));
  polls_.erase(poll.number);
  return "{}";
}

Poll* PollFeature::Find(std::string_view id) {
  uint64_t number = 0;
  if (id.starts_with('v')) std::from_chars(id.data() + 1, id.data() + id.size(), number);
  const auto found = polls_.find(number);
  return found == polls_.end() || found->second.id() != id ? nullptr : &found->second;
}

void PollFeature::Save(Poll& poll) {
  poll.changed = false;
  rows_.Save(std::to_string(poll.number), WriteForStore(poll));
}

void PollFeature::ToRunners(std::string_view message) {
  for (const Participant* participant : room_.participants()) {
    if (participant->sink && Runs(*participant)) participant->sink->Deliver(message);
  }
}

void PollFeature::Tell(const Poll& poll) {
  if (poll.state == PollState::kDraft) {
    ToRunners(WriteChanged(poll, 0));
  } else {
    room_.Broadcast(WriteChanged(poll, room_.NextVersion()));
  }
}

void PollFeature::TellResults(Poll& poll) {
  poll.results_due = false;
  if (poll.state == PollState::kDraft) return;
  if (poll.shared) {
    room_.Broadcast(WriteResultsOf(poll));
  } else {
    ToRunners(WriteResultsOf(poll));
  }
}

// Whoever runs polls from now sees what the others do; who does no longer is to forget it.
void PollFeature::OnRoleChanged(const Participant& participant) {
  if (!participant.sink || !Runs(participant)) return;
  for (const auto& [number, poll] : polls_) {
    if (poll.state == PollState::kDraft) {
      participant.sink->Deliver(WriteChanged(poll, 0));
    } else {
      participant.sink->Deliver(WriteResultsOf(poll));
    }
  }
}

void PollFeature::OnTimeout(Now) {
  for (auto& [number, poll] : polls_) {
    if (poll.changed) Save(poll);
    if (poll.results_due) TellResults(poll);
  }
}

void PollFeature::OnEmpty() {
  for (const auto& [number, poll] : polls_) rows_.Forget(std::to_string(number));
  polls_.clear();
}

void PollFeature::AddTo(Snapshot& snapshot, const Participant& viewer) const {
  snapshot.features.push_back(
      {.name = "poll", .json = WriteObject([&](JsonWriter& w) {
                         w.Key("polls");
                         w.StartArray();
                         for (const auto& [number, poll] : polls_) {
                           if (poll.state == PollState::kDraft && !Runs(viewer)) continue;
                           w.StartObject();
                           WriteMembers(w, poll);
                           if (SeesResults(viewer, poll)) {
                             WriteObject(w, "results",
                                         [&](JsonWriter& results) { WriteResults(results, poll); });
                           }
                           if (const auto* own = poll.ChoiceOf(VoterOf(viewer))) {
                             w.Key("own");
                             w.StartArray();
                             for (const uint8_t option : *own) w.Uint(option);
                             w.EndArray();
                           }
                           w.EndObject();
                         }
                         w.EndArray();
                       })});
}

void PollFeature::Restore(std::string_view, std::string_view value) {
  auto poll = ReadPollFromStore(value);
  if (!poll) return;
  const uint64_t number = poll->number;
  count_ = std::max(count_, number);
  polls_[number] = *std::move(poll);
}

// A row for each option. A draft was never asked.
void PollFeature::ReportTo(MeetingReport& report, Now) const {
  ReportTable table{.name = "polls",
                    .columns = {{"opened_at", ReportKind::kTime},
                                {"poll", ReportKind::kText},
                                {"question", ReportKind::kText},
                                {"multiple", ReportKind::kFlag},
                                {"option", ReportKind::kText},
                                {"votes", ReportKind::kNumber},
                                {"voters", ReportKind::kNumber}},
                    .rows = {}};
  for (const auto& [number, poll] : polls_) {
    if (poll.state == PollState::kDraft) continue;
    const auto votes = poll.votes();
    for (size_t i = 0; i < poll.options.size(); ++i) {
      table.rows.push_back({poll.opened_at, poll.id(), poll.question, poll.multiple,
                            poll.options[i], int64_t{votes[i]},
                            static_cast<int64_t>(poll.choices().size())});
    }
  }
  report.tables.push_back(std::move(table));
}

}  // namespace parley
