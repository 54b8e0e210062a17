#pragma once

// Questions of the audience: asked, perhaps without a name, voted for once by each, answered or
// dismissed by those on stage. Votes are told and stored a few times a second at most, however many
// come. Kept over a restart of the server, forgotten with the meeting. Signaling thread; bounded by
// kQuestions, and kQuestionsOfOne of each participant.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "signaling/features/qa/question.h"
#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

inline constexpr size_t kQuestions = 200;
inline constexpr size_t kQuestionsOfOne = 20;
inline constexpr size_t kQuestionCharacters = 500;

class QaFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit QaFeature(Room& room);

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnTimeout(Now now) override;
  void OnEmpty() override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;
  void Restore(std::string_view key, std::string_view value) override;
  void ReportTo(MeetingReport& report, Now now) const override;

 private:
  using Result = std::expected<std::string, Error>;

  Result Ask(const Participant& from, const FeatureRequest& request, Now now);
  Result Vote(const Participant& from, const FeatureRequest& request);
  Result Answer(const Participant& from, const FeatureRequest& request);
  Result Dismiss(const Participant& from, const FeatureRequest& request);
  // Null when there is none of that id.
  Question* Find(std::string_view id);
  void Save(Question& question);
  void Tell(const Question& question);
  // Other servers.
  void TellOutside(std::string_view type, const Question& question);

  Room& room_;
  FeatureRows rows_;
  uint64_t count_ = 0;
  std::map<uint64_t, Question> questions_;  // by number
};

}  // namespace parley
