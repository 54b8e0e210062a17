#include "signaling/phone/trunk_board.h"

namespace parley {
namespace {

std::string_view ReasonOf(TrunkFault fault) {
  switch (fault) {
    case TrunkFault::kNone:
      return "";
    case TrunkFault::kUnknownName:
      return "unknown_name";
    case TrunkFault::kNoAnswer:
      return "no_answer";
    case TrunkFault::kRefused:
      return "refused";
    case TrunkFault::kFailed:
      break;
  }
  return "failed";
}

}  // namespace

TrunkBoard::TrunkBoard(const std::vector<Trunk>& trunks, WallTime now) {
  using State = TrunkStanding::State;
  for (const Trunk& trunk : trunks) {
    standings_.push_back({.name = trunk.name,
                          .state = trunk.registers ? State::kConnecting : State::kUnwatched,
                          .since = now,
                          .reason = {},
                          .next_try = {}});
  }
}

void TrunkBoard::Handle(const TrunkReported& event, Now now) {
  if (event.trunk >= standings_.size()) return;
  TrunkStanding& standing = standings_[event.trunk];
  using State = TrunkStanding::State;
  if (standing.state == State::kUnwatched) return;
  const State state = event.registered                   ? State::kRegistered
                      : event.fault == TrunkFault::kNone ? State::kConnecting
                                                         : State::kDown;
  if (state != standing.state) standing.since = now.wall;
  standing.state = state;
  standing.reason = ReasonOf(event.fault);
  standing.status = state == State::kDown ? event.status : 0;
  standing.next_try.reset();
  if (state == State::kDown && event.next_try) {
    standing.next_try = now.wall + (*event.next_try - now.steady);
  }
}

}  // namespace parley
