#include "signaling/room/room_name.h"

#include <algorithm>
#include <array>

namespace parley {
namespace {

constexpr std::array<std::string_view, 58> kAdjectives = {
    "agile",  "amber",  "bold",   "brave",  "bright",  "brisk",  "calm",   "candid", "cheery",
    "clear",  "clever", "cosy",   "crisp",  "deft",    "eager",  "early",  "fair",   "fleet",
    "fond",   "frank",  "fresh",  "gentle", "glad",    "golden", "grand",  "happy",  "hardy",
    "humble", "jolly",  "keen",   "kind",   "lively",  "loyal",  "lucky",  "mellow", "merry",
    "mild",   "neat",   "nimble", "noble",  "patient", "plucky", "polite", "proud",  "quick",
    "quiet",  "ready",  "rosy",   "silver", "sincere", "spry",   "steady", "sunny",  "swift",
    "tidy",   "warm",   "wise",   "witty"};

constexpr std::array<std::string_view, 58> kAnimals = {
    "alpaca", "badger",  "beaver",  "bison",  "bobcat",  "camel",  "cheetah",  "cicada", "condor",
    "crane",  "cricket", "curlew",  "dingo",  "dolphin", "eagle",  "egret",    "falcon", "ferret",
    "finch",  "fox",     "gecko",   "gibbon", "hare",    "hawk",   "hedgehog", "heron",  "ibex",
    "ibis",   "jackal",  "kestrel", "koala",  "lark",    "lemur",  "lynx",     "magpie", "marmot",
    "marten", "mole",    "moose",   "newt",   "ocelot",  "osprey", "otter",    "owl",    "panda",
    "puffin", "quail",   "rabbit",  "raven",  "robin",   "seal",   "sparrow",  "stork",  "swan",
    "tapir",  "toucan",  "walrus",  "wombat"};

}  // namespace

bool IsRoomName(std::string_view name) {
  return name.size() >= 3 && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

std::string MakeRoomName(RandomSource& random) {
  std::string name(kAdjectives[random.Below(kAdjectives.size())]);
  name += '-';
  name += kAnimals[random.Below(kAnimals.size())];
  name += '-';
  name += std::to_string(10 + random.Below(90));
  return name;
}

}  // namespace parley
