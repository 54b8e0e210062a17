// The least that the kernel takes for a call: each 20 ms a packet received and one sent, on as many
// connected sockets as there are calls, by a thread that does nothing else. Prints us per call.

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kTick = std::chrono::milliseconds(20);
constexpr size_t kPacket = 172;
constexpr size_t kBatch = 8;  // as RtpBatch has
constexpr int kWarmUp = 50;

void PinTo(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

double ThreadMicros() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
}

struct Port {
  Port() : fd(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (fd < 0 || bind(fd, Name(), size) != 0 || getsockname(fd, Name(), &size) != 0) std::abort();
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  }
  sockaddr* Name() { return reinterpret_cast<sockaddr*>(&address); }

  int fd;
  sockaddr_in address{};
};

// As calls are once their peer's address is settled (RtpSocket::Connect).
void Connect(Port& from, Port& to) {
  if (connect(from.fd, to.Name(), sizeof to.address) != 0) std::abort();
}

void Send(const Port& from) {
  static const std::array<char, kPacket> kBytes{};
  send(from.fd, kBytes.data(), kBytes.size(), 0);
}

[[noreturn]] void BePhones(const std::vector<Port>& phones) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  PinTo(1);
  std::array<char, 2048> bytes;
  for (auto next = Clock::now();; next += kTick) {
    for (const Port& phone : phones) {
      Send(phone);
      while (recv(phone.fd, bytes.data(), bytes.size(), 0) > 0) {
      }
    }
    std::this_thread::sleep_until(next + kTick);
  }
}

class Receiver {
 public:
  void Receive(const Port& port) {
    for (size_t i = 0; i < kBatch; ++i) {
      pieces_[i] = {.iov_base = bytes_[i].data(), .iov_len = bytes_[i].size()};
      messages_[i] = {};
      msghdr& header = messages_[i].msg_hdr;
      header.msg_iov = &pieces_[i];
      header.msg_iovlen = 1;
      header.msg_name = &from_[i];
      header.msg_namelen = sizeof from_[i];
      header.msg_control = control_[i].data();
      header.msg_controllen = control_[i].size();
    }
    recvmmsg(port.fd, messages_.data(), kBatch, 0, nullptr);
  }

 private:
  std::array<std::array<char, 1500>, kBatch> bytes_;
  std::array<sockaddr_in, kBatch> from_;
  std::array<std::array<char, 64>, kBatch> control_;
  std::array<iovec, kBatch> pieces_;
  std::array<mmsghdr, kBatch> messages_;
};

}  // namespace

// limit CALLS SECONDS
int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::vector<Port> calls(static_cast<size_t>(std::atoi(argv[1])));
  std::vector<Port> phones(calls.size());
  const int ticks = std::atoi(argv[2]) * 50;
  for (size_t i = 0; i < calls.size(); ++i) {
    Connect(calls[i], phones[i]);
    Connect(phones[i], calls[i]);
  }
  const pid_t child = fork();
  if (child == 0) BePhones(phones);
  PinTo(0);
  Receiver receiver;
  double micros = 0;
  auto next = Clock::now();
  for (int tick = -kWarmUp; tick < ticks; ++tick) {
    const double before = ThreadMicros();
    for (const Port& call : calls) receiver.Receive(call);
    for (const Port& call : calls) Send(call);
    if (tick >= 0) micros += ThreadMicros() - before;
    std::this_thread::sleep_until(next += kTick);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  std::printf("%.3f\n", micros / ticks / static_cast<double>(calls.size()));
}
