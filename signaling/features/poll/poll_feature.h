#pragma once

// Polls: drafted by those who run them, opened one at a time, voted in once by each person, who may
// choose anew while it is open, and ended. How many chose what is told those who run polls, and
// everybody when they share it; who chose what, nobody. Results are told and stored a few times a
// second at most, however many vote. Kept over a restart of the server, forgotten with the meeting.
// Signaling thread; bounded by kPolls.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "signaling/features/poll/poll.h"
#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

inline constexpr size_t kPolls = 50;
inline constexpr size_t kPollQuestionCharacters = 300;
inline constexpr size_t kPollOptionCharacters = 100;

class PollFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit PollFeature(Room& room);

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnRoleChanged(const Participant& participant) override;
  void OnTimeout(Now now) override;
  void OnEmpty() override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;
  void Restore(std::string_view key, std::string_view value) override;
  void ReportTo(MeetingReport& report, Now now) const override;

 private:
  using Result = std::expected<std::string, Error>;

  Result Create(const FeatureRequest& request);
  Result Vote(const Participant& from, const FeatureRequest& request);
  Result Open(Poll& poll, Now now);
  Result End(Poll& poll);
  Result Share(Poll& poll, bool shared);
  Result Delete(const Poll& poll, const Participant& by);
  // Null when there is none of that id.
  Poll* Find(std::string_view id);
  void Save(Poll& poll);
  // To those who run polls; to the others when it is not a draft.
  void Tell(const Poll& poll);
  void TellResults(Poll& poll);
  void ToRunners(std::string_view message);

  Room& room_;
  FeatureRows rows_;
  uint64_t count_ = 0;
  std::map<uint64_t, Poll> polls_;  // by number
};

}  // namespace parley
