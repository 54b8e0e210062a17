#pragma once

// A caller's way from the answered call into a room and what their keys do there: welcome, PIN, at
// most three tries, waiting for admission, then commands. Sans-IO: keys, answers and time go in;
// what to say, to ask and to do comes out. The PIN is checked elsewhere and answered whenever that
// is done. One per call, on the mixer's thread.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mixer/ivr/keypad_commands.h"
#include "mixer/ivr/prompt_catalogue.h"
#include "mixer/port/phone_words.h"
#include "sfu/base/lockout.h"
#include "sfu/base/units.h"

namespace parley {

struct EntryFlowConfig {
  PromptLanguage language = PromptLanguage::kEnglish;
  bool offer_other_language = true;
  std::string lockout_key;  // Lockout::Key of caller and room
};

enum class EntryHangup : uint8_t {
  kWrongPin,   // three times
  kLockedOut,  // Lockout
  kNoInput,
  kTurnedAway,   // full, locked, refused
  kUnavailable,  // nobody could say whether the PIN is right
  kDeclined,     // called by us, and pressed another key
  kRemoved,      // by a host, or the conference ended
};

class EntryFlow {
 public:
  static constexpr int kTries = 3;
  static constexpr size_t kLongestPin = 16;
  static constexpr Duration kFirstKeyTimeout = Duration::Seconds(10);
  static constexpr Duration kNextKeyTimeout = Duration::Seconds(6);
  static constexpr Duration kCheckTimeout = Duration::Seconds(10);
  // Whoever waits to be let in hears so often that the call is still there.
  static constexpr Duration kReminder = Duration::Seconds(20);
  static constexpr char kConfirmKey = '1';

  // To be said, in the caller's language, by their names in the PromptCatalogue.
  struct Say {
    std::vector<std::string> prompts;
  };
  // Whatever is being said shall stop: a key was pressed.
  struct StopSaying {};
  // Answer with HandlePin, naming the request. Without a PIN: the number that was dialled is a
  // room's own.
  struct CheckPin {
    uint32_t request = 0;
    std::string pin;
  };
  // Whoever we called wants to be in. Answer with HandlePin, naming the request.
  struct Confirmed {
    uint32_t request = 0;
  };
  // The caller is in: from here on they hear the room.
  struct Join {};
  // Of KeypadCommand those that somebody else must do; what came of it is told by Announce.
  struct Command {
    KeypadCommand command{};
  };
  // What came of Transfer(): in the other room, waiting for it, or where they were.
  struct Transferred {
    PinVerdict verdict{};
  };
  // After everything that is being said.
  struct Hangup {
    EntryHangup reason{};
  };
  using Output =
      std::variant<Say, StopSaying, CheckPin, Confirmed, Join, Command, Transferred, Hangup>;

  EntryFlow(EntryFlowConfig config, Lockout& lockout)
      : config_(std::move(config)), lockout_(lockout) {}

  // The call was answered. With a `pin` that was dialled it is checked instead of asked for.
  void Start(Timestamp now, std::string pin = {});
  // The number that was dialled is a room's own: the PIN is asked for only if the room is gone.
  void StartInRoom(Timestamp now);
  // A call of ours was answered: by somebody, or by a machine, which presses no key.
  void StartCalled(Timestamp now);
  void HandleKey(char key, Timestamp now);
  // Everything that was to be said has been: silence is counted from here.
  void HandlePromptsDone(Timestamp now);
  void HandlePin(uint32_t request, PinVerdict verdict, Timestamp now);
  // Of the host, while the caller waits.
  void HandleAdmitted();
  void HandleRefused();
  // There is somebody now who could let the caller in.
  void HandleHostArrived(Timestamp now);
  // The caller's end wants them in the room of this PIN. They stay where they are until it turned
  // out to be right; Transferred says what came of it. False when it cannot even be asked.
  [[nodiscard]] bool Transfer(std::string pin, Timestamp now);
  // Of the room, once the caller is in: to be said to them.
  void Announce(std::vector<std::string> prompts);
  // Also while the caller waits.
  void AnnounceToAll(std::vector<std::string> prompts);
  // The caller counts among them.
  void AnnouncePeople(uint32_t people);
  void SetHost(bool host) { host_ = host; }
  // Thrown out, or the conference is over.
  void HandleRemoved(bool conference_ended);

  void HandleTimeout(Timestamp now);
  Timestamp NextTimeout() const { return deadline_; }
  std::optional<Output> PollOutput();

  bool joined() const { return state_ == State::kJoined; }
  // To be let in.
  bool waiting() const { return state_ == State::kWaiting; }
  PromptLanguage language() const { return config_.language; }

 private:
  enum class State : uint8_t { kIdle, kPin, kConfirming, kChecking, kWaiting, kJoined, kOver };

  void AskForPin(std::vector<std::string> before, Timestamp now);
  void AskToConfirm(Timestamp now);
  void HandleConfirmKey(char key, Timestamp now);
  void HandlePinKey(char key, Timestamp now);
  void SubmitPin(Timestamp now);
  void ChangeLanguage(Timestamp now);
  void HandleWrongPin(Timestamp now);
  void HandleTransfer(PinVerdict verdict, Timestamp now);
  void Wait(PinVerdict verdict, Timestamp now);
  void HandleRoomKey(char key, Timestamp now);
  void Enter();
  void End(std::vector<std::string> prompts, EntryHangup reason);

  EntryFlowConfig config_;
  Lockout& lockout_;
  State state_ = State::kIdle;
  std::string pin_;
  uint32_t request_ = 0;
  int wrong_ = 0;
  int silences_ = 0;
  bool host_ = false;
  bool transferring_ = false;
  KeypadCommands commands_;
  Timestamp deadline_ = Timestamp::Never();
  std::deque<Output> outputs_;
};

}  // namespace parley
