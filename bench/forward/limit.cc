#include "bench/forward/limit.h"

#include <intel-ipsec-mb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "bench/forward/thread_cpu.h"
#include "sfu/base/check.h"
#include "sfu/worker/sockaddr.h"

namespace parley::bench {
namespace {

constexpr size_t kBatch = 64;
constexpr size_t kStride = 27 * 64;
constexpr size_t kHeader = 20;

class GcmProtector {
 public:
  GcmProtector() : mb_(alloc_mb_mgr(0)) {
    init_mb_mgr_auto(mb_, nullptr);
    const std::array<uint8_t, 16> key{1, 2, 3};
    IMB_AES128_GCM_PRE(mb_, key.data(), &key_);
  }
  ~GcmProtector() { free_mb_mgr(mb_); }
  GcmProtector(const GcmProtector&) = delete;
  GcmProtector& operator=(const GcmProtector&) = delete;

  void Protect(uint8_t* out, const uint8_t* plain, size_t size) {
    const std::array<uint8_t, 12> iv{};
    std::memcpy(out, plain, kHeader);
    IMB_AES128_GCM_ENC(mb_, &key_, &context_, out + kHeader, plain + kHeader, size - kHeader,
                       iv.data(), out, kHeader, out + size, 16);
  }

 private:
  IMB_MGR* mb_;
  alignas(64) gcm_key_data key_;
  alignas(64) gcm_context_data context_;
};

}  // namespace

double MeasureLimitNs(size_t size, const std::vector<uint16_t>& ports, int packets,
                      Duration pause) {
  GcmProtector protector;
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  PARLEY_CHECK(fd >= 0);
  std::vector<uint8_t> slab(kBatch * kStride), plain(size, 7);
  std::array<mmsghdr, kBatch> messages{};
  std::array<iovec, kBatch> parts;
  std::vector<sockaddr_in6> addresses(ports.size());
  std::vector<socklen_t> address_sizes;
  for (size_t i = 0; i < ports.size(); ++i) {
    address_sizes.push_back(ToSockaddr(SocketAddress::V4({127, 0, 0, 1}, ports[i]), addresses[i]));
  }
  double best = 1e12;
  for (const bool batched : {true, false}) {
    int done = 0;
    const int64_t begin = ThreadCpuNs();
    while (done < packets) {
      for (size_t target = 0; target < ports.size();) {
        size_t count = 0;
        for (; count < kBatch && target < ports.size(); ++count, ++target) {
          uint8_t* out = slab.data() + count * kStride;
          protector.Protect(out, plain.data(), size);
          parts[count] = {out, size + 16};
          messages[count].msg_hdr = {
              &addresses[target], address_sizes[target], &parts[count], 1, nullptr, 0, 0};
        }
        done += static_cast<int>(count);
        if (batched) {
          sendmmsg(fd, messages.data(), static_cast<unsigned>(count), 0);
          continue;
        }
        for (const mmsghdr& m : std::span(messages).first(count)) {
          sendto(fd, m.msg_hdr.msg_iov->iov_base, m.msg_hdr.msg_iov->iov_len, 0,
                 static_cast<const sockaddr*>(m.msg_hdr.msg_name), m.msg_hdr.msg_namelen);
        }
      }
      if (pause > Duration::Zero()) usleep(static_cast<useconds_t>(pause.us()));
    }
    best = std::min(best, static_cast<double>(ThreadCpuNs() - begin) / done);
  }
  close(fd);
  return best;
}

}  // namespace parley::bench
