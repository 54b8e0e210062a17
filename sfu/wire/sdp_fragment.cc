#include "sfu/wire/sdp_fragment.h"

#include "sfu/wire/sdp_attributes.h"
#include "sfu/wire/sdp_lines.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley {
namespace {

// Keeps the first that was given: BUNDLE leaves one transport, that of the first m-line.
std::optional<std::string_view> TakeFirst(std::string& field, SdpParsed<std::string> parsed) {
  if (!parsed) return parsed.error();
  if (field.empty()) field = std::move(*parsed);
  return std::nullopt;
}

// What is wrong with the attribute's value, if anything.
std::optional<std::string_view> TakeAttribute(SdpFragment& fragment, std::string_view text) {
  std::string_view name = CutUntil(text, ':');
  if (name == "ice-ufrag") return TakeFirst(fragment.ice_ufrag, ParseSdpIceUfrag(text));
  if (name == "ice-pwd") return TakeFirst(fragment.ice_pwd, ParseSdpIcePwd(text));
  if (name == "mid") return TakeFirst(fragment.mid, ParseSdpToken(text));
  if (name == "candidate") fragment.candidates.emplace_back(text);
  if (name == "ice-lite") fragment.ice_lite = true;
  if (name == "end-of-candidates") fragment.end_of_candidates = true;
  if (name == "ice-options" && fragment.ice_options.empty()) {
    for (auto word = NextWord(text); !word.empty(); word = NextWord(text)) {
      fragment.ice_options.emplace_back(word);
    }
  }
  if (name == "group" && !fragment.group) {
    auto group = ParseSdpGroup(text);
    if (!group) return group.error();
    fragment.group = std::move(*group);
  }
  return std::nullopt;
}

}  // namespace

std::expected<SdpFragment, SdpError> ParseSdpFragment(std::string_view text) {
  if (text.size() > kMaxSdpBytes) return std::unexpected(SdpError{0, "The fragment is too large."});
  SdpFragment fragment;
  SdpLines lines(text);
  for (size_t n = 0;; ++n) {
    auto line = lines.Next();
    if (!line) return std::unexpected(line.error());
    if (!*line) return fragment;
    if (n == kMaxSdpAttributes) return std::unexpected(lines.Wrong("there are too many lines"));
    if ((*line)->type == 'm' && fragment.media_line.empty()) fragment.media_line = (*line)->value;
    if ((*line)->type != 'a') continue;
    if (auto wrong = TakeAttribute(fragment, (*line)->value)) {
      return std::unexpected(lines.Wrong(*wrong));
    }
  }
}

std::string WriteSdpFragment(const SdpFragment& fragment) {
  std::string text;
  auto line = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(value).append("\r\n");
  };
  if (fragment.ice_lite) line("a=ice-lite", "");
  if (!fragment.ice_options.empty()) {
    line("a=ice-options:", JoinWords(fragment.ice_options));
  }
  if (fragment.group) {
    line("a=group:", fragment.group->semantics + ' ' + JoinWords(fragment.group->mids));
  }
  if (!fragment.media_line.empty()) line("m=", fragment.media_line);
  if (!fragment.mid.empty()) line("a=mid:", fragment.mid);
  if (!fragment.ice_ufrag.empty()) line("a=ice-ufrag:", fragment.ice_ufrag);
  if (!fragment.ice_pwd.empty()) line("a=ice-pwd:", fragment.ice_pwd);
  for (const std::string& candidate : fragment.candidates) line("a=candidate:", candidate);
  if (fragment.end_of_candidates) line("a=end-of-candidates", "");
  return text;
}

}  // namespace parley
