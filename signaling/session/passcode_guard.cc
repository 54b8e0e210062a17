#include "signaling/session/passcode_guard.h"

#include <utility>

#include "signaling/protocol/refuse.h"
#include "signaling/session/join_limiter.h"

namespace parley {
namespace {

std::unexpected<Error> Wait(Duration time) {
  Error error =
      Error::Of(ErrorCode::kTooManyRequests, "Too many wrong passcodes: wait before the next try.");
  error.retry_after_ms = time.ms() + 1;
  return std::unexpected(std::move(error));
}

}  // namespace

std::expected<void, Error> PasscodeGuard::Check(Room& room, const std::optional<std::string>& given,
                                                const SocketAddress& address, Timestamp now) {
  if (!room.passcode().exists()) return {};
  if (!given || given->empty()) return Refuse(ErrorCode::kPasscodeRequired);
  const std::string& name = room.record().name;
  const auto bytes = JoinLimiter::KeyOf(address);
  const std::string pair = Lockout::Key(std::string(bytes.begin(), bytes.end()), name);
  if (const Duration time = addresses_.LockedFor(pair, now); time > Duration::Zero()) {
    return Wait(time);
  }
  if (room.passcode().IsRight(*given)) {
    addresses_.Forget(pair);
    return {};
  }
  const bool is_attacked = rooms_.LockedFor(name, now) > Duration::Zero();
  rooms_.HandleWrong(name, now, kRoomTries);
  addresses_.HandleWrong(pair, now, is_attacked ? 1 : Lockout::kFreeTries);
  return Refuse(ErrorCode::kPasscodeWrong);
}

}  // namespace parley
