#include "signaling/session/encoding_order.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <limits>
#include <ranges>
#include <string_view>

namespace parley {
namespace {

constexpr std::array<std::string_view, 4> kBounds = {"max-height", "max-width", "max-br",
                                                     "max-fps"};
using Bounds = std::array<uint64_t, kBounds.size()>;

constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

void ReadBound(std::string_view restriction, Bounds& bounds) {
  const size_t equals = restriction.find('=');
  if (equals == std::string_view::npos) return;
  const auto* known = std::ranges::find(kBounds, Trimmed(restriction.substr(0, equals)));
  if (known == kBounds.end()) return;
  const std::string_view value = Trimmed(restriction.substr(equals + 1));
  uint64_t number = 0;  // of "29.97" the whole part: enough to order by
  if (std::from_chars(value.data(), value.data() + value.size(), number).ec == std::errc()) {
    bounds[static_cast<size_t>(known - kBounds.begin())] = number;
  }
}

Bounds BoundsOf(const SdpMedia& offer, const Rid& rid) {
  Bounds bounds;
  bounds.fill(kUnlimited);
  const auto found = std::ranges::find(offer.rids, rid.view(), &SdpRid::id);
  if (found == offer.rids.end()) return bounds;
  std::string_view rest = found->restrictions;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(';'), rest.size());
    ReadBound(rest.substr(0, end), bounds);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return bounds;
}

}  // namespace

void OrderEncodings(const SdpMedia& offer, SimulcastOrder order,
                    std::vector<EncodingParams>& encodings) {
  if (std::ranges::any_of(encodings, [](const EncodingParams& e) { return e.rid.empty(); })) return;
  if (order == SimulcastOrder::kHighestFirst) std::ranges::reverse(encodings);
  // Insertion, as there are three at the most: equal bounds keep their order.
  const auto bounds = [&](const EncodingParams& encoding) { return BoundsOf(offer, encoding.rid); };
  for (auto next = encodings.begin(); next != encodings.end(); ++next) {
    const auto sorted = std::ranges::subrange(encodings.begin(), next);
    const auto place = std::ranges::upper_bound(sorted, bounds(*next), {}, bounds);
    std::rotate(place, next, std::next(next));
  }
}

}  // namespace parley
