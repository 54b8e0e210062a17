#pragma once

// The world's emergency numbers by country, and whether something that was typed reaches one: as it
// stands, behind digits that get an outside line, an international prefix, a country's code or a
// trunk prefix. Parley calls none of them: it cannot say where the caller is, nor be called back.
// Constant, any thread.

#include <span>
#include <string>
#include <string_view>

namespace parley {

struct EmergencyCountry {
  std::string_view country;       // ISO 3166-1
  std::string_view calling_code;  // E.164
  std::string_view numbers;       // police, fire, ambulance and alike, spaces between
};

// In the order of their calling codes' texts.
std::span<const EmergencyCountry> EmergencyCountries();

// How many digits of the number, which has no other characters, are a country's code; 0: none is.
size_t CallingCodeSize(std::string_view digits);

// Characters that are no digits are passed over, but for a plus in front: then what follows is
// taken for a number with a country's code. `own` are the operator's, digits only.
bool ReachesEmergency(std::string_view typed, std::span<const std::string> own = {});

}  // namespace parley
