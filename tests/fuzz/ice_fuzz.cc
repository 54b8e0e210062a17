// The lite agent through a history made of the input: raw messages, authentic checks with any
// attributes, restarts, time. Whatever comes, it answers strangers with no more than they sent,
// knows a bounded number of addresses and sends only to one of them.

#include <algorithm>
#include <array>
#include <string>

#include "sfu/base/bytes.h"
#include "sfu/transport/ice_lite.h"
#include "sfu/wire/stun.h"
#include "sfu/wire/stun_builder.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

class History {
 public:
  void Run(ByteReader in) {
    while (in.ok() && in.remaining() > 0) Step(in);
  }

  void Raw(std::span<const uint8_t> message, const SocketAddress& from) {
    auto view = StunView::Parse(message);
    if (!view) return;
    std::array<uint8_t, IceLite::kMaxAnswer> buffer;
    IceLite::Outcome outcome = ice_.HandleStun(*view, message.size(), from, now_, buffer);
    const bool authentic = view->VerifyIntegrity(HmacSha1Key(ice_.local().pwd)) ||
                           view->VerifyIntegrity(HmacSha1Key(Params(restarts_ - 1).pwd));
    FUZZ_CHECK(authentic || outcome.answer.size() <= message.size());
    FUZZ_CHECK(authentic || !outcome.valid);
    if (outcome.valid) FUZZ_CHECK(ice_.IsKnown(from));
    if (!outcome.answer.empty()) {
      auto answer = StunView::Parse(outcome.answer);
      FUZZ_CHECK(answer && answer->transaction_id() == view->transaction_id());
      FUZZ_CHECK((answer->message_class() == StunClass::kSuccess) == outcome.valid);
    }
    CheckState();
  }

 private:
  static IceParams Params(int restart) {
    return {"ufrag" + std::to_string(restart),
            "password-number-" + std::to_string(restart) + "-abc"};
  }

  static SocketAddress Address(uint8_t n) {
    return SocketAddress::V4({192, 0, 2, static_cast<uint8_t>(n % 16)}, 1000);
  }

  void Step(ByteReader& in) {
    uint8_t op = in.U8();
    SocketAddress from = Address(in.U8());
    switch (op % 6) {
      case 0: {
        const size_t wanted = in.U8();
        Raw(in.Bytes(std::min(wanted, in.remaining())), from);
        break;
      }
      case 1:
        Check(in.U8(), from);
        break;
      case 2:
        now_ = now_ + Duration::Seconds(in.U8() % 40);
        break;
      case 3:
        ++restarts_;
        ice_.Restart(Params(restarts_), {"peer", "peer-password-0123456789"}, now_);
        break;
      case 4:
        ice_.Forget(from);
        FUZZ_CHECK(!ice_.IsKnown(from));
        break;
      default:
        ice_.NoteAuthenticated(now_);
        FUZZ_CHECK(!ice_.ConsentExpired(now_));
    }
    CheckState();
  }

  void Check(uint8_t bits, const SocketAddress& from) {
    std::array<uint8_t, 300> buffer;
    StunBuilder builder(buffer, static_cast<StunClass>(bits >> 6), {});
    IceParams params = Params(bits & 1 ? restarts_ : restarts_ - 1);
    if (bits & 2) builder.AddUsername(params.ufrag + ":peer");
    if (bits & 4) builder.AddUseCandidate();
    if (bits & 8) builder.AddIceControlled(bits);
    if (bits & 16) builder.AddUnknownAttributes(std::array<uint16_t, 1>{0x7777});
    Raw(bits & 32 ? builder.FinishWithoutIntegrity() : builder.Finish(HmacSha1Key(params.pwd)),
        from);
  }

  void CheckState() {
    FUZZ_CHECK(ice_.remotes().size() <= IceLite::kMaxRemoteAddresses);
    if (ice_.selected()) FUZZ_CHECK(ice_.IsKnown(*ice_.selected()));
  }

  int restarts_ = 0;
  Timestamp now_ = Timestamp::Seconds(1000);
  IceLite ice_{Params(0), {"peer", "peer-password-0123456789"}, now_};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::span<const uint8_t> input(data, size);
  History().Raw(input, SocketAddress::V4({192, 0, 2, 1}, 1));
  History().Run(ByteReader(input));
  return 0;
}
