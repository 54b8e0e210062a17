// STUN messages: no read outside the input, and what was understood survives being built and parsed
// again, now with an integrity that verifies.

#include <array>
#include <optional>

#include "sfu/wire/stun.h"
#include "sfu/wire/stun_builder.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::optional<StunView> view = StunView::Parse({data, size});
  if (!view) return 0;

  static const HmacSha1Key key("VOkJxbRl1RmTxUk/WvJxBt");
  bool verified = view->VerifyIntegrity(key);
  FUZZ_CHECK(!verified || view->has_message_integrity());

  static std::array<uint8_t, 70'000> buffer;
  StunBuilder builder(buffer, view->message_class(), view->transaction_id(), view->method());
  if (view->username()) builder.AddUsername(*view->username());
  if (view->priority()) builder.AddPriority(*view->priority());
  if (view->use_candidate()) builder.AddUseCandidate();
  if (view->ice_controlled()) builder.AddIceControlled(*view->ice_controlled());
  if (view->ice_controlling()) builder.AddIceControlling(*view->ice_controlling());
  if (view->error_code()) {
    builder.AddErrorCode(view->error_code()->code, view->error_code()->reason.substr(0, 700));
  }
  if (view->xor_mapped_address()) builder.AddXorMappedAddress(*view->xor_mapped_address());
  if (!view->unknown_attributes().empty()) {
    builder.AddUnknownAttributes(view->unknown_attributes());
  }
  std::span<const uint8_t> built = builder.Finish(key);
  FUZZ_CHECK(!built.empty());

  std::optional<StunView> again = StunView::Parse(built);
  FUZZ_CHECK(again.has_value());
  FUZZ_CHECK(again->VerifyIntegrity(key));
  FUZZ_CHECK(again->has_fingerprint());
  FUZZ_CHECK(again->message_class() == view->message_class());
  FUZZ_CHECK(again->method() == view->method());
  FUZZ_CHECK(again->username() == view->username());
  FUZZ_CHECK(again->priority() == view->priority());
  FUZZ_CHECK(again->ice_controlled() == view->ice_controlled());
  FUZZ_CHECK(again->ice_controlling() == view->ice_controlling());
  FUZZ_CHECK(again->xor_mapped_address() == view->xor_mapped_address());
  FUZZ_CHECK(again->error_code().has_value() == view->error_code().has_value());
  return 0;
}
