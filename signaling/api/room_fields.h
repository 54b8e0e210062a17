#pragma once

// A room as the API is asked for one and tells of one (PROTOCOL.md, "HTTP"). Pure; any thread.

#include <optional>
#include <string_view>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/messages.h"
#include "signaling/protocol/types.h"
#include "signaling/room/room_registry.h"

namespace parley {

// All but name and title.
RoomOptions ReadRoomOptions(FieldReader& fields, std::optional<Error>& fault);

// `dial_in`: how to come into it by telephone, where there are phones. `base`: the address of the
// server that links begin with.
void WriteRoomFields(JsonWriter& w, const Room& room, Role reader,
                     const std::optional<DialIn>& dial_in, std::string_view base);

}  // namespace parley
