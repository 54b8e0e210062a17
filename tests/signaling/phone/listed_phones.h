#pragma once

// The phone thread as a list of the commands that it was given.

#include <utility>
#include <vector>

#include "mixer/port/phone_port.h"

namespace parley::test {

class ListedPhones final : public PhonePort {
 public:
  void Send(PhoneCommand command) override { commands.push_back(std::move(command)); }

  // The commands of one kind, taken out.
  template <class Wanted>
  std::vector<Wanted> Take() {
    std::vector<Wanted> found;
    std::erase_if(commands, [&](const PhoneCommand& command) {
      const auto* wanted = std::get_if<Wanted>(&command);
      if (wanted) found.push_back(*wanted);
      return wanted != nullptr;
    });
    return found;
  }
  std::vector<PhoneCommand> commands;
};

}  // namespace parley::test
