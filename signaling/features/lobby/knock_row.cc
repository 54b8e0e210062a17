#include "signaling/features/lobby/knock_row.h"

#include <charconv>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"

namespace parley {
namespace {

// Of the largest number.
constexpr size_t kDigits = 20;

}  // namespace

std::string KeyOf(const Knock& knock) {
  const std::string number = std::to_string(knock.number);
  return std::string(kKnockRow) + std::string(kDigits - number.size(), '0') + number;
}

std::string WriteForStore(const Knock& knock) {
  const Newcomer& newcomer = knock.newcomer;
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "id", newcomer.id);
    WriteField(w, "name", newcomer.name);
    WriteField(w, "person", newcomer.person);
    WriteField(w, "instance", newcomer.instance);
    WriteField(w, "role", ToString(newcomer.role));
    WriteFlag(w, "by_token", newcomer.by_token);
    WriteField(w, "may_publish", static_cast<int64_t>(newcomer.may_publish.to_ulong()));
    WriteField(w, "publish", static_cast<int64_t>(newcomer.publish.to_ulong()));
    WriteField(w, "since", knock.since.unix_us());
  });
}

std::optional<Knock> ReadKnock(std::string_view key, std::string_view value) {
  rapidjson::Document stored;
  if (stored.Parse(value.data(), value.size()).HasParseError()) return std::nullopt;
  std::optional<Error> fault;
  FieldReader fields(stored, fault);
  const auto sources = [&](const char* name) {
    return SourceKindSet(static_cast<unsigned long>(
        fields.Integer(name, 0, static_cast<int64_t>(kAllSources.to_ulong()))));
  };
  Knock knock;
  knock.newcomer = {.id = fields.String("id"),
                    .name = fields.String("name"),
                    .person = fields.OptionalString("person").value_or(""),
                    .instance = fields.OptionalString("instance").value_or(""),
                    .role = Role::kPanelist,
                    .kind = ParticipantKind::kBrowser,
                    .by_token = fields.Bool("by_token"),
                    .may_publish = sources("may_publish"),
                    .publish = sources("publish"),
                    .sink = nullptr};
  const auto role = ParseRole(fields.String("role"));
  knock.since = WallTime::UnixMicros(fields.Integer("since", 0, INT64_MAX));
  const std::string_view number = key.substr(kKnockRow.size());
  const auto read = std::from_chars(number.data(), number.data() + number.size(), knock.number);
  if (fault || !role || read.ptr != number.data() + number.size()) return std::nullopt;
  knock.newcomer.role = *role;
  return knock;
}

}  // namespace parley
