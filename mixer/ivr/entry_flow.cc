#include "mixer/ivr/entry_flow.h"

#include <algorithm>
#include <utility>

namespace parley {
namespace {

bool IsDigit(char key) { return key >= '0' && key <= '9'; }

// What is said may take this long before its silence counts, should nobody tell that it was said.
constexpr Duration kLongestPrompt = Duration::Seconds(40);

bool IsRight(PinVerdict verdict) {
  return verdict == PinVerdict::kRight || verdict == PinVerdict::kAdmission ||
         verdict == PinVerdict::kWaitForHost;
}

}  // namespace

void EntryFlow::Start(Timestamp now, std::string pin) {
  if (state_ != State::kIdle) return;
  if (lockout_.LockedFor(config_.lockout_key, now) > Duration::Zero()) {
    End({"welcome", "locked-out"}, EntryHangup::kLockedOut);
    return;
  }
  if (pin.empty()) {
    AskForPin({"welcome"}, now);
  } else {
    outputs_.push_back(Say{{"welcome"}});
    pin_ = std::move(pin);
    SubmitPin(now);
  }
}

void EntryFlow::AskForPin(std::vector<std::string> before, Timestamp now) {
  state_ = State::kPin;
  pin_.clear();
  before.emplace_back("enter-pin");
  if (config_.offer_other_language) before.emplace_back("language");
  outputs_.push_back(Say{std::move(before)});
  deadline_ = now + kLongestPrompt + kFirstKeyTimeout;
}

void EntryFlow::StartInRoom(Timestamp now) {
  if (state_ != State::kIdle) return;
  outputs_.push_back(Say{{"welcome"}});
  state_ = State::kChecking;
  outputs_.push_back(CheckPin{++request_, {}});
  deadline_ = now + kCheckTimeout;
}

void EntryFlow::StartCalled(Timestamp now) {
  if (state_ == State::kIdle) AskToConfirm(now);
}

void EntryFlow::AskToConfirm(Timestamp now) {
  state_ = State::kConfirming;
  outputs_.push_back(Say{{"called", "press-one"}});
  deadline_ = now + kLongestPrompt + kFirstKeyTimeout;
}

void EntryFlow::HandleConfirmKey(char key, Timestamp now) {
  if (key != kConfirmKey) return End({}, EntryHangup::kDeclined);
  outputs_.push_back(StopSaying{});
  state_ = State::kChecking;
  outputs_.push_back(Confirmed{++request_});
  deadline_ = now + kCheckTimeout;
}

void EntryFlow::HandlePromptsDone(Timestamp now) {
  const bool asked = state_ == State::kConfirming || (state_ == State::kPin && pin_.empty());
  if (asked) deadline_ = now + kFirstKeyTimeout;
}

void EntryFlow::HandleKey(char key, Timestamp now) {
  switch (state_) {
    case State::kPin:
      HandlePinKey(key, now);
      break;
    case State::kConfirming:
      HandleConfirmKey(key, now);
      break;
    case State::kJoined:
      HandleRoomKey(key, now);
      break;
    case State::kIdle:
    case State::kChecking:
    case State::kWaiting:
    case State::kOver:
      break;
  }
}

void EntryFlow::HandlePinKey(char key, Timestamp now) {
  outputs_.push_back(StopSaying{});
  deadline_ = now + kNextKeyTimeout;
  if (key == '#') {
    SubmitPin(now);
  } else if (key == '*' && pin_.empty() && config_.offer_other_language) {
    ChangeLanguage(now);
  } else if (key == '*') {
    pin_.clear();  // a slip of the finger
  } else if (IsDigit(key) && pin_.size() < kLongestPin) {
    pin_ += key;
    silences_ = 0;
  }
}

void EntryFlow::ChangeLanguage(Timestamp now) {
  config_.language = config_.language == PromptLanguage::kEnglish ? PromptLanguage::kMandarin
                                                                  : PromptLanguage::kEnglish;
  AskForPin({"welcome"}, now);
}

void EntryFlow::SubmitPin(Timestamp now) {
  if (pin_.empty()) {
    AskForPin({}, now);
    return;
  }
  // What the prompt offers; no PIN is as short.
  if (pin_ == "1" && config_.offer_other_language) return ChangeLanguage(now);
  // Another call of the same caller may have used up the tries meanwhile.
  if (lockout_.LockedFor(config_.lockout_key, now) > Duration::Zero()) {
    End({"locked-out"}, EntryHangup::kLockedOut);
    return;
  }
  state_ = State::kChecking;
  outputs_.push_back(CheckPin{++request_, pin_});
  deadline_ = now + kCheckTimeout;
}

void EntryFlow::HandlePin(uint32_t request, PinVerdict verdict, Timestamp now) {
  if (request != request_) return;
  if (transferring_) return HandleTransfer(verdict, now);
  if (state_ != State::kChecking) return;
  const bool room_was_dialled = pin_.empty();
  pin_.clear();
  deadline_ = Timestamp::Never();
  if (IsRight(verdict) && !room_was_dialled) lockout_.HandleRight(config_.lockout_key);
  switch (verdict) {
    case PinVerdict::kRight:
      Enter();
      break;
    case PinVerdict::kAdmission:
    case PinVerdict::kWaitForHost:
      Wait(verdict, now);
      break;
    case PinVerdict::kWrong:
      if (room_was_dialled) {
        AskForPin({}, now);
      } else {
        HandleWrongPin(now);
      }
      break;
    case PinVerdict::kRoomFull:
      End({"room-full"}, EntryHangup::kTurnedAway);
      break;
    case PinVerdict::kRoomLocked:
      End({"room-locked"}, EntryHangup::kTurnedAway);
      break;
    case PinVerdict::kUnavailable:
      End({"unavailable"}, EntryHangup::kUnavailable);
      break;
  }
}

void EntryFlow::Wait(PinVerdict verdict, Timestamp now) {
  state_ = State::kWaiting;
  deadline_ = now + kReminder;
  outputs_.push_back(Say{{verdict == PinVerdict::kAdmission ? "wait-admission" : "wait-for-host"}});
}

bool EntryFlow::Transfer(std::string pin, Timestamp now) {
  if (state_ != State::kJoined || transferring_) return false;
  if (lockout_.LockedFor(config_.lockout_key, now) > Duration::Zero()) return false;
  transferring_ = true;
  outputs_.push_back(CheckPin{++request_, std::move(pin)});
  deadline_ = now + kCheckTimeout;
  return true;
}

void EntryFlow::HandleTransfer(PinVerdict verdict, Timestamp now) {
  transferring_ = false;
  deadline_ = Timestamp::Never();
  outputs_.push_back(Transferred{verdict});
  if (verdict == PinVerdict::kWrong) lockout_.HandleWrong(config_.lockout_key, now);
  if (!IsRight(verdict)) return;
  lockout_.HandleRight(config_.lockout_key);
  if (verdict == PinVerdict::kRight) {
    Enter();
  } else {
    Wait(verdict, now);
  }
}

void EntryFlow::HandleWrongPin(Timestamp now) {
  lockout_.HandleWrong(config_.lockout_key, now);
  if (++wrong_ >= kTries) {
    End({"wrong-pin", "too-many-tries"}, EntryHangup::kWrongPin);
  } else if (lockout_.LockedFor(config_.lockout_key, now) > Duration::Zero()) {
    End({"wrong-pin", "locked-out"}, EntryHangup::kLockedOut);
  } else {
    AskForPin({"wrong-pin"}, now);
  }
}

void EntryFlow::HandleAdmitted() {
  if (state_ == State::kWaiting) Enter();
}

void EntryFlow::HandleRefused() {
  if (state_ == State::kWaiting) End({"refused"}, EntryHangup::kTurnedAway);
}

void EntryFlow::HandleHostArrived(Timestamp now) {
  if (state_ != State::kWaiting) return;
  deadline_ = now + kReminder;
  outputs_.push_back(Say{{"host-arrived"}});
}

void EntryFlow::Enter() {
  state_ = State::kJoined;
  deadline_ = Timestamp::Never();
  outputs_.push_back(StopSaying{});
  outputs_.push_back(Say{{"joining"}});
  outputs_.push_back(Join{});
}

void EntryFlow::HandleRoomKey(char key, Timestamp now) {
  const auto command = commands_.HandleKey(key, host_, now);
  if (!command) return;
  outputs_.push_back(StopSaying{});
  switch (*command) {
    case KeypadCommand::kListKeys:
      outputs_.push_back(host_ ? Say{{"keys", "host-keys"}} : Say{{"keys"}});
      break;
    case KeypadCommand::kNotAllowed:
      outputs_.push_back(Say{{"not-allowed"}});
      break;
    case KeypadCommand::kUnknown:
      outputs_.push_back(Say{{"no-such-key"}});
      break;
    default:
      outputs_.push_back(Command{*command});
      break;
  }
}

void EntryFlow::Announce(std::vector<std::string> prompts) {
  if (state_ == State::kJoined) outputs_.push_back(Say{std::move(prompts)});
}

void EntryFlow::AnnounceToAll(std::vector<std::string> prompts) {
  if (joined() || waiting()) outputs_.push_back(Say{std::move(prompts)});
}

void EntryFlow::AnnouncePeople(uint32_t people) {
  if (people <= 1) return Announce({"only-person"});
  std::vector<std::string> prompts = SpokenNumber(config_.language, people - 1);
  prompts.insert(prompts.begin(), "people-before");
  prompts.emplace_back("people-after");
  Announce(std::move(prompts));
}

void EntryFlow::HandleRemoved(bool conference_ended) {
  if (state_ == State::kOver) return;
  End({conference_ended ? "ended" : "removed"}, EntryHangup::kRemoved);
}

void EntryFlow::HandleTimeout(Timestamp now) {
  if (now < deadline_) return;
  deadline_ = Timestamp::Never();
  if (transferring_) {
    HandleTransfer(PinVerdict::kUnavailable, now);
  } else if (state_ == State::kChecking) {
    End({"unavailable"}, EntryHangup::kUnavailable);
  } else if (state_ == State::kConfirming) {
    if (++silences_ >= kTries) {
      End({}, EntryHangup::kNoInput);
    } else {
      AskToConfirm(now);
    }
  } else if (state_ == State::kWaiting) {
    deadline_ = now + kReminder;
    outputs_.push_back(Say{{"still-waiting"}});
  } else if (state_ == State::kPin && !pin_.empty()) {
    SubmitPin(now);  // whoever forgets the pound key
  } else if (state_ == State::kPin && ++silences_ >= kTries) {
    End({"no-input"}, EntryHangup::kNoInput);
  } else if (state_ == State::kPin) {
    AskForPin({"no-input"}, now);
  }
}

void EntryFlow::End(std::vector<std::string> prompts, EntryHangup reason) {
  state_ = State::kOver;
  deadline_ = Timestamp::Never();
  pin_.clear();
  if (std::exchange(transferring_, false)) {
    outputs_.push_back(Transferred{PinVerdict::kUnavailable});
  }
  prompts.emplace_back("goodbye");
  outputs_.push_back(StopSaying{});
  outputs_.push_back(Say{std::move(prompts)});
  outputs_.push_back(Hangup{reason});
}

std::optional<EntryFlow::Output> EntryFlow::PollOutput() {
  if (outputs_.empty()) return std::nullopt;
  Output output = std::move(outputs_.front());
  outputs_.pop_front();
  return output;
}

}  // namespace parley
