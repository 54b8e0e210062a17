#include "mixer/sip/params.h"

#include <algorithm>

#include "mixer/sip/uri_text.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

// A token or a host; RFC 3261 lets received= hold an IPv6 address without brackets.
bool IsValueChar(char c) { return IsTokenChar(c) || c == '[' || c == ']' || c == ':'; }

bool IsUriParamChar(char c) { return IsUnreserved(c) || std::string_view("[]/:&+$%").contains(c); }

}  // namespace

std::optional<Params> Params::Parse(Scanner& scanner) {
  Params params;
  while (scanner.TakeSeparator(';')) {
    const auto name = scanner.TakeToken();
    if (!name) return std::nullopt;
    std::optional<std::string_view> value;
    if (scanner.TakeSeparator('=')) {
      value = scanner.Peek() == '"' ? scanner.TakeQuoted() : scanner.TakeWhile(IsValueChar);
      if (!value || value->empty()) return std::nullopt;
    }
    if (!params.Add(*name, value)) return std::nullopt;
  }
  return params;
}

std::optional<Params> Params::ParseUri(Scanner& scanner) {
  Params params;
  while (scanner.Take(';')) {
    const std::string_view name = scanner.TakeWhile(IsUriParamChar);
    std::optional<std::string_view> value;
    if (scanner.Take('=')) value = scanner.TakeWhile(IsUriParamChar);
    if (name.empty() || (value && value->empty())) return std::nullopt;
    if (!HasGoodEscapes(name) || !HasGoodEscapes(value.value_or(""))) return std::nullopt;
    if (!params.Add(name, value)) return std::nullopt;
  }
  return params;
}

std::optional<std::string_view> Params::Get(std::string_view name) const {
  const Param* param = Find(name);
  if (!param) return std::nullopt;
  return param->value ? std::string_view(*param->value) : std::string_view();
}

void Params::Set(std::string_view name, std::string_view value) {
  FindOrAdd(name).value = std::string(value);
}

void Params::SetFlag(std::string_view name) { FindOrAdd(name).value.reset(); }

void Params::Remove(std::string_view name) {
  std::erase_if(list_, [&](const Param& p) { return EqualsIgnoreCase(p.name, name); });
}

std::string Params::ToString() const {
  std::string text;
  for (const Param& param : list_) {
    text += ';' + param.name;
    if (param.value) text += '=' + *param.value;
  }
  return text;
}

const Params::Param* Params::Find(std::string_view name) const {
  auto found =
      std::ranges::find_if(list_, [&](const Param& p) { return EqualsIgnoreCase(p.name, name); });
  return found == list_.end() ? nullptr : &*found;
}

Params::Param& Params::FindOrAdd(std::string_view name) {
  auto found =
      std::ranges::find_if(list_, [&](const Param& p) { return EqualsIgnoreCase(p.name, name); });
  return found == list_.end() ? list_.emplace_back(Param{std::string(name), std::nullopt}) : *found;
}

bool Params::Add(std::string_view name, std::optional<std::string_view> value) {
  if (list_.size() == kMaxParams || Has(name)) return false;
  list_.push_back({std::string(name), value ? std::optional<std::string>(*value) : std::nullopt});
  return true;
}

}  // namespace parley::sip
