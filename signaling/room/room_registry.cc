#include "signaling/room/room_registry.h"

#include <algorithm>
#include <utility>

#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/write_message.h"
#include "signaling/room/display_name.h"
#include "signaling/room/room_name.h"
#include "signaling/room/secrets.h"

namespace parley {
namespace {

constexpr Duration kTick = Duration::Millis(250);

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

std::expected<std::string, Error> CheckTitle(std::string_view title, size_t limit) {
  if (title.find_first_not_of(" \t\r\n") == std::string_view::npos) return std::string();
  if (CountCodePoints(title).value_or(0) > limit) {
    Error error = Error::Of(ErrorCode::kTooLarge, "The title is too long.");
    error.field = "title";
    return std::unexpected(std::move(error));
  }
  auto normal = NormalizeDisplayName(title, limit);
  if (!normal) {
    return std::unexpected(Error::BadField("title", "A title has no control characters."));
  }
  return *std::move(normal);
}

}  // namespace

RoomRegistry::RoomRegistry(MediaPort& media, RoomStore& store, RandomSource& random,
                           const Limits& limits, FeatureList features)
    : environment_{.media = media,
                   .store = store,
                   .random = random,
                   .limits = limits,
                   .features = std::move(features),
                   .placement = WorkerPlacement(media.worker_count()),
                   .next_source = 1,
                   .next_transport = 1,
                   .participants = 0,
                   .waiting = 0,
                   .recording = nullptr,
                   .dial = nullptr,
                   .broadcasting = nullptr,
                   .events = nullptr,
                   .phone_numbers = {},
                   .room_of_transport = {},
                   .stale = {}} {
  for (const auto& feature : environment_.features) {
    feature_types_.insert(feature.requests.begin(), feature.requests.end());
  }
}

RoomRegistry::~RoomRegistry() {
  for (auto& [name, room] : rooms_) room->Clear();
}

void RoomRegistry::Restore(std::vector<RoomRecord> records, const std::vector<FeatureRow>& rows) {
  for (auto& record : records) {
    // Of a version without phones, or without hosts by phone.
    const bool pinless = record.pin.empty() || record.host_pin.empty();
    if (record.pin.empty()) record.pin = NewPin(kPinDigits);
    if (record.host_pin.empty()) record.host_pin = NewPin(kHostPinDigits);
    const Room& room = Add(std::move(record));
    if (pinless) environment_.store.Save(room.record());
  }
  for (const FeatureRow& row : rows) {
    const Room* room = Find(row.room);
    if (!room || room->record().meeting != row.meeting) continue;
    if (Feature* feature = room->feature(row.feature)) feature->Restore(row.key, row.value);
  }
}

std::expected<Room*, Error> RoomRegistry::Create(std::string_view name, std::string_view title,
                                                 Now now, const RoomOptions& options) {
  if (closing_) return std::unexpected(Error::Of(ErrorCode::kClosing));
  if (rooms_.size() >= environment_.limits.rooms) {
    return std::unexpected(Error::Of(ErrorCode::kServerFull));
  }
  auto own_title = CheckTitle(title, environment_.limits.title_characters);
  if (!own_title) return std::unexpected(own_title.error());
  auto own_name = NameFor(name);
  if (!own_name) return std::unexpected(own_name.error());
  auto passcode = Passcode::Keep(options.passcode, environment_.random);
  if (!passcode) return std::unexpected(std::move(passcode.error()));
  Room& room =
      Add({.name = *std::move(own_name),
           .title = *std::move(own_title),
           .invite = RandomBase64Url(environment_.random, kInviteBytes),
           .pin = NewPin(kPinDigits),
           .host_pin = NewPin(kHostPinDigits),
           .meeting = environment_.random.U32(),
           .created_at = now.wall,
           .lobby = options.lobby,
           .lobby_admits = options.lobby_admits,
           .passcode = *std::move(passcode),
           .webinar = options.webinar,
           .stage_invite =
               options.webinar ? RandomBase64Url(environment_.random, kInviteBytes) : std::string(),
           .most_active = options.most_active,
           .recording = options.recording,
           .debug = options.debug});
  environment_.store.Save(room.record());
  room.TellOutside("room.created", WriteObject([&](JsonWriter& w) {
                     WriteField(w, "title", room.record().title);
                   }));
  return &room;
}

std::expected<std::string, Error> RoomRegistry::NameFor(std::string_view wanted) {
  if (!wanted.empty()) {
    if (!IsRoomName(wanted)) {
      return std::unexpected(Error::BadField(
          "name", "A meeting's name has 3 to 64 of a to z, 0 to 9 and the hyphen."));
    }
    if (Find(wanted)) {
      return std::unexpected(Error::BadField("name", "There is a meeting of that name."));
    }
    return std::string(wanted);
  }
  std::string name = MakeRoomName(environment_.random);
  while (Find(name)) name += "-" + RandomBase32(environment_.random, 2);
  return name;
}

std::string RoomRegistry::NewPin(size_t digits) {
  std::string pin = RandomDigits(environment_.random, digits);
  while (by_pin_.contains(pin)) pin = RandomDigits(environment_.random, digits);
  return pin;
}

Room& RoomRegistry::Add(RoomRecord record) {
  const RoomId id(next_room_++);
  std::string name = record.name;
  auto room = std::make_unique<Room>(id, std::move(record), environment_);
  by_id_[id] = room.get();
  by_pin_[room->record().pin] = {.room = room.get(), .host = false};
  by_pin_[room->record().host_pin] = {.room = room.get(), .host = true};
  return *(rooms_[std::move(name)] = std::move(room));
}

Room* RoomRegistry::Find(std::string_view name) {
  const auto found = rooms_.find(std::string(name));
  return found == rooms_.end() ? nullptr : found->second.get();
}

Room* RoomRegistry::FindById(RoomId id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

PinHolder RoomRegistry::FindByPin(std::string_view pin) {
  const auto found = by_pin_.find(std::string(pin));
  return found == by_pin_.end() ? PinHolder() : found->second;
}

std::vector<Room*> RoomRegistry::rooms() {
  std::vector<Room*> all;
  all.reserve(rooms_.size());
  for (const auto& [name, room] : rooms_) all.push_back(room.get());
  std::ranges::sort(all, {},
                    [](const Room* room) -> const std::string& { return room->record().name; });
  return all;
}

bool RoomRegistry::Forget(std::string_view name, Now now) {
  Room* room = Find(name);
  if (!room) return false;
  room->End(nullptr, now);
  environment_.store.Forget(room->record().name);
  room->TellOutside("room.deleted", "{}");
  by_id_.erase(room->id());
  by_pin_.erase(room->record().pin);
  by_pin_.erase(room->record().host_pin);
  rooms_.erase(std::string(name));
  return true;
}

void RoomRegistry::CloseListener(RoomId room, TransportId listener) {
  if (Room* found = FindById(room)) found->CloseListener(listener);
}

void RoomRegistry::HandleEvents(std::span<const Event> events, Now now) {
  for (const Event& event : events) Handle(event, now);
  Flush();
}

void RoomRegistry::Handle(const Event& event, Now now) {
  std::visit(Overloaded{
                 [&](const TransportConnected& e) {
                   if (Room* room = RoomOf(e.transport))
                     room->HandleTransportConnected(e.transport, now);
                 },
                 [&](const TransportDisconnected& e) {
                   if (Room* room = RoomOf(e.transport)) {
                     room->HandleTransportDisconnected(e.transport, now);
                   }
                 },
                 [&](const TransportStats& e) {
                   if (Room* room = RoomOf(e.transport)) room->HandleStats(e);
                 },
                 [&](const SlotSwitched& e) {
                   if (Room* room = RoomOf(e.transport)) room->HandleSlotSwitched(e);
                 },
                 [&](const SpeakersChanged& e) {
                   const auto room = by_id_.find(e.room);
                   if (room != by_id_.end()) room->second->HandleSpeakers(e);
                 },
                 [&](const SourceDemand& e) {
                   if (Room* room = RoomOf(e.transport)) room->HandleSourceDemand(e);
                 },
                 [&](const SourceStarted& e) {
                   if (Room* room = RoomOf(e.transport)) room->HandleSourceStarted(e, now);
                 },
                 [](const RoomStats&) {},  // whoever asked takes them (api/StatsDesk)
             },
             event);
}

Room* RoomRegistry::RoomOf(TransportId transport) {
  const auto found = environment_.room_of_transport.find(transport);
  return found == environment_.room_of_transport.end() ? nullptr : found->second;
}

void RoomRegistry::Flush() {
  for (Room* room : std::exchange(environment_.stale, {})) room->Flush();
}

void RoomRegistry::HandleTimeout(Now now) {
  if (now.steady < next_tick_) return;
  next_tick_ = now.steady + kTick;
  for (auto& [name, room] : rooms_) {
    const bool somebody = room->participant_count() > 0 || !room->lobby().queue().empty() ||
                          !room->foyer().queue().empty();
    if (somebody) room->HandleTimeout(now);
  }
  MoveParticipants(now);
  Flush();
}

Timestamp RoomRegistry::NextTimeout() const {
  const bool somebody = environment_.participants > 0 || environment_.waiting > 0;
  return somebody ? next_tick_ : Timestamp::Never();
}

void RoomRegistry::Close(Duration retry_after) {
  closing_ = true;
  const std::string message = WriteClosing(retry_after);
  for (auto& [name, room] : rooms_) room->Broadcast(message);
}

}  // namespace parley
